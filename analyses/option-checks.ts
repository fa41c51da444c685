/** Checks of values of options, with errors that say what was expected. */

import { OptionError } from './options.ts';

/** A number of something: an integer of at least `least`. */
export function wholeNumber(name: string, value: number, least = 0): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new OptionError(`option "${name}" takes a whole number of at least ${least}, not ${value}`, name);
}

/** One of some words. */
export function oneOf<Word extends string>(name: string, value: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new OptionError(`option "${name}" is one of ${words.join(', ')}, not "${value}"`, name);
}

/** An address, decimal or hexadecimal with `0x`; undefined for an empty text. */
export function address(name: string, value: string): number | undefined {
  if (value === '') return undefined;
  const number = /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new OptionError(`option "${name}" takes an address such as 0x1000 or 4096, not "${value}"`, name);
}
