/**
 * Relaxed vector instructions: of the results that the specification allows, this engine gives those of its
 * deterministic profile (spec 4.3.6, relaxed operations). These are results of other instructions, which V8 computes.
 */

import { type InstrName, type Instruction, instruction } from '../../engine/isa/instructions.ts';
import type { Bytes, LaneType } from './edge-values.ts';
import { NativeInstruction } from './native.ts';

type Expected = (...operands: Bytes[]) => Bytes;

function native(name: InstrName): Expected {
  const compiled = new NativeInstruction(instruction(name));
  return (...operands) => {
    const outcome = compiled.run(operands);
    if ('trap' in outcome) throw new Error(outcome.trap);
    return outcome.result;
  };
}

/** Unfused: both operations round. The negated one negates the first factor. */
function multiplyAdd(shape: 'f32x4' | 'f64x2', isNegated: boolean): Expected {
  const [neg, mul, add] = [native(`${shape}.neg`), native(`${shape}.mul`), native(`${shape}.add`)];
  return (a, b, c) => add(mul(isNegated ? neg(a as Bytes) : (a as Bytes), b as Bytes), c as Bytes);
}

const signed = (bytes: Bytes): Int8Array => new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);

/** Both operands signed, each sum of two products saturated to 16 bits. */
function dot(a: Bytes, b: Bytes): Int16Array<ArrayBuffer> {
  const [x, y] = [signed(a), signed(b)];
  return Int16Array.from({ length: 8 }, (_, k) => {
    const at = (i: number): number => (x[i] as number) * (y[i] as number);
    return Math.min(at(2 * k) + at(2 * k + 1), 32767);
  });
}

function dotAdd(a: Bytes, b: Bytes, c: Bytes): Bytes {
  const pairs = dot(a, b);
  const addend = new DataView(c.buffer, c.byteOffset);
  const sums = Int32Array.from({ length: 4 }, (_, k) => {
    return (pairs[2 * k] as number) + (pairs[2 * k + 1] as number) + addend.getInt32(4 * k, true);
  });
  return new Uint8Array(sums.buffer);
}

/** For each row of the group, what computes its result, and the shape that its operands run through. */
const expectations: Readonly<Partial<Record<InstrName, readonly [Expected, LaneType]>>> = {
  'i8x16.relaxed_swizzle': [native('i8x16.swizzle'), 'i8'],
  'i32x4.relaxed_trunc_f32x4_s': [native('i32x4.trunc_sat_f32x4_s'), 'f32'],
  'i32x4.relaxed_trunc_f32x4_u': [native('i32x4.trunc_sat_f32x4_u'), 'f32'],
  'i32x4.relaxed_trunc_f64x2_s_zero': [native('i32x4.trunc_sat_f64x2_s_zero'), 'f64'],
  'i32x4.relaxed_trunc_f64x2_u_zero': [native('i32x4.trunc_sat_f64x2_u_zero'), 'f64'],
  'f32x4.relaxed_madd': [multiplyAdd('f32x4', false), 'f32'],
  'f32x4.relaxed_nmadd': [multiplyAdd('f32x4', true), 'f32'],
  'f64x2.relaxed_madd': [multiplyAdd('f64x2', false), 'f64'],
  'f64x2.relaxed_nmadd': [multiplyAdd('f64x2', true), 'f64'],
  'i8x16.relaxed_laneselect': [native('v128.bitselect'), 'i8'],
  'i16x8.relaxed_laneselect': [native('v128.bitselect'), 'i16'],
  'i32x4.relaxed_laneselect': [native('v128.bitselect'), 'i32'],
  'i64x2.relaxed_laneselect': [native('v128.bitselect'), 'i64'],
  'f32x4.relaxed_min': [native('f32x4.min'), 'f32'],
  'f32x4.relaxed_max': [native('f32x4.max'), 'f32'],
  'f64x2.relaxed_min': [native('f64x2.min'), 'f64'],
  'f64x2.relaxed_max': [native('f64x2.max'), 'f64'],
  'i16x8.relaxed_q15mulr_s': [native('i16x8.q15mulr_sat_s'), 'i16'],
  'i16x8.relaxed_dot_i8x16_i7x16_s': [(a, b) => new Uint8Array(dot(a as Bytes, b as Bytes).buffer), 'i8'],
  'i32x4.relaxed_dot_i8x16_i7x16_add_s': [(a, b, c) => dotAdd(a as Bytes, b as Bytes, c as Bytes), 'i8'],
};

/** Floats in the result, where a NaN may be any that the operands allow. */
function floatBits(i: Instruction): 0 | 32 | 64 {
  if (i.name.startsWith('f32')) return 32;
  return i.name.startsWith('f64') ? 64 : 0;
}

export interface RelaxedExpectation {
  readonly expected: Expected;
  /** The shape that operands are to run through. */
  readonly lane: LaneType;
  /** Bits of the floats in the result whose NaNs are arithmetic, or 0. */
  readonly bits: 0 | 32 | 64;
}

/** What a relaxed instruction must give. */
export function relaxedExpectations(i: Instruction): RelaxedExpectation {
  const found = expectations[i.name];
  if (found === undefined) throw new Error(`no expectation for ${i.name}`);
  return { expected: found[0], lane: found[1], bits: floatBits(i) };
}
