/** Values of reports, and how they are to be read; apart from the rest because pages in browsers need them too. */

/**
 * How a value is to be read:
 *
 * - `text`: a name or other words, to the left
 * - `count`: a number of events; large ones are abbreviated for people
 * - `exact`: a number that is never abbreviated: an index, a pc, a total that a script compares
 * - `address`: a place in a memory, hexadecimal for people
 * - `share`: a part of 1, per cent for people
 * - `bytes`: a size, with a unit for people
 * - `time`: milliseconds, with a unit for people
 * - `ratio`: a factor or mean, with two decimals for people
 */
export type ValueKind = 'text' | 'count' | 'exact' | 'address' | 'share' | 'bytes' | 'time' | 'ratio';

/** A value; undefined where there is none. */
export type Cell = string | number | bigint | undefined;
