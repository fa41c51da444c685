/** Conversions of arguments (Web IDL 3.2) that the JavaScript API is written in, with V8's messages. */

import { toBigInt, toNumber } from '../runtime/convert.ts';
import { typeError } from '../runtime/own-error.ts';

/** An object in the sense of ECMAScript: functions are objects, too. */
export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** A dictionary member, or undefined where it is missing. */
export function member(dictionary: object, key: PropertyKey): unknown {
  return Reflect.get(dictionary, key);
}

const UINT32_MAX = 0xffff_ffff;
const UINT64_MAX = 2n ** 64n - 1n;

/** `[EnforceRange] unsigned long`, as V8 converts it: no fractions are cut off below zero or above the range. */
export function enforceUint32(value: unknown, what: string): number {
  const number = toNumber(value);
  if (!Number.isFinite(number)) throw typeError(`${what} must be convertible to a valid number`);
  if (number < 0) throw typeError(`${what} must be non-negative`);
  if (number > UINT32_MAX) throw typeError(`${what} must be in the unsigned long range`);
  return number >>> 0;
}

/** An index or a size (JS API: AddressValueToU64): a number for 32-bit addresses, a bigint for 64-bit ones. */
export function enforceAddress(value: unknown, is64: boolean, what: string): number | bigint {
  if (!is64) return enforceUint32(value, what);
  const address = toBigInt(value);
  if (address < 0n || address > UINT64_MAX) throw typeError(`${what} must be in u64 range`);
  return address;
}

/** As many elements as anything here accepts, and one more. */
const ENOUGH = 1001;

/**
 * The elements of a `sequence` argument. Beyond the iterables that Web IDL wants, V8 takes objects with a length, from which no
 * more than `ENOUGH` are read. Undefined where there are neither.
 */
export function sequence(value: object): unknown[] | undefined {
  if (typeof member(value, Symbol.iterator) === 'function') return [...(value as Iterable<unknown>)];
  const length = member(value, 'length');
  if (length === undefined) return undefined;
  return Array.from({ length: Math.min(Math.max(toNumber(length), 0), ENOUGH) }, (_, i) => member(value, i));
}
