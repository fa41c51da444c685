/**
 * Logs of control events, as they must be: each made from a trace of all instructions and the text of the functions,
 * with no knowledge of how events are found.
 */

import { type FuncInstance, funcTypeOf, type Location } from '../../../engine/index.ts';
import { type BlockText, type FunctionText, functionText } from './function-text.ts';
import type { Step, Trace } from './trace.ts';
import { walk } from './walk.ts';

export const at = (instance: number, { func, pc, instruction }: Location): string =>
  `${instance}/${func}@${pc} ${instruction.name}`;

const place = (step: Step): string => at(step.instance, step.location);
const pcOf = (step: Step): number => step.location.pc;
const nameOf = (step: Step): string => step.location.instruction.name;
const textOf = ({ source, location }: Step): FunctionText => functionText(source.module, location.func);
const last = (values: readonly string[], count: number): string => (count === 0 ? '' : values.slice(-count).join(' '));
/** The topmost operand, an i32. */
const i32 = (step: Step): number => Number(step.operands.at(-1)?.split(':')[1]);
const isNull = (step: Step): boolean => step.operands.at(-1)?.endsWith(':null') === true;

export function entries(trace: Trace): string[] {
  const log: string[] = [];
  walk(trace, {
    step: ({ instance, location, args }, before) => {
      if (before === undefined) log.push(`enter ${instance}/${location.func} ${args?.join(' ')}`);
    },
  });
  return log;
}

export function exits(trace: Trace): string[] {
  const log: string[] = [];
  walk(trace, {
    end: (step, reason) => {
      const results = reason === 'return' ? last(step.operands, textOf(step).resultCount) : '';
      log.push(`exit ${step.instance}/${step.location.func} ${reason} ${results}`);
    },
  });
  return log;
}

/** Activations right behind a call of JavaScript. */
export function hostCalls(trace: Trace): string[] {
  const log: string[] = [];
  for (const [i, record] of trace.entries()) {
    const isCalled = record.kind === 'step' && record.args !== undefined && trace[i - 1]?.kind === 'enter';
    if (isCalled) log.push(`host calls ${record.instance}/${record.location.func} ${record.args.join(' ')}`);
  }
  return log;
}

/** How many operands the instructions take whose signature is not in the table; calls and branches apart. */
const taken: Readonly<Record<string, number>> = {
  drop: 1, select: 3, 'select t': 3, 'local.set': 1, 'local.tee': 1, 'global.set': 1, 'memory.copy': 3,
  'table.init': 3, 'table.copy': 3, 'table.get': 1, 'table.set': 2, 'table.grow': 2, 'table.fill': 3,
  'ref.is_null': 1, 'ref.as_non_null': 1, 'local.get': 0, 'global.get': 0, 'table.size': 0, 'ref.null': 0, 'ref.func': 0,
  unreachable: 0,
}; // biome-ignore format: a table

function callType(step: Step): { params: number; results: number } {
  const { module } = step.source;
  const { immediates, instruction } = step.location;
  const index = immediates.index as number;
  const typeIndex = instruction.immediates[0] === 'func' ? (module.funcTypes[index] as number) : index;
  const type = funcTypeOf(module.types[typeIndex] as number);
  return { params: type?.params.length ?? 0, results: type?.results.length ?? 0 };
}

const isCall = (step: Step): boolean => step.location.instruction.effects.has('call');

/** The block that a label of the step's instruction names. */
function labelled(step: Step, label: number): BlockText {
  return textOf(step).around.get(pcOf(step))?.[label] as BlockText;
}

const carried = (block: BlockText): number => (block.name === 'loop' ? block.params : block.results);

function takenBy(step: Step): number {
  const { instruction, immediates, pc } = step.location;
  const { name } = instruction;
  const own = textOf(step).own.get(pc);
  if (isCall(step)) return callType(step).params + (immediates.index2 !== undefined || name.endsWith('ref') ? 1 : 0);
  if (name === 'return') return textOf(step).resultCount;
  if (name === 'end' || name === 'else') return own?.results ?? textOf(step).resultCount;
  if (own !== undefined) return own.params + (name === 'if' ? 1 : 0);
  if (name === 'br_on_non_null') return carried(labelled(step, immediates.index as number));
  if (name === 'br') return carried(labelled(step, immediates.index as number));
  if (name.startsWith('br')) return carried(labelled(step, immediates.labels?.[0] ?? (immediates.index as number))) + 1;
  return instruction.isContextual ? (taken[name] as number) : instruction.params.length;
}

export function befores(trace: Trace): string[] {
  const log: string[] = [];
  walk(trace, { step: (step) => log.push(`before ${place(step)} ${last(step.operands, takenBy(step))}`) });
  return log;
}

/** What an instruction leaves: what is there afterwards above what it did not touch; branches bring what labels want. */
function leftBy(step: Step, next: Step): string {
  const name = nameOf(step);
  const own = textOf(step).own.get(pcOf(step));
  if (name.startsWith('br')) {
    const isStay = name.startsWith('br_on') && isNull(step) !== (name === 'br_on_null');
    const { index, labels } = step.location.immediates;
    const count = carried(labelled(step, labels?.[0] ?? (index as number)));
    return last(next.operands, isStay ? count + (name === 'br_on_null' ? 1 : -1) : count);
  }
  if (name === 'end' || name === 'else') return last(next.operands, own?.results ?? 0);
  return last(next.operands, next.operands.length - (step.operands.length - takenBy(step)));
}

export function afters(trace: Trace): string[] {
  const log: string[] = [];
  walk(trace, {
    step: (step, before) => {
      if (before !== undefined) log.push(`after ${place(before)} to ${pcOf(step)}: ${leftBy(before, step)}`);
    },
    end: (step, reason) => {
      if (reason === 'return')
        log.push(`after ${place(step)} to undefined: ${last(step.operands, textOf(step).resultCount)}`);
      if (reason === 'tail-call') log.push(`after ${place(step)} to undefined: `);
    },
  });
  return log;
}

export function branches(trace: Trace): string[] {
  const log: string[] = [];
  walk(trace, {
    step: (step, before) => {
      const name = before === undefined ? '' : nameOf(before);
      if (before === undefined || (name !== 'if' && !name.startsWith('br'))) return;
      const { labels, index } = before.location.immediates;
      const chosen = labels === undefined ? undefined : Math.min(i32(before) >>> 0, labels.length - 1);
      const label = name === 'if' ? undefined : chosen === undefined ? index : labels?.[chosen];
      const isTaken =
        name === 'br' || name === 'br_table' ? true
        : name === 'br_on_null' ? isNull(before)
        : name === 'br_on_non_null' ? !isNull(before)
        : i32(before) !== 0; // biome-ignore format: a table
      const condition = name === 'br' ? undefined : before.operands.at(-1);
      log.push(`branch ${place(before)} ${isTaken} to ${pcOf(step)}, label ${label}, index ${chosen}, ${condition}`);
    },
  });
  return log;
}

export function blockEntries(trace: Trace): string[] {
  const log: string[] = [];
  walk(trace, {
    step: (step) => {
      const block = textOf(step).own.get(pcOf(step));
      if (nameOf(step) === 'block') log.push(`block ${place(step)} undefined`);
      if (nameOf(step) !== 'if') return;
      if (i32(step) !== 0) log.push(`block ${place(step)} then`);
      else if (block?.hasElse === true) log.push(`block ${place(step)} else`);
    },
  });
  return log;
}

/** From each pair of successive steps: which loops are around the one and not around the other. */
export function loops(trace: Trace): string[] {
  const log: string[] = [];
  const iterations = new Map<string, number>();
  const key = (step: Step, { start }: BlockText): string => `${step.activation}@${start}`;
  const tell = (kind: string, step: Step, loop: BlockText, way = ''): void => {
    const { instance, location } = step;
    log.push(`${kind} ${instance}/${location.func}@${loop.start} ${iterations.get(key(step, loop))} ${way}`);
  };
  const inside = (pc: number, { start, end }: BlockText): boolean => pc >= start && pc < end;
  walk(trace, {
    step: (step, before) => {
      const pc = pcOf(step);
      const innermostFirst = [...textOf(step).loops].reverse();
      for (const loop of innermostFirst) {
        if (before === undefined || !inside(pcOf(before), loop) || inside(pc, loop)) continue;
        tell('exit', before, loop, pc === loop.end ? 'fall-through' : 'branch');
      }
      const own = nameOf(step) === 'loop' ? textOf(step).own.get(pc) : undefined;
      if (own === undefined) return;
      const isBack = before !== undefined && inside(pcOf(before), own);
      iterations.set(key(step, own), isBack ? (iterations.get(key(step, own)) as number) + 1 : 1);
      tell(isBack ? 'iteration' : 'entry', step, own);
    },
    end: (step, reason) => {
      for (const loop of [...textOf(step).loops].reverse())
        if (inside(pcOf(step), loop)) tell('exit', step, loop, reason);
    },
  });
  return log;
}

/** What a function is called in logs of calls. */
export function targetName(func: FuncInstance | undefined, hosts: ReadonlyMap<FuncInstance, string>): string {
  return func === undefined ? 'nothing' : (hosts.get(func) ?? `function ${func.index}`);
}

const kinds: Readonly<Record<string, string>> = { func: 'direct', type: 'indirect' };

function callText(step: Step, target: string): string {
  const { instruction } = step.location;
  const isReference = instruction.name.endsWith('_ref');
  const kind = isReference ? 'reference' : kinds[instruction.immediates[0] as string];
  const element = kind === 'indirect' ? i32(step) >>> 0 : undefined;
  const { params } = callType(step);
  const below = kind === 'direct' ? step.operands : step.operands.slice(0, -1);
  const isTail = instruction.effects.has('exit');
  return `call ${place(step)} ${kind} ${isTail} ${element} to ${target}: ${last(below, params)}`;
}

/** Who was called: the next that happens is the first step of an activation, a function of the host, or a failure. */
function calledAt(trace: Trace, index: number): string | undefined {
  const next = trace[index + 1];
  if (next === undefined) return undefined;
  if (next.kind === 'step') return `function ${next.location.func}`;
  return next.kind === 'host' ? next.name : 'nothing';
}

export function calls(trace: Trace): string[] {
  const log: string[] = [];
  walk(trace, {
    step: (step, _before, index) => {
      const target = isCall(step) ? calledAt(trace, index) : undefined;
      if (target !== undefined) log.push(callText(step, target));
    },
  });
  return log;
}

export function callReturns(trace: Trace): string[] {
  const log: string[] = [];
  const targets = new Map<Step, string>();
  const tell = (step: Step, outcome: string, results: string): void => {
    log.push(`${callText(step, targets.get(step) as string)} ${outcome} ${results}`);
  };
  walk(trace, {
    step: (step, before, index) => {
      if (before !== undefined && isCall(before)) tell(before, 'return', last(step.operands, callType(before).results));
      if (isCall(step)) targets.set(step, calledAt(trace, index) ?? 'nothing');
    },
    end: (step, reason) => {
      if (isCall(step)) tell(step, reason, '');
    },
  });
  return log;
}
