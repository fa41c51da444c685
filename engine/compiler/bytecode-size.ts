/**
 * How large V8's bytecode of some JavaScript will be. V8 never optimises a function with more than 61,440 bytes of bytecode
 * (`--max-optimized-bytecode-size`); compiled code without optimisation is slower than the interpreter. There is no way to
 * ask for the size, so it is estimated from the text.
 */

/**
 * The largest estimate that is taken for small enough. Of 9453 functions of three real modules, 66 of which had between 40,000
 * and 90,000 bytes, this let none through that V8 would not optimise, and kept out one that it would.
 */
const MAX_ESTIMATE = 58_000;
/** No text was seen with more than 1.2 bytes for each character. */
const SHORT = 45_000;

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

/** Is the code too large to be optimised? */
export function isTooLarge(text: string): boolean {
  return text.length > SHORT && estimatedBytecode(text) > MAX_ESTIMATE;
}
