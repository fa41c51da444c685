/**
 * The most frequent values of a stream in little memory, by the algorithm Space-Saving (Metwally, Agrawal and El Abbadi, 2005):
 * there is a fixed number of counters; a value that has none takes over the least one and begins with its count, which is
 * then its error. Every value that makes up more than 1 in `size` of the stream is among them.
 */

import { type FrequentValues, sorted } from './data.ts';

/** Of numbers. NaNs are one value, and so are 0 and -0. */
export class FrequentNumbers {
  private readonly values: Float64Array;
  private readonly counts: Float64Array;
  private readonly errors: Float64Array;
  private readonly size: number;
  private used = 0;
  /** The counter of the last value, which is the next one's more often than not. */
  private last = 0;

  constructor(size: number) {
    this.size = size;
    this.values = new Float64Array(size);
    this.counts = new Float64Array(size);
    this.errors = new Float64Array(size);
  }

  add(value: number): void {
    const { values, counts, last } = this;
    if (values[last] === value && last < this.used) {
      counts[last] = (counts[last] as number) + 1;
      return;
    }
    this.search(value);
  }

  private search(value: number): void {
    const { values, counts, used } = this;
    let least = 0;
    for (let i = 0; i < used; i++) {
      const known = values[i] as number;
      if (known === value || (Number.isNaN(known) && Number.isNaN(value))) {
        counts[i] = (counts[i] as number) + 1;
        this.last = i;
        return;
      }
      if ((counts[i] as number) < (counts[least] as number)) least = i;
    }
    if (used < this.size) {
      least = used;
      this.used++;
    }
    const inherited = counts[least] as number;
    // A sum, so that -0 becomes 0.
    values[least] = value + 0;
    counts[least] = inherited + 1;
    this.errors[least] = inherited;
    this.last = least;
  }

  result(): FrequentValues {
    return frequentValues(
      Array.from(this.values.subarray(0, this.used), String),
      this.counts.subarray(0, this.used),
      this.errors.subarray(0, this.used),
      this.size,
    );
  }
}

/** Of 64-bit integers. */
export class FrequentBigints {
  private readonly values: BigInt64Array;
  private readonly counts: Float64Array;
  private readonly errors: Float64Array;
  private readonly size: number;
  private used = 0;

  constructor(size: number) {
    this.size = size;
    this.values = new BigInt64Array(size);
    this.counts = new Float64Array(size);
    this.errors = new Float64Array(size);
  }

  add(value: bigint): void {
    const { values, counts, used } = this;
    let least = 0;
    for (let i = 0; i < used; i++) {
      if (values[i] === value) {
        counts[i] = (counts[i] as number) + 1;
        return;
      }
      if ((counts[i] as number) < (counts[least] as number)) least = i;
    }
    if (used < this.size) {
      least = used;
      this.used++;
    }
    const inherited = counts[least] as number;
    values[least] = value;
    counts[least] = inherited + 1;
    this.errors[least] = inherited;
  }

  result(): FrequentValues {
    return frequentValues(
      Array.from(this.values.subarray(0, this.used), String),
      this.counts.subarray(0, this.used),
      this.errors.subarray(0, this.used),
      this.size,
    );
  }
}

function frequentValues(
  texts: readonly string[],
  counts: Float64Array,
  errors: Float64Array,
  size: number,
): FrequentValues {
  const values = texts.map((value, i) => ({ value, count: counts[i] as number, error: errors[i] as number }));
  // Nothing was ever replaced as long as no counter has an error.
  const isExact = texts.length < size || errors.every((error) => error === 0);
  return { values: sorted(values), unlisted: isExact ? 0 : Math.min(...counts) };
}
