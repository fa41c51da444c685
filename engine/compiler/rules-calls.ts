/** Calls, tail calls and returns. */

import { returnsValue } from '../interpreter/callers.ts';
import type { ContextualName } from '../isa/instructions.ts';
import { V128, type ValType } from '../isa/valtype.ts';
import type { FunctionValidator } from '../module/function-validator.ts';
import type { FuncType } from '../module/types.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { TableInstance } from '../runtime/table.ts';
import { SLOT_I32 } from '../runtime/value.ts';
import { calleeOfReference, compiledOf, tailTo } from './callees.ts';
import type { Emitter } from './emitter.ts';
import type { Expr } from './expression.ts';
import { type Entry, exprOf, textOf } from './operand-stack.ts';
import { type Quiet, quietCallee } from './quiet.ts';
import type { Rule } from './rule.ts';
import { emitExit } from './rules-exits.ts';
import { RELOAD } from './run-time-names.ts';
import { calleeOfTable, calleesOfTable } from './table-callees.ts';

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

function emitCall(e: Emitter, { signature, entry, reach }: Callee): void {
  const { stack } = e;
  const { params, results } = signature;
  // Arguments that can trap would leave their own site behind.
  stack.sendTrapsHome();
  const args = stack.popMany(params.length);
  const isQuiet = reach !== null && !e.purpose.isStressed;
  if (isQuiet) stack.protectState(~0);
  else {
    // What an argument is made of lies at its height or above, where nothing is settled.
    stack.settleAll();
    e.spills.locals();
    e.spills.operands();
  }
  if (results.length > 1 || results.includes(V128) || params.includes(V128)) e.usesArea = true;
  const passed = passArguments(e, params, args, stack.height);
  const next = e.nextIp;
  if (!isQuiet) e.statement(`${e.frames('ips')}[d] = ${next};`);
  const site = e.addSite('call', { next, units: e.unitsAt(stack.height + results.length) });
  e.statement(`p = ${site};`);
  const call = `${entry}(${[...passed, e.callee.args].join(', ')})`;
  takeResults(e, results, call);
  if (!isQuiet) {
    leaveIfChanged(e, results, stack.height - results.length);
    e.becomesInnermost();
  }
  if (!isQuiet || reach.growsMemory) e.statement(RELOAD);
  e.run = undefined;
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
  if (reach !== null) for (const other of reach.functions) e.reliesOn.add(other);
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
  const index = popCallee(e);
  const entries = e.bindings.bind(`t${suffix}`, () => callees.entries);
  const find = e.bindings.bind(`find${suffix}`, () => callees.find);
  const again = index.isAtom ? index.text : 'u';
  e.statement(`q = ${entries}[${index.isAtom ? index.text : `u = ${index.text}`}];`);
  e.statement(`if (q === undefined) { ${e.site()}; q = ${find}(${again}); }`);
  return { signature, entry: 'q', reach: null };
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
