/** How strongly a line is coloured. */

/**
 * 0 for nothing to 1 for the greatest count, by orders of magnitude: next to a loop that ran a million times, one that
 * ran a thousand times would otherwise look as if it had not run.
 */
export function heatOf(count: number, greatest: number): number {
  if (count <= 0 || greatest <= 0) return 0;
  return Math.log1p(count) / Math.log1p(greatest);
}
