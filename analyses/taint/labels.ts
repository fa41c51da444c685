/**
 * Labels: small numbers that stand for sets of sources. Label 0 is the empty set: such a value comes from no source. A set gets its number when it
 * first occurs, so that a shadow of two bytes is enough for any number of sources.
 */

/** The most labels that there can be. The last one stands for all sources. */
const MOST_LABELS = 65_535;

export interface Source {
  readonly name: string;
  /** Times that it occurred: values and ranges of memory that came from it. */
  events: number;
  /** Bytes of memory that it wrote. */
  bytes: number;
}

export class Labels {
  private readonly sources: Source[] = [];
  /** By label: indices of sources, ascending. */
  private readonly sets: (readonly number[])[] = [[]];
  private readonly bySet = new Map<string, number>();
  private readonly bySource = new Map<string, number>();
  private readonly unions = new Map<number, number>();
  private everything: number | undefined;

  /** The label of one source. */
  of(name: string): number {
    let label = this.bySource.get(name);
    if (label === undefined) {
      this.sources.push({ name, events: 0, bytes: 0 });
      label = this.labelOf([this.sources.length - 1]);
      this.bySource.set(name, label);
    }
    return label;
  }

  union(a: number, b: number): number {
    if (a === b || b === 0) return a;
    if (a === 0) return b;
    const key = a < b ? a * 65_536 + b : b * 65_536 + a;
    let label = this.unions.get(key);
    if (label === undefined) {
      const members = new Set([...this.indices(a), ...this.indices(b)]);
      label = this.labelOf([...members].sort((x, y) => x - y));
      this.unions.set(key, label);
    }
    return label;
  }

  /** Notes that a source has given a value, or has written to memory. */
  occurred(label: number, bytes: number): void {
    for (const index of this.indices(label)) {
      const source = this.sources[index] as Source;
      source.events++;
      source.bytes += bytes;
    }
  }

  /** The sources of a label. */
  sourcesOf(label: number): Source[] {
    return this.indices(label).map((index) => this.sources[index] as Source);
  }

  get all(): readonly Source[] {
    return this.sources;
  }

  private indices(label: number): readonly number[] {
    // Sources that come later belong to it as well.
    if (label === this.everything) return this.sources.map((_, i) => i);
    return this.sets[label] as readonly number[];
  }

  private labelOf(indices: readonly number[]): number {
    const key = indices.join();
    let label = this.bySet.get(key);
    if (label !== undefined) return label;
    if (this.everything !== undefined) return this.everything;
    label = this.sets.length;
    // Too many sets: what is new is said to come from everywhere, which is never too little.
    if (label === MOST_LABELS) this.everything = label;
    this.sets.push(indices);
    this.bySet.set(key, label);
    return label;
  }
}
