/**
 * Which instructions can make a NaN out of operands that are none, and when they do. It can be told from the operands, before
 * the instruction: f32 arithmetic gives a NaN exactly where the same in f64 does, since rounding makes no NaNs.
 */

import type { InstrName } from '../../engine/index.ts';

/** The result of one lane, up to rounding: only whether it is a NaN matters. Operands are those of the instruction, the deepest first. */
export type Unary = (a: number) => number;
export type Binary = (a: number, b: number) => number;
export type Ternary = (a: number, b: number, c: number) => number;

/** By the part of the mnemonic behind the type. Others keep NaNs, or make none: min, max, abs, neg, copysign, rounding, conversions. */
export const unary: Readonly<Record<string, Unary>> = { sqrt: (a) => Math.sqrt(a) };

export const binary: Readonly<Record<string, Binary>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
};

export const ternary: Readonly<Record<string, Ternary>> = {
  relaxed_madd: (a, b, c) => a * b + c,
  relaxed_nmadd: (a, b, c) => c - a * b,
};

/** Bits of an integer that are those of a NaN. */
export function isNanBits(bits: number | bigint): boolean {
  return typeof bits === 'number'
    ? (bits & 0x7fffffff) > 0x7f800000
    : (bits & 0x7fffffffffffffffn) > 0x7ff0000000000000n;
}

export type LaneType = 'f32' | 'f64';

/** How an instruction makes NaNs. */
export type NanRule =
  | { readonly kind: 'unary'; readonly compute: Unary }
  | { readonly kind: 'binary'; readonly compute: Binary }
  | { readonly kind: 'lanes'; readonly lane: LaneType; readonly operands: 1 | 2 | 3; readonly compute: Ternary }
  | { readonly kind: 'bits' }
  | { readonly kind: 'const'; readonly lane: LaneType };

/** The rule of an instruction; undefined for one that makes no NaNs. */
export function nanRule(name: InstrName): NanRule | undefined {
  if (name === 'f32.const' || name === 'f64.const') return { kind: 'const', lane: name.slice(0, 3) as LaneType };
  if (name === 'f32.reinterpret_i32' || name === 'f64.reinterpret_i64') return { kind: 'bits' };
  const [, type, lanes, operation = ''] = /^(f32|f64)(x\d)?\.(\w+)$/.exec(name) ?? [];
  if (type !== 'f32' && type !== 'f64') return undefined;
  const one = unary[operation];
  const two = binary[operation];
  const three = ternary[operation];
  if (lanes === undefined) {
    if (one !== undefined) return { kind: 'unary', compute: one };
    return two === undefined ? undefined : { kind: 'binary', compute: two };
  }
  const common = { kind: 'lanes', lane: type } as const;
  if (one !== undefined) return { ...common, operands: 1, compute: one };
  if (two !== undefined) return { ...common, operands: 2, compute: two };
  return three === undefined ? undefined : { ...common, operands: 3, compute: three };
}
