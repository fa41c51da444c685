/** Values on the command line: arguments of `--invoke`, and how results are printed. */

import { valtype } from '../engine/index.ts';
import { CliError } from './errors.ts';
import { printable } from './text.ts';

const { F32, F64, I32, I64, isRef, typeName, V128 } = valtype;
type ValType = valtype.ValType;

/** A value as the JavaScript API of WebAssembly takes it. */
export type JsValue = number | bigint | null;

const INTEGER = /^([+-]?)(0x[0-9a-f]+|[0-9]+)$/i;

/** An integer of `bits` bits, signed or unsigned: both spellings of a bit pattern are accepted. */
function parseInteger(text: string, bits: number): bigint | undefined {
  const [, sign, digits] = INTEGER.exec(text.replaceAll('_', '')) ?? [];
  if (digits === undefined) return undefined;
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits);
  const isInRange = value >= -(1n << BigInt(bits - 1)) && value < 1n << BigInt(bits);
  return isInRange ? BigInt.asIntN(bits, value) : undefined;
}

const FLOAT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function parseFloatValue(text: string): number | undefined {
  const [, sign, word] = /^([+-]?)(inf|infinity|nan)$/i.exec(text) ?? [];
  if (word !== undefined) {
    const value = word.toLowerCase() === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY;
    return sign === '-' ? -value : value;
  }
  if (FLOAT.test(text)) return Number(text);
  const integer = /^[+-]?0x/i.test(text) ? INTEGER.exec(text) : null;
  if (integer === null) return undefined;
  return (integer[1] === '-' ? -1 : 1) * Number(integer[2]);
}

/** Refuses digits that are beyond the greatest number of the type: they would become infinite. */
function inRange(text: string, round: (value: number) => number): number | undefined {
  const value = parseFloatValue(text);
  if (value === undefined || Number.isFinite(round(value)) || /[in]/i.test(text)) return value;
  return undefined;
}

const expectations: Readonly<Record<number, string>> = {
  [I32]: 'a whole number from -2147483648 to 4294967295, decimal or hexadecimal (0x)',
  [I64]: 'a whole number from -2^63 to 2^64-1, decimal or hexadecimal (0x)',
  [F32]: 'a number such as 1.5, -2e10, inf or nan',
  [F64]: 'a number such as 1.5, -2e10, inf or nan',
};

function tryParse(text: string, type: ValType): JsValue | undefined {
  switch (type) {
    case I32: {
      const value = parseInteger(text, 32);
      return value === undefined ? undefined : Number(value);
    }
    case I64:
      return parseInteger(text, 64);
    case F32:
      return inRange(text, Math.fround);
    case F64:
      return inRange(text, Number);
    default:
      return isRef(type) && text === 'null' ? null : undefined;
  }
}

/** Parses an argument by the type of its parameter. `what` names the parameter in the message. */
export function parseValue(text: string, type: ValType, what: string): JsValue {
  if (type === V128) {
    throw new CliError(`${what} has the type v128, which cannot be given on the command line`);
  }
  const value = tryParse(text, type);
  if (value !== undefined) return value;
  const expected = expectations[type] ?? 'null, the only reference that can be given on the command line';
  throw new CliError(`"${text}" is no value for ${what} of type ${typeName(type)}`, { hint: `Expected ${expected}.` });
}

/** The fewest digits that tell this f32 from every other. */
function shortestF32(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}

function floatText(value: number, type: ValType): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0';
  return type === F32 ? shortestF32(value) : String(value);
}

/** A result, or an argument of a call, as it is printed. */
export function formatValue(value: unknown, type: ValType): string {
  if (typeof value === 'number' && (type === F32 || type === F64)) return floatText(value, type);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value === null) return 'null';
  if (typeof value === 'function') return `function ${printable(value.name)}`;
  return `${typeName(type)} ${typeof value}`;
}
