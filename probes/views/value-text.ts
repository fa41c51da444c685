/** Values as people read them. */

import { type TypedValue, valtype } from '../../engine/index.ts';

const { F32, F64, I32, I64, isRef, V128 } = valtype;

/**
 * A value on one line: integers in decimal, floats as JavaScript prints them (an f32 with the digits that tell it
 * from other f32 numbers, -0 with its sign, a NaN with its bits unless it is the canonical one), vectors as 16 bytes
 * in hexadecimal, references as `null` or what they are.
 */
export function valueText({ type, value, bits }: TypedValue): string {
  switch (type) {
    case I32:
    case I64:
      return String(value);
    case F32:
      return floatText(value as number, shortestF32, bits === 0x7fc00000n ? undefined : bits);
    case F64:
      return floatText(value as number, String, bits === 0x7ff8000000000000n ? undefined : bits);
    case V128:
      return Array.from(value as Uint8Array, hexByte).join(' ');
    default:
      return isRef(type) ? referenceText(value) : String(value);
  }
}

export function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function floatText(value: number, digits: (value: number) => string, nanBits: bigint | undefined): string {
  if (Number.isNaN(value)) return nanBits === undefined ? 'NaN' : `NaN (0x${nanBits.toString(16)})`;
  return Object.is(value, -0) ? '-0' : digits(value);
}

/** Nine digits tell every f32 from the others; fewer often do. */
function shortestF32(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}

function referenceText(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'function') return `function ${value.name || '(no name)'}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  return `object ${value.constructor?.name ?? '(no class)'}`;
}
