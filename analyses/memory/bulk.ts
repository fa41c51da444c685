/** Bulk operations: what is kept of each, and the probes at them. */

import type { Frame, LocalProbe, Location, Needs } from '../../engine/index.ts';
import type { InstructionBulk } from './data.ts';
import type { PageCounts } from './pages.ts';

export type BulkKind = 'init' | 'copy' | 'fill';

/** A bulk operation of a module. */
export class BulkState {
  readonly kind: BulkKind;
  /** The memory that is written. */
  readonly memory: number;
  /** The memory that is read, for `copy`. */
  readonly source: number | undefined;
  times = 0;
  bytes = 0;

  constructor({ instruction, immediates }: Location) {
    const isInit = instruction.immediates[0] === 'data';
    const isCopy = instruction.access.reads !== undefined;
    this.kind = isInit ? 'init' : isCopy ? 'copy' : 'fill';
    this.memory = (isInit ? immediates.index2 : immediates.index) as number;
    this.source = isCopy ? immediates.index2 : undefined;
  }

  /** undefined where it was never executed. */
  result(): InstructionBulk | undefined {
    const { memory, times, bytes } = this;
    return times === 0 ? undefined : { memory, times, bytes };
  }
}

/** Destination, source (or byte) and length are the operands, the length topmost. */
export class BulkProbe implements LocalProbe {
  readonly name = 'memory';
  readonly needs: Needs = { frame: false, operands: 3 };
  private readonly state: BulkState;
  private readonly writes: PageCounts;
  private readonly reads: PageCounts | undefined;

  /** `reads`: the pages of the memory that is read, if there is one. */
  constructor(state: BulkState, writes: PageCounts, reads: PageCounts | undefined) {
    this.state = state;
    this.writes = writes;
    this.reads = reads;
  }

  fire(_frame: Frame, length: number, source: number, destination: number): void {
    this.state.times++;
    this.state.bytes += length >>> 0;
    this.reads?.add(source >>> 0);
    this.writes.add(destination >>> 0);
  }
}
