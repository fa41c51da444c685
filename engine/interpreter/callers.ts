/** Calls from slots into compiled code: one function for each shape of signature, made when first needed. */

import { bitsOfExactF32, exactF32 } from '../isa/signalling.ts';
import { F32, F64, I32, I64, V128, type ValType } from '../isa/valtype.ts';
import type { FuncType } from '../module/types.ts';
import type { CompiledCode } from '../runtime/compiled-function.ts';
import type { Slots } from '../runtime/value.ts';

/** Calls `code` with the parameters that lie at `fp`, and puts its results there. */
export type Caller = (slots: Slots, code: CompiledCode, depth: number, fp: number) => void;
/** The same, but returns what the code returns. */
export type RawCaller = (slots: Slots, code: CompiledCode, depth: number, fp: number) => unknown;

interface Callers {
  readonly store: Caller;
  readonly raw: RawCaller;
}

/** A letter for each type whose values take the same way between slots and JavaScript. */
export function shapeOf(type: ValType): 'i' | 'I' | 'f' | 'F' | 'v' | 'r' {
  switch (type) {
    case I32:
      return 'i';
    case I64:
      return 'I';
    case F32:
      return 'f';
    case F64:
      return 'F';
    case V128:
      return 'v';
    default:
      return 'r';
  }
}

/** JavaScript that reads the value of a shape from the slot whose first 32-bit element is at `at` (of a frame at fp + 4 * k). */
export function readText(shape: string, k: number): string {
  const at = k === 0 ? 'fp' : `fp + ${k * 4}`;
  const wide = k === 0 ? 'fp >> 1' : `(fp >> 1) + ${k * 2}`;
  switch (shape) {
    case 'i':
      return `S.i32[${at}]`;
    case 'I':
      return `S.i64[${wide}]`;
    case 'f':
      return `readF32(S, ${at})`;
    case 'F':
      return `S.f64[${wide}]`;
    default:
      return k === 0 ? 'S.refs[fp >> 2]' : `S.refs[(fp >> 2) + ${k}]`;
  }
}

/** JavaScript that writes a value into such a slot. */
export function writeText(shape: string, k: number, value: string): string {
  if (shape === 'f') return `writeF32(S, ${k === 0 ? 'fp' : `fp + ${k * 4}`}, ${value});`;
  return `${readText(shape, k)} = ${value};`;
}

/** An f32 in a slot with all its bits. */
export function readF32(slots: Slots, at: number): number {
  const value = slots.f32[at] as number;
  return Number.isNaN(value) ? exactF32(slots.i32[at] as number) : value;
}

export function writeF32(slots: Slots, at: number, value: number): void {
  if (Number.isNaN(value)) slots.i32[at] = bitsOfExactF32(value);
  else slots.f32[at] = value;
}

/** Does compiled code return its result as a JavaScript value, or are there none? Else results lie in slots. */
export function returnsValue(results: readonly ValType[]): boolean {
  return results.length < 2 && results[0] !== V128;
}

const known = new Map<string, Callers>();

function callersOf({ params, results }: FuncType): Callers {
  const shapes = params.map(shapeOf).join('');
  const result = results.length === 1 && returnsValue(results) ? shapeOf(results[0] as ValType) : '';
  const key = `${shapes}:${result}`;
  let callers = known.get(key);
  if (callers === undefined) {
    callers = makeCallers(shapes, result);
    known.set(key, callers);
  }
  return callers;
}

function makeCallers(shapes: string, result: string): Callers {
  const args = [...shapes].flatMap((shape, k) => (shape === 'v' ? [] : [readText(shape, k)]));
  const call = `code(${[...args, 'depth', 'fp'].join(', ')})`;
  const store = result === '' ? `${call};` : writeText(result, 0, call);
  const text = `return { store(S, code, depth, fp) { ${store} }, raw(S, code, depth, fp) { return ${call}; } };`;
  // What the text makes has the type that the text was written for.
  return new Function('readF32', 'writeF32', text)(readF32, writeF32) as Callers;
}

export function callerOf(signature: FuncType): Caller {
  return callersOf(signature).store;
}

export function rawCallerOf(signature: FuncType): RawCaller {
  return callersOf(signature).raw;
}
