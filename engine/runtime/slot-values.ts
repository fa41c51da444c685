/** Values in slots as probes read and write them: with exact bits, and with checks of types. */

import { F32, F64, I32, I64, V128, type ValType } from '../isa/valtype.ts';
import { refFromJS, refToJS } from './convert.ts';
import type { TypedValue } from './frame.ts';
import { SLOT_BYTES, SLOT_I32, type Slots } from './value.ts';

/** The value of type `type` in a slot. */
export function readSlot(s: Slots, slot: number, type: ValType): TypedValue {
  const at = slot * SLOT_I32;
  switch (type) {
    case I32:
      return { type, value: s.i32[at], bits: undefined };
    case I64:
      return { type, value: s.i64[at / 2], bits: undefined };
    case F32:
      return { type, value: s.f32[at], bits: BigInt(s.i32[at] >>> 0) };
    case F64:
      return { type, value: s.f64[at / 2], bits: BigInt.asUintN(64, s.i64[at / 2]) };
    case V128:
      return { type, value: s.u8.slice(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES), bits: undefined };
    default:
      return { type, value: refToJS(s.refs[slot], type), bits: undefined };
  }
}

function bitsIn(value: unknown): bigint | undefined {
  if (typeof value !== 'object' || value === null || !('bits' in value)) return undefined;
  return typeof value.bits === 'bigint' ? value.bits : undefined;
}

/** Writes a value of type `type` into a slot; false, and nothing is written, where the value has another type. */
export function writeSlot(s: Slots, slot: number, type: ValType, value: unknown): boolean {
  const at = slot * SLOT_I32;
  switch (type) {
    case I32:
      if (!Number.isInteger(value)) return false;
      s.i32[at] = value as number;
      return true;
    case I64:
      if (typeof value !== 'bigint') return false;
      s.i64[at / 2] = value;
      return true;
    case F32:
    case F64:
      return writeFloat(s, at, type, value);
    case V128:
      if (!(value instanceof Uint8Array) || value.length !== SLOT_BYTES) return false;
      s.u8.set(value, slot * SLOT_BYTES);
      return true;
    default:
      return writeReference(s, slot, type, value);
  }
}

function writeFloat(s: Slots, at: number, type: ValType, value: unknown): boolean {
  const bits = bitsIn(value);
  if (bits === undefined && typeof value !== 'number') return false;
  if (type === F32) {
    if (bits !== undefined) s.i32[at] = Number(BigInt.asIntN(32, bits));
    else s.f32[at] = value as number;
  } else if (bits !== undefined) s.i64[at / 2] = bits;
  else s.f64[at / 2] = value as number;
  return true;
}

function writeReference(s: Slots, slot: number, type: ValType, value: unknown): boolean {
  try {
    s.refs[slot] = refFromJS(value, type);
    return true;
  } catch {
    return false; // a TypeError: no reference of that type
  }
}
