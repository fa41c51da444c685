/** Calls, tail calls and returns. */

import { returnsValue } from '../interpreter/callers.ts';
import type { ContextualName } from '../isa/instructions.ts';
import { V128, type ValType } from '../isa/valtype.ts';
import type { FunctionValidator } from '../module/function-validator.ts';
import type { FunctionBody } from '../module/module.ts';
import type { FuncType } from '../module/types.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { TableInstance } from '../runtime/table.ts';
import { SLOT_I32 } from '../runtime/value.ts';
import { calleeOfReference, compiledOf, tailTo } from './callees.ts';
import type { Emitter } from './emitter.ts';
import type { Expr } from './expression.ts';
import { type Entry, exprOf, textOf } from './operand-stack.ts';
import { type Quiet, type QuietTable, quietCallee } from './quiet.ts';
import type { Rule } from './rule.ts';
import { emitExit } from './rules-exits.ts';
import { RELOAD } from './run-time-names.ts';
import { calleeOfTable, calleesOfTable } from './table-callees.ts';
import type { TableTarget } from './table-targets.ts';
import { Lines } from './text.ts';

type CallName = Extract<
  ContextualName,
  'call' | 'call_indirect' | 'call_ref' | 'return_call' | 'return_call_indirect' | 'return_call_ref'
>;

/** What is called. */
interface Callee {
  readonly signature: FuncType;
  /** JavaScript for what is called, evaluated at the call. */
  readonly entry: string;
  /** What it reaches, if it is quiet. */
  readonly reach: Quiet | null;
  /** What is called instead by the index in a table that is known to have it. */
  readonly cases?: Cases | undefined;
}

/** Functions that a table is known to have, by their indices there. */
interface Cases {
  /** JavaScript for the index in the table. */
  readonly index: string;
  /** By the JavaScript for what is called. */
  readonly entries: ReadonlyMap<string, readonly number[]>;
  /** What finds the callee at other indices. */
  readonly other: Lines;
}

/** What is called at the end. */
interface TailCallee {
  readonly signature: FuncType;
  /** JavaScript for its state in the tier. */
  readonly state: string;
}

/** Puts the arguments that go by slots where the callee's frame will be, and gives the others. */
function passArguments(e: Emitter, types: readonly ValType[], args: readonly Entry[], height: number): string[] {
  const texts: string[] = [];
  for (const [k, type] of types.entries()) {
    if (type === V128) e.copyVector(`${e.callee.base} + ${k * SLOT_I32}`, e.at(e.slotOf(height + k)));
    else texts.push(textOf(args[k]));
  }
  return texts;
}

function emitCall(e: Emitter, { signature, entry, reach, cases }: Callee): void {
  const { stack } = e;
  const { params, results } = signature;
  // Arguments that can trap would leave their own site behind.
  stack.sendTrapsHome();
  const operands = stack.popMany(params.length);
  const isQuiet = reach !== null && !e.purpose.isStressed;
  if (isQuiet) stack.protectState(~0);
  else {
    // What an argument is made of lies at its height or above, where nothing is settled.
    stack.settleAll();
    e.spills.locals();
    e.spills.operands();
  }
  if (results.length > 1 || results.includes(V128) || params.includes(V128)) e.usesArea = true;
  const passed = passArguments(e, params, operands, stack.height);
  const next = e.nextIp;
  if (!isQuiet) e.statement(`${e.frames('ips')}[d] = ${next};`);
  const site = e.addSite('call', { next, units: e.unitsAt(stack.height + results.length) });
  e.statement(`p = ${site};`);
  const args = `(${[...passed, e.callee.args].join(', ')})`;
  if (cases === undefined) takeResults(e, results, `${entry}${args}`);
  else {
    cases.other.add(`p = ${site};`);
    callByIndex(e, { cases, results, entry, args });
  }
  if (!isQuiet) {
    leaveIfChanged(e, results, stack.height - results.length);
    e.becomesInnermost();
  }
  if (!isQuiet || reach.growsMemory) e.statement(RELOAD);
  e.run = undefined;
}

/**
 * A call through a table whose functions are known: one call for each, as V8 remembers of a place only that it calls one function or many. What
 * is called by one of them it may inline.
 */
function callByIndex(
  e: Emitter,
  { cases, results, entry, args }: { cases: Cases; results: readonly ValType[]; entry: string; args: string },
): void {
  const { stack } = e;
  const [type] = results;
  const name = type === undefined ? '' : `${stack.home(type, stack.height)} = `;
  const clauses = new Lines();
  for (const [callee, indices] of cases.entries) {
    clauses.add(indices.map((index) => `case ${index}:`).join(' '));
    const clause = new Lines();
    clause.add(`${name}${callee}${args};`);
    clause.add('break;');
    clauses.nest(clause);
  }
  clauses.add('default:');
  cases.other.add(`${name}${entry}${args};`);
  clauses.nest(cases.other);
  if (type !== undefined) stack.assignHome(type, stack.height, name.slice(0, -3));
  e.statement(`switch (${cases.index}) {`);
  e.lines.nest(clauses);
  e.statement('}');
  if (type !== undefined) stack.pushHome(type);
}

function takeResults(e: Emitter, results: readonly ValType[], call: string): void {
  const { stack } = e;
  const height = stack.height;
  if (returnsValue(results)) {
    const [type] = results;
    if (type === undefined) e.statement(`${call};`);
    else {
      stack.assignHome(type, height, call);
      stack.pushHome(type);
    }
    return;
  }
  e.statement(`${call};`);
  for (const [k, type] of results.entries()) {
    const base = e.callee.base;
    if (type === V128) e.copyVector(e.at(e.slotOf(height + k)), `${base} + ${k * SLOT_I32}`);
    else stack.assignHome(type, height + k, e.readSlot(type, base, k));
    stack.pushHome(type);
  }
}

/** After a call: if probes or a frame were changed, the interpreter goes on, with the state in the frame. */
function leaveIfChanged(e: Emitter, results: readonly ValType[], height: number): void {
  e.leavesAfterCall = true;
  const writes = results.flatMap((type, k) =>
    type === V128 ? [] : [e.writeSlot(type, e.slotOf(height + k), e.stack.home(type, height + k))],
  );
  e.statement(`if (${e.changed()}) { ${[...writes, 'break after;'].join(' ')} }`);
}

/** JavaScript for the state of a function in the tier. */
function directState(e: Emitter, index: number): string {
  return e.bindings.bind(`callee${index}`, () => compiledOf(e.instance.funcs[index] as FuncInstance, e.machine));
}

/** JavaScript for the code of the function with this state. */
function codeOf(state: string): string {
  return `(${state}.code ?? ${state}.ready())`;
}

/** JavaScript for what is called by an index. */
function directEntry(e: Emitter, index: number): string {
  const state = directState(e, index);
  const { osr, isStressed } = e.purpose;
  if (index !== e.func.index || osr !== undefined || isStressed) return codeOf(state);
  // As long as the code is valid it is what the function's state has, and V8 need not look there.
  return `(${e.changed()} ? ${state}.entry : ${e.ownName})`;
}

function directCallee(e: Emitter, index: number): Callee {
  const func = e.instance.funcs[index] as FuncInstance;
  const reach = quietCallee(func, e.machine);
  if (reach !== null) e.reliance.add(reach);
  return {
    signature: func.signature,
    entry: directEntry(e, index),
    reach,
  };
}

function directTail(e: Emitter, index: number): TailCallee {
  return { signature: (e.instance.funcs[index] as FuncInstance).signature, state: directState(e, index) };
}

/** A table and the canonical number of a type. */
interface Indirect {
  readonly table: TableInstance;
  readonly type: number;
  readonly signature: FuncType;
  /** Ending of the names of what is found there. */
  readonly suffix: string;
}

function indirectOf(e: Emitter, v: FunctionValidator): Indirect {
  const { index, index2 } = v.reader;
  const type = v.module.types[index] as number;
  const table = e.instance.tables[index2] as TableInstance;
  return { table, type, signature: v.functionType(type), suffix: `${index2}_${index}` };
}

/** Pops the operand that says what is called; it is an atom, or used once. */
function popCallee(e: Emitter): Expr {
  e.stack.sendTrapsHome();
  return exprOf(e.stack.pop());
}

/** The callee of an indirect call, whose index is the topmost operand. */
function tableCallee(e: Emitter, v: FunctionValidator): Callee {
  const { table, type, signature, suffix } = indirectOf(e, v);
  const callees = calleesOfTable(table, type, e.machine);
  const reach = e.purpose.isStressed ? null : e.reliance.quietTable({ table: v.reader.index2, type: v.reader.index });
  if (reach !== null) e.reliance.add(reach);
  const isSplit = reach !== null && isWorthCases(e, reach, signature);
  // The index is used again after the arguments, and these are written once for each case.
  if (isSplit) e.stack.settleTop(signature.params.length + 1);
  const index = popCallee(e);
  const entries = e.bindings.bind(`t${suffix}`, () => callees.entries);
  const find = e.bindings.bind(`find${suffix}`, () => callees.find);
  if (!isSplit) {
    const again = index.isAtom ? index.text : 'u';
    e.statement(`q = ${entries}[${index.isAtom ? index.text : `u = ${index.text}`}];`);
    e.statement(`if (q === undefined) { ${e.site()}; q = ${find}(${again}); }`);
    return { signature, entry: 'q', reach };
  }
  const other = new Lines();
  other.add(`q = ${entries}[${index.text}];`);
  other.add(`if (q === undefined) { ${e.site()}; q = ${find}(${index.text}); }`);
  return { signature, entry: 'q', reach, cases: { index: index.text, entries: casesOf(e, reach.targets), other } };
}

/** So many functions of a table are called by cases, if they are small and the call is in a loop. */
const MAX_CASES = 16;
/** Bytes of code of all of them. */
const MAX_CASE_BYTES = 1024;

function isWorthCases(e: Emitter, { targets }: QuietTable, { params, results }: FuncType): boolean {
  if (targets.length > MAX_CASES || results.length > 1 || [...params, ...results].includes(V128)) return false;
  if (!e.blocks.some(({ kind }) => kind === 'loop')) return false;
  const { bodies, importCounts } = e.instance.module;
  const sizes = targets.map(({ func }) => {
    const { start, end } = bodies[func.index - importCounts.function] as FunctionBody;
    return end - start;
  });
  return targets.length > 0 && sizes.reduce((sum, size) => sum + size, 0) <= MAX_CASE_BYTES;
}

function casesOf(e: Emitter, targets: readonly TableTarget[]): Map<string, number[]> {
  const entries = new Map<string, number[]>();
  for (const { index, func } of targets) {
    const callee = directEntry(e, func.index);
    entries.set(callee, [...(entries.get(callee) ?? []), index]);
  }
  return entries;
}

/** The state of the callee of an indirect tail call. */
function tableState(e: Emitter, v: FunctionValidator): TailCallee {
  const { table, type, signature, suffix } = indirectOf(e, v);
  const name = e.bindings.bind(`state${suffix}`, () => calleeOfTable(table, type, e.machine));
  return { signature, state: e.resolved(`${name}(${popCallee(e).text})`) };
}

/** The state of the callee of a call through the reference on top. */
function referenceState(e: Emitter, v: FunctionValidator): TailCallee {
  const name = e.bindings.bind('callee', () => calleeOfReference(e.machine));
  const type = v.functionTypeNumber(v.reader.index);
  return { signature: v.functionType(type), state: e.resolved(`${name}(${popCallee(e).text})`) };
}

function referenceCallee(e: Emitter, v: FunctionValidator): Callee {
  const { signature, state } = referenceState(e, v);
  return { signature, entry: codeOf(state), reach: null };
}

/** A tail call: the arguments go to the frame's base, and whoever called this function calls the next one. */
function emitTailCall(e: Emitter, { signature, state }: TailCallee): void {
  const { stack } = e;
  e.usesTail = true;
  e.usesArea = true;
  stack.sendTrapsHome();
  const height = stack.height - signature.params.length;
  emitExit(e, 'tail-call');
  // What lives in slots may be overwritten by the first of them.
  if (e.wide.areThere) stack.settleAll();
  const args = stack.popMany(signature.params.length);
  for (const [k, type] of signature.params.entries()) {
    if (type === V128) e.copyVector(e.at(k), e.at(e.slotOf(height + k)));
    else e.statement(e.writeSlot(type, k, textOf(args[k])));
  }
  e.statement(`return ${e.bindings.bind('tailTo', () => tailTo(e.machine))}(${state});`);
}

/** Returns the topmost operands. */
export function emitReturn(e: Emitter): void {
  const { results } = e.func.signature;
  const { stack } = e;
  stack.sendTrapsHome();
  emitExit(e, 'return');
  const height = stack.height - results.length;
  if (returnsValue(results)) {
    e.statement(results.length === 0 ? 'return;' : `return ${textOf(stack.peek())};`);
    return;
  }
  e.usesArea = true;
  // What lives in slots may be overwritten by the first result.
  if (e.wide.areThere) stack.settleAll();
  // Scalars are in variables, which nothing overwrites; vectors move down in order.
  for (const [k, type] of results.entries()) {
    if (type === V128) e.copyVector(e.at(k), e.at(e.slotOf(height + k)));
  }
  for (const [k, type] of results.entries()) {
    if (type !== V128) e.statement(e.writeSlot(type, k, textOf(stack.entries[height + k])));
  }
  e.statement('return;');
}

export const callRules: Record<CallName, Rule> = {
  call: (e, v) => emitCall(e, directCallee(e, v.reader.index)),
  call_indirect: (e, v) => emitCall(e, tableCallee(e, v)),
  call_ref: (e, v) => emitCall(e, referenceCallee(e, v)),
  return_call: (e, v) => emitTailCall(e, directTail(e, v.reader.index)),
  return_call_indirect: (e, v) => emitTailCall(e, tableState(e, v)),
  return_call_ref: (e, v) => emitTailCall(e, referenceState(e, v)),
};
