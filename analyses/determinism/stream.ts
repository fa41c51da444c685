/**
 * A hash of a stream of events, with checkpoints on the way. Two streams that differ have different hashes (by chance, once in
 * 2^64 times), and the first checkpoint that differs tells where they part.
 */

/** So many checkpoints are kept; then every second one goes, and the next ones are twice as far apart. */
const MOST_CHECKPOINTS = 1024;

const float = new DataView(new ArrayBuffer(8));

export class EventStream {
  private low = 0x811c9dc5;
  private high = 0xcbf29ce4;
  events = 0;
  /** Events from one checkpoint to the next. */
  interval = 1024;
  private left = this.interval;
  private points: string[] = [];

  /** One event, which is a number of 32 bits. */
  add(value: number): void {
    this.low = Math.imul(this.low ^ value, 0x01000193);
    // The second half mixes in another way, so that both do not fail on the same input.
    this.high = Math.imul((this.high << 5) ^ (this.high >>> 27) ^ value, 0x5bd1e995);
    this.events++;
    if (--this.left === 0) this.checkpoint();
  }

  /** A value of a type that events have: all NaNs are the same. */
  addValue(value: unknown): void {
    if (typeof value === 'bigint') {
      this.add(Number(BigInt.asIntN(32, value)));
      this.add(Number(BigInt.asIntN(32, value >> 32n)));
    } else if (typeof value === 'number') {
      if ((value | 0) === value && !Object.is(value, -0)) return this.add(value);
      float.setFloat64(0, Number.isNaN(value) ? Number.NaN : value);
      this.add(float.getInt32(0));
      this.add(float.getInt32(4));
    } else {
      // References and vectors: that there is one.
      this.add(value === null ? 0 : 1);
    }
  }

  private checkpoint(): void {
    this.points.push(this.hash);
    if (this.points.length === MOST_CHECKPOINTS) {
      this.points = this.points.filter((_, i) => i % 2 === 1);
      this.interval *= 2;
    }
    this.left = this.interval;
  }

  /** 16 hexadecimal digits. */
  get hash(): string {
    return [this.high, this.low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** The hash behind each `interval` events. */
  get checkpoints(): readonly string[] {
    return [...this.points];
  }
}
