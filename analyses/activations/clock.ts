/** Times that add up exactly. */

/** Parts of a millisecond: a power of two, about a nanosecond. */
const PARTS = 2 ** 20;

/** A time such that sums of times do not depend on their order, as merging needs it. */
export function exactMs(ms: number): number {
  return Math.round(ms * PARTS) / PARTS;
}
