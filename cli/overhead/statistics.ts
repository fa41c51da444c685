/** What a list of samples comes to. */

export interface Spread {
  readonly min: number;
  /** Quartiles, between the samples where they fall between two. */
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly max: number;
  /** In the order in which they were taken. */
  readonly samples: readonly number[];
}

/** Of at least one sample. */
export function spreadOf(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)] as number;
    const above = sorted[Math.ceil(place)] as number;
    return below + (above - below) * (place - Math.floor(place));
  };
  return { min: at(0), q1: at(0.25), median: at(0.5), q3: at(0.75), max: at(1), samples };
}

export function median(samples: readonly number[]): number {
  return spreadOf(samples).median;
}

/** `samples[i]` combined with `others[i]`: both were taken in the same round, so that they share what else the machine did. */
export function paired(
  samples: readonly number[],
  others: readonly number[],
  combine: (a: number, b: number) => number,
): Spread {
  return spreadOf(samples.map((sample, i) => combine(sample, others[i] as number)));
}

export const ratio = (a: number, b: number): number => a / b;
export const difference = (a: number, b: number): number => a - b;
