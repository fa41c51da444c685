/** Constants, arithmetic, loads and stores: the rows of the table that have a signature and a meaning. */

import type { Instruction } from '../isa/instructions.ts';
import { F32, F64, I32, I64, type ValType } from '../isa/valtype.ts';
import type { FunctionValidator } from '../module/function-validator.ts';
import type { Emitter } from './emitter.ts';
import { compute, constant, load, needsAtoms, store } from './expression.ts';
import { type Entry, exprOf, READS } from './operand-stack.ts';

const CONSTANTS: Readonly<Record<string, ValType>> = {
  'i32.const': I32,
  'i64.const': I64,
  'f32.const': F32,
  'f64.const': F64,
};

/** What several expressions read together. */
export function merged(entries: readonly Entry[]): { readonly deps: readonly number[]; readonly reads: number } {
  let reads = 0;
  const deps = new Set<number>();
  for (const e of entries) {
    reads |= e.reads;
    for (const d of e.deps) deps.add(d);
  }
  return { deps: [...deps], reads };
}

export function numericRule(e: Emitter, v: FunctionValidator, instr: Instruction): void {
  const r = v.reader;
  const type = CONSTANTS[instr.name];
  if (type !== undefined) e.stack.push(constant(type, r.lo, r.hi, e));
  else if (instr.access.reads !== undefined) emitLoad(e, v, instr);
  else if (instr.access.writes !== undefined) emitStore(e, v, instr);
  else if (instr.meaning !== '') emitComputation(e, instr);
  else throw new Error(`compiler: no rule for ${instr.name}`);
}

function emitComputation(e: Emitter, instr: Instruction): void {
  const { stack } = e;
  const count = instr.params.length;
  const exprs = stack.entries.slice(stack.height - count).map(exprOf);
  for (const [i, isAtom] of needsAtoms(instr, exprs).entries()) {
    const index = stack.height - count + i;
    if (isAtom && stack.entries[index]?.expr?.isAtom === false) stack.sendHome(index);
  }
  // The site is set before operands are evaluated, which may set their own.
  if (instr.effects.has('trap')) stack.sendTrapsHome();
  const operands = stack.popMany(count);
  const { deps, reads } = merged(operands);
  const result = compute(
    instr,
    operands.map((o) => exprOf(o)),
    e,
  );
  stack.push(result, deps, reads);
}

function emitLoad(e: Emitter, v: FunctionValidator, instr: Instruction): void {
  const { offset, index } = v.reader;
  const address = e.stack.pop();
  const result = load(instr, exprOf(address), offset, index, e);
  e.stack.push(result, address.deps, address.reads | READS.memory);
}

function emitStore(e: Emitter, v: FunctionValidator, instr: Instruction): void {
  const { offset, index } = v.reader;
  const { stack } = e;
  // What stays below must not see the store, nor trap after it.
  const [address, value] = stack.popMany(2) as [Entry, Entry];
  stack.protectState(READS.memory);
  e.statement(store(instr, exprOf(address), exprOf(value), offset, index, e));
}
