/** Dates, computed by `dates.wasm`. */

import { readFile } from 'node:fs/promises';

const bytes = await readFile(new URL('./dates.wasm', import.meta.url));
const { instance } = await WebAssembly.instantiate(bytes);
const { is_leap, days_in_month, day_number } = instance.exports;

/** @param {number} year */
export function isLeap(year) {
  return is_leap(year) === 1;
}

/** @param {number} year @param {number} month from 1 to 12 */
export function daysInMonth(year, month) {
  if (month < 1 || month > 12) throw new RangeError(`there is no month ${month}`);
  return days_in_month(year, month);
}

/** Days from one date to another, each `[year, month, day]`. */
export function daysBetween(from, to) {
  return day_number(...to) - day_number(...from);
}
