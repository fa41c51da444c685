/**
 * How large V8's bytecode of some JavaScript will be. V8 never optimises a function with more than 61,440 bytes of bytecode
 * (`--max-optimized-bytecode-size`); compiled code without optimisation is slower than the interpreter. There is no way to
 * ask for the size, so it is estimated from the text.
 */

/** What V8 has as its limit where nobody has set another. */
export const DEFAULT_BYTECODE_LIMIT = 61_440;

/**
 * The largest estimate that is taken for small enough, as a part of the limit. Of 9453 functions of three real modules, 66 of
 * which had between 40,000 and 90,000 bytes, 58,000 of 61,440 let none through that V8 would not optimise, and kept out one that it
 * would.
 */
const SAFE_PART = 0.944;
/** No text was seen with more bytes for each character. */
const MOST_PER_CHARACTER = 1.2;

/** What costs bytes in the text of compiled code: calls, elements, members, assignments, branches, operators. */
const costly = /(\w\()|(\w\[)|(\.\w)|( = )|(\bif \()| (?:[-+*/%&|^<>]|<<|>>>?|[!=]==|<=|>=)(?= )/g;
/** Their bytes in large functions, where operands are wide. Least squares over 206 functions of three real modules and rows of one thing. */
const BYTES = [16.7, 15.7, 8.3, 5.1, 5, 4];

/**
 * Bytes of the bytecode of a large function, from its text in the layout of `text.ts`. For functions of 15,000 to 200,000 bytes of
 * real modules the estimate was 0.91 to 1.09 times the size; for long rows of one thing 0.85 to 1.28 times.
 */
export function estimatedBytecode(text: string): number {
  const counts = BYTES.map(() => 0);
  for (const groups of text.matchAll(costly)) {
    const kind = groups.findIndex((group, i) => i > 0 && group !== undefined);
    counts[kind < 0 ? BYTES.length - 1 : kind - 1]++;
  }
  return Math.round(counts.reduce((sum, count, kind) => sum + count * BYTES[kind], 0));
}

/** Is the code too large to be optimised, where V8 does that up to `limit` bytes of bytecode? */
export function isTooLarge(text: string, limit: number): boolean {
  const most = limit * SAFE_PART;
  return text.length * MOST_PER_CHARACTER > most && estimatedBytecode(text) > most;
}
