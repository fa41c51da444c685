/** The labels of the bytes of a memory: two bytes for each, in pieces that exist only where something is tainted. */

import type { MemoryInstance } from '../../engine/index.ts';
import type { MemoryRange } from '../wasi/memory-effects.ts';
import type { Labels } from './labels.ts';

const PIECE_BYTES = 4096;

/** How many bytes are tainted, in all memories of a run. */
export class ByteCount {
  now = 0;
  peak = 0;

  add(bytes: number): void {
    this.now += bytes;
    if (this.now > this.peak) this.peak = this.now;
  }
}

export class ShadowMemory {
  readonly memory: MemoryInstance;
  /** Label of its size, which `memory.grow` may have got from somewhere. */
  sizeLabel = 0;
  /** Bytes with a label other than 0. */
  tainted = 0;
  private readonly pieces: (Uint16Array | undefined)[] = [];
  private readonly labels: Labels;
  private readonly count: ByteCount;

  constructor(memory: MemoryInstance, labels: Labels, count: ByteCount) {
    this.memory = memory;
    this.labels = labels;
    this.count = count;
  }

  /** Is the range within the memory as it is now? */
  contains(start: number, bytes: number): boolean {
    return start + bytes <= this.memory.refresh().byteLength;
  }

  /** The union of the labels of a range; what is outside of the memory has none. */
  get(start: number, bytes: number): number {
    if (this.tainted === 0) return 0;
    let label = 0;
    for (let at = start; at < start + bytes; ) {
      const index = Math.floor(at / PIECE_BYTES);
      const end = Math.min(start + bytes, (index + 1) * PIECE_BYTES);
      const piece = this.pieces[index];
      if (piece !== undefined) {
        for (let i = at - index * PIECE_BYTES, last = i + end - at; i < last; i++) {
          const one = piece[i] as number;
          if (one !== label && one !== 0) label = this.labels.union(label, one);
        }
      } else if (index >= this.pieces.length) return label;
      at = end;
    }
    return label;
  }

  /** Gives all bytes of a range, which is within the memory, one label. */
  set(start: number, bytes: number, label: number): void {
    if (label === 0 && this.tainted === 0) return;
    for (let at = start; at < start + bytes; ) {
      const index = Math.floor(at / PIECE_BYTES);
      const end = Math.min(start + bytes, (index + 1) * PIECE_BYTES);
      this.setWithin(index, { from: at - index * PIECE_BYTES, to: end - index * PIECE_BYTES }, label);
      at = end;
    }
  }

  private setWithin(index: number, { from, to }: { readonly from: number; readonly to: number }, label: number): void {
    let piece = this.pieces[index];
    if (piece === undefined) {
      if (label === 0) return;
      while (this.pieces.length < index) this.pieces.push(undefined);
      piece = new Uint16Array(PIECE_BYTES);
      this.pieces[index] = piece;
    }
    let more = 0;
    for (let i = from; i < to; i++) {
      const old = piece[i] as number;
      if (old === label) continue;
      if (old === 0) more++;
      else if (label === 0) more--;
      piece[i] = label;
    }
    if (more === 0) return;
    this.tainted += more;
    this.count.add(more);
  }

  /** Copies the labels of a range, which may overlap with where they go; `more` is a label that all get besides. */
  copy(from: ShadowMemory, start: number, [source, bytes]: MemoryRange, more: number): void {
    if (from.tainted === 0) {
      this.set(start, bytes, more);
      return;
    }
    const isBackwards = from === this && start > source;
    for (let k = 0; k < bytes; k++) {
      const i = isBackwards ? bytes - 1 - k : k;
      this.set(start + i, 1, this.labels.union(from.get(source + i, 1), more));
    }
  }
}
