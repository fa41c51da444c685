/** Blocks and branches. */

import type { ContextualName } from '../isa/instructions.ts';
import { Trap } from '../isa/trap.ts';
import { V128, type ValType } from '../isa/valtype.ts';
import type { FunctionValidator } from '../module/function-validator.ts';
import type { Block } from './block.ts';
import { choice, valueOfArm } from './conditional.ts';
import type { Emitter } from './emitter.ts';
import { asCondition, type Expr } from './expression.ts';
import { type Entry, exprOf, textOf } from './operand-stack.ts';
import type { Rule } from './rule.ts';
import { emitReturn } from './rules-calls.ts';
import { emitEvent } from './rules-events.ts';
import type { BlockFacts } from './structure.ts';
import type { SwitchText } from './switches.ts';
import { Lines } from './text.ts';
import { loopBody, nextTurn } from './unrolling.ts';

type ControlName = Extract<
  ContextualName,
  'unreachable' | 'block' | 'loop' | 'if' | 'else' | 'end' | 'br' | 'br_if' | 'br_table' | 'return' | `br_on_${string}`
>;

/** Brings the topmost operands to the homes that they have as the block's own, the lowest at `height`. */
export function moveTop(e: Emitter, types: readonly ValType[], height: number): void {
  const { stack } = e;
  const first = stack.height - types.length;
  for (const [i, type] of types.entries()) {
    const entry = stack.entries[first + i];
    if (type === V128) e.copyVector(e.at(e.slotOf(height + i)), e.at(e.slotOf(first + i)));
    else {
      const name = stack.home(type, height + i);
      const text = textOf(entry);
      if (text !== name) e.statement(`${name} = ${text};`);
    }
  }
}

function labelTypes(block: Block): readonly ValType[] {
  return block.kind === 'loop' ? block.params : block.results;
}

/** The statements of a branch, written by `emitBranch`, as lines. */
function branchLines(e: Emitter, block: Block): Lines {
  const outer = e.lines;
  const lines = new Lines();
  e.stack.lines = lines;
  if (block.kind === 'function') {
    const dirty = e.isDirty.slice();
    const entries = e.stack.entries.map((entry) => ({ ...entry }));
    emitReturn(e);
    e.isDirty = dirty;
    e.stack.entries = entries;
  } else {
    moveTop(e, labelTypes(block), block.below.length);
    block.isTargeted = true;
    if (block.kind === 'loop') {
      e.spills.writeForLoop(block);
      e.statement(nextTurn(block));
    } else {
      e.spills.arriveAt(block);
      e.statement(`break ${block.label};`);
    }
  }
  e.stack.lines = outer;
  return lines;
}

/** Moving operands down must not overwrite what others are made of, and nothing may be left unevaluated that can trap. */
function prepareBranch(e: Emitter): void {
  e.stack.sendTrapsHome();
  e.run = undefined;
}

/** Evaluates operands that code inside the block must not find changed, or changes itself. */
function settleBelow(e: Emitter, facts: BlockFacts): void {
  const { stack } = e;
  // What a probe writes inside must be there behind the block: constants and locals have no place for it.
  if (e.hasWriters) stack.settleTop(stack.height);
  // Where an activation enters, operands come from the frame: none of them may be evaluated in a part that it passes over.
  else if (e.purpose.osr === facts.start) stack.settleAll();
  else stack.settle((local) => !facts.assigned.has(local));
}

function openBlock(kind: 'block' | 'loop'): Rule {
  return (e, v) => {
    const { params, results } = v.blockType();
    const facts = e.blockFacts();
    if (v.isUnreachable) {
      openDead(e, v, kind);
      return;
    }
    if (kind === 'block') emitEvent(e, e.ip);
    e.stack.sendTrapsHome();
    settleBelow(e, facts);
    e.stack.settleTop(params.length);
    const block = e.open(v, kind, facts, params, results);
    if (kind === 'loop') {
      noteEntryHomes(e, block);
      beginLoop(e, block);
    }
  };
}

/**
 * A block that control never reaches. For the validator what is in it is reachable again, so that it is compiled: it finds its parameters, and what
 * comes of it is thrown away at the end.
 */
function openDead(e: Emitter, v: FunctionValidator, kind: 'block' | 'loop' | 'if'): void {
  const { params, results } = v.blockType();
  for (const type of params) e.stack.pushHome(type);
  e.open(v, kind, e.blockFacts(), params, results);
}

/** Where an activation enters at this loop, its operands come from the frame. */
function noteEntryHomes(e: Emitter, block: Block): void {
  if (block.entry !== 'here') return;
  e.entryHomes = e.stack.entries.flatMap((entry, height) =>
    entry.isHome && entry.expr !== null ? [{ type: entry.type, height }] : [],
  );
}

function beginLoop(e: Emitter, block: Block): void {
  const inner = e.lines;
  if (block.entry !== 'here') {
    emitEvent(e, e.ip);
    return;
  }
  // The event of the arrival from the interpreter has fired there.
  const lines = new Lines();
  e.stack.lines = lines;
  emitEvent(e, e.ip);
  e.stack.lines = inner;
  // What counts this arrival does not count those instructions that follow an arrival from the interpreter.
  e.run = undefined;
  if (lines.isEmpty) e.statement('enters = false;');
  else {
    e.statement('if (enters) enters = false;');
    e.statement('else {');
    inner.nest(lines);
    e.statement('}');
  }
}

const openIf: Rule = (e, v) => {
  const { params, results } = v.blockType();
  const facts = e.blockFacts();
  if (v.isUnreachable) {
    openDead(e, v, 'if');
    return;
  }
  emitEvent(e, e.ip);
  const test = e.stack.pop();
  let condition = asCondition(exprOf(test));
  e.stack.sendTrapsHome();
  settleBelow(e, facts);
  e.stack.settleTop(params.length);
  const block = e.open(v, 'if', facts, params, results);
  block.test = test;
  if (block.entry === 'inside') condition = `enters || ${paren(condition)}`;
  if (block.entry === 'else') condition = `!enters && ${paren(condition)}`;
  block.condition = condition;
};

function paren(text: string): string {
  return /^[\w.]+$/.test(text) ? text : `(${text})`;
}

const elseRule: Rule = (e, v) => {
  const block = e.blocks[e.blocks.length - 1] as Block;
  if (block.isLive) {
    if (!v.isUnreachable) {
      emitEvent(e, e.ip);
      block.thenValue = valueOfArm(e, block);
      e.stack.sendTrapsHome();
      moveTop(e, block.results, block.below.length);
      e.spills.arriveAt(block);
    }
    e.isDirty = block.dirtyIn.slice();
  }
  restore(e, block, block.params);
  e.wide.forget();
  block.thenLines = e.lines;
  e.stack.lines = block.outer.inner();
  e.run = undefined;
};

/** The operands as they were when the block was opened, and then those of the given types in their homes. */
function restore(e: Emitter, block: Block, types: readonly ValType[]): void {
  e.wide.forget();
  e.stack.entries = block.below.map((entry) => ({ ...entry }));
  for (const type of types) {
    if (type !== V128) e.stack.home(type, e.stack.height);
    e.stack.pushHome(type);
  }
}

const endRule: Rule = (e, v) => {
  const block = e.blocks.pop() as Block;
  const isReachable = !v.isUnreachable;
  if (block.kind === 'function') {
    endFunction(e, block, isReachable);
    return;
  }
  if (!block.isLive) {
    e.stack.lines = block.outer;
    restore(e, block, block.results);
    return;
  }
  if (block.kind === 'loop' && isReachable) emitEvent(e, e.ip);
  if (block.thenValue !== undefined && isReachable) {
    const value = valueOfArm(e, block);
    if (value !== undefined) {
      endChoice(e, block, choice(block.test as Entry, block.thenValue, value));
      return;
    }
  }
  if (isReachable) {
    e.stack.sendTrapsHome();
    moveTop(e, block.results, block.below.length);
  }
  e.isDirty = e.spills.meet(block, isReachable);
  closeText(e, block, isReachable);
  restore(e, block, block.results);
  e.run = undefined;
  const isArrived = isReachable || block.isTargeted || block.kind === 'if';
  if (block.kind !== 'loop' && isArrived) emitEvent(e, e.ip);
};

/** The end of an `if` that is an expression. */
function endChoice(e: Emitter, block: Block, { expr, deps, reads }: Pick<Entry, 'expr' | 'deps' | 'reads'>): void {
  e.stack.lines = block.outer;
  restore(e, block, []);
  e.isDirty = block.dirtyIn.slice();
  e.stack.push(expr as Expr, deps, reads);
  e.run = undefined;
  emitEvent(e, e.ip);
}

function closeText(e: Emitter, block: Block, isReachable: boolean): void {
  if (block.switch !== undefined) {
    if (!block.switch.isEndedBy(block)) {
      e.stack.lines = block.switch.endClause(block, e.lines);
      return;
    }
    e.stack.lines = block.switch.end(e.lines);
  }
  const inner = e.lines;
  const outer = enclosing(block);
  const label = block.isTargeted ? `${block.label}: ` : '';
  e.stack.lines = outer;
  if (block.kind === 'loop') {
    outer.add(`${label}for (;;) {`);
    outer.nest(loopBody(block, inner, isReachable));
    outer.add('}');
  } else if (block.kind === 'block') {
    if (block.isTargeted) {
      outer.add(`${label}{`);
      outer.nest(inner);
      outer.add('}');
    } else outer.append(inner);
  } else {
    outer.add(`${label}if (${block.condition}) {`);
    outer.nest(block.thenLines ?? inner);
    if (block.thenLines !== undefined && !inner.isEmpty) {
      outer.add('} else {');
      outer.nest(inner);
    }
    outer.add('}');
  }
}

/** The text around a block. Where an activation enters inside the block, what comes before it is passed over. */
function enclosing({ outer, entry }: Block): Lines {
  if (entry === 'no' || outer.isEmpty) return outer;
  const lines = new Lines();
  lines.add('if (!enters) {');
  lines.nest(outer);
  lines.add('}');
  outer.clear();
  outer.append(lines);
  return outer;
}

function endFunction(e: Emitter, block: Block, isReachable: boolean): void {
  const inner = e.lines;
  if (block.isTargeted) {
    if (isReachable) {
      e.stack.sendTrapsHome();
      moveTop(e, block.results, 0);
    }
    e.isDirty = e.spills.meet(block, isReachable);
    const outer = block.outer;
    outer.add(`${block.label}: {`);
    outer.nest(inner);
    outer.add('}');
    e.stack.lines = outer;
    restore(e, block, block.results);
    e.run = undefined;
  } else {
    block.outer.append(inner);
    e.stack.lines = block.outer;
    if (!isReachable) return;
  }
  emitEvent(e, e.ip);
  emitReturn(e);
}

/** A branch to the function's label is a return, but its final `end` has an event of its own. */
function functionTarget(e: Emitter, block: Block): Block {
  if (block.kind !== 'function' || !e.hasFinalEvent) return block;
  return { ...block, kind: 'block' };
}

function branchTo(e: Emitter, label: number): Lines {
  const block = e.target(label);
  const target = functionTarget(e, block);
  const lines = branchLines(e, target);
  if (target.isTargeted) block.isTargeted = true;
  return lines;
}

const brTable: Rule = (e, v) => {
  const { labels } = v.reader;
  e.stack.sendTrapsHome();
  const { expr } = e.stack.pop();
  prepareBranch(e);
  const byLabel = new Map<number, string[]>();
  for (const [i, label] of labels.entries()) {
    const name = i === labels.length - 1 ? 'default:' : `case ${i}:`;
    byLabel.set(label, [...(byLabel.get(label) ?? []), name]);
  }
  const own = switchOfTable(e);
  const cases = new Lines();
  for (const [label, names] of byLabel) {
    // Cases that the default covers need no mention.
    const shown = (names.includes('default:') ? ['default:'] : names).join(' ');
    const block = e.target(label);
    if (own !== undefined && block.switch === own && !own.isEndedBy(block)) {
      own.leadTo(block, shown);
      block.isTargeted = true;
      e.spills.arriveByClause(block);
      continue;
    }
    const lines = branchTo(e, label);
    cases.add(shown);
    cases.nest(lines);
  }
  const operand = (expr as Expr).text;
  if (own !== undefined) {
    e.stack.lines = own.begin(e.lines, operand, cases);
    return;
  }
  e.statement(`switch (${operand}) {`);
  e.lines.nest(cases);
  e.statement('}');
};

/** The switch that the table being compiled makes of the blocks around it. */
function switchOfTable(e: Emitter): SwitchText | undefined {
  const found = e.target(0).switch;
  return found?.facts.table === e.pc ? found : undefined;
}

/** The reference that is tested stays behind where it is not null. */
function branchOnNull(takesNull: boolean): Rule {
  return (e, v) => {
    prepareBranch(e);
    e.stack.sendHome(e.stack.height - 1);
    const top = e.stack.peek();
    const name = textOf(top);
    if (takesNull) {
      e.stack.pop();
      e.lines.addIf(`${name} === null`, branchTo(e, v.reader.index));
      e.stack.entries.push(top);
    } else {
      e.lines.addIf(`${name} !== null`, branchTo(e, v.reader.index));
      e.stack.pop();
    }
  };
}

export const controlRules: Record<ControlName, Rule> = {
  unreachable: (e) => {
    e.stack.sendTrapsHome();
    e.statement(`${e.site()};`);
    e.statement(`throw ${e.bindings.bind('unreachable', () => unreachableTrap)}();`);
  },
  block: openBlock('block'),
  loop: openBlock('loop'),
  if: openIf,
  else: elseRule,
  end: endRule,
  br: (e, v) => {
    prepareBranch(e);
    e.lines.append(branchTo(e, v.reader.index));
  },
  br_if: (e, v) => {
    const { expr } = e.stack.pop();
    prepareBranch(e);
    e.lines.addIf(asCondition(expr as Expr), branchTo(e, v.reader.index));
  },
  br_table: brTable,
  return: (e) => {
    prepareBranch(e);
    emitReturn(e);
  },
  br_on_null: branchOnNull(true),
  br_on_non_null: branchOnNull(false),
};

function unreachableTrap(): Trap {
  return new Trap('unreachable');
}
