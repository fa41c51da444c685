/** Calls, tail calls and returns. */

import { returnsValue } from '../interpreter/callers.ts';
import type { ContextualName } from '../isa/instructions.ts';
import { V128, type ValType } from '../isa/valtype.ts';
import type { FunctionValidator } from '../module/function-validator.ts';
import type { FuncType } from '../module/types.ts';
import type { FuncInstance } from '../runtime/function.ts';
import { SLOT_I32 } from '../runtime/value.ts';
import { calleeOfReference, calleeOfTable, compiledOf, tailTo } from './callees.ts';
import type { Emitter } from './emitter.ts';
import type { Expr } from './expression.ts';
import { type Entry, textOf } from './operand-stack.ts';
import { quietReach, type Reach } from './quiet.ts';
import type { Rule } from './rule.ts';
import { emitExit } from './rules-events.ts';
import { RELOAD } from './run-time-names.ts';

type CallName = Extract<
  ContextualName,
  'call' | 'call_indirect' | 'call_ref' | 'return_call' | 'return_call_indirect' | 'return_call_ref'
>;

/** What is called. */
interface Callee {
  readonly signature: FuncType;
  /** JavaScript for its state in the tier, evaluated at the call. */
  readonly text: string;
  /** What it reaches, if it is quiet. */
  readonly reach: Reach | null;
}

/** Puts the arguments that go by slots where the callee's frame will be, and gives the others. */
function passArguments(e: Emitter, types: readonly ValType[], args: readonly Entry[], height: number): string[] {
  const texts: string[] = [];
  for (const [k, type] of types.entries()) {
    if (type === V128) e.copyVector(`${e.calleeBase} + ${k * SLOT_I32}`, e.at(e.slotOf(height + k)));
    else texts.push(textOf(args[k]));
  }
  return texts;
}

function emitCall(e: Emitter, { signature, text, reach }: Callee): void {
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
    e.spillLocals();
    e.spillOperands();
  }
  if (results.length > 1 || results.includes(V128) || params.includes(V128)) e.usesArea = true;
  const passed = passArguments(e, params, args, stack.height);
  const next = e.nextIp;
  if (!isQuiet) e.statement(`${e.frames('ips')}[d] = ${next};`);
  const site = e.addSite('call', { next, units: e.unitsAt(stack.height + results.length) });
  e.statement(`p = ${site};`);
  const call = `${text}.entry(${[...passed, e.calleeFrame].join(', ')})`;
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
    const base = e.calleeBase;
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

function directCallee(e: Emitter, index: number): Callee {
  const func = e.instance.funcs[index] as FuncInstance;
  const reach = quietReach(func);
  if (reach !== null) for (const f of reach.functions) e.reliesOn.add(e.instance.funcs[f] as FuncInstance);
  return {
    signature: func.signature,
    text: e.bindings.bind(`callee${index}`, () => compiledOf(func, e.machine)),
    reach,
  };
}

/** The callee of an indirect call, whose index is the topmost operand. */
function tableCallee(e: Emitter, v: FunctionValidator): Callee {
  const { index, index2 } = v.reader;
  const type = v.module.types[index] as number;
  const { stack } = e;
  stack.sendTrapsHome();
  const { expr } = stack.pop();
  const table = e.instance.tables[index2];
  const name = e.bindings.bind(`t${index2}_${index}`, () =>
    calleeOfTable(table as NonNullable<typeof table>, type, e.machine),
  );
  return { signature: v.functionType(type), text: e.resolved(`${name}(${(expr as Expr).text})`), reach: null };
}

/** The callee of a call through the reference on top. */
function referenceCallee(e: Emitter, v: FunctionValidator): Callee {
  const { stack } = e;
  stack.sendTrapsHome();
  const { expr } = stack.pop();
  const name = e.bindings.bind('callee', () => calleeOfReference(e.machine));
  const type = v.functionTypeNumber(v.reader.index);
  return { signature: v.functionType(type), text: e.resolved(`${name}(${(expr as Expr).text})`), reach: null };
}

/** A tail call: the arguments go to the frame's base, and whoever called this function calls the next one. */
function emitTailCall(e: Emitter, { signature, text }: Callee): void {
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
  e.statement(`return ${e.bindings.bind('tailTo', () => tailTo(e.machine))}(${text});`);
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
  return_call: (e, v) => emitTailCall(e, directCallee(e, v.reader.index)),
  return_call_indirect: (e, v) => emitTailCall(e, tableCallee(e, v)),
  return_call_ref: (e, v) => emitTailCall(e, referenceCallee(e, v)),
};
