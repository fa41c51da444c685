/** Loads and stores: what is kept of each, and the probes at them. */

import {
  type Frame,
  type Inline,
  type LocalProbe,
  type Location,
  type Needs,
  type Taker,
  valtype,
} from '../../engine/index.ts';
import { FrequentNumbers } from '../sketch/space-saving.ts';
import type { InstructionAccesses } from './data.ts';
import type { PageCounts } from './pages.ts';

/** Strides with a counter: loops over data have one or two, and each costs time where there is no pattern. */
const STRIDES = 4;

// Places in the figures of an instruction.
const COUNT = 0;
const MISALIGNED = 1;
const BELOW_HINT = 2;
const LOWEST = 3;
const HIGHEST = 4;
const FIGURES = 5;

/** A load or store of a module. */
export class AccessState {
  readonly memory: number;
  readonly isLoad: boolean;
  readonly width: number;
  /** In typed arrays, where V8 counts without allocating. */
  readonly figures = new Float64Array(FIGURES);
  readonly strides = new FrequentNumbers(STRIDES);

  constructor({ instruction, immediates }: Location) {
    const { reads, writes } = instruction.access;
    this.memory = immediates.index as number;
    this.isLoad = reads !== undefined;
    this.width = (reads ?? writes) as number;
    this.figures[LOWEST] = Number.POSITIVE_INFINITY;
  }

  get count(): number {
    return this.figures[COUNT] as number;
  }

  /** undefined where it was never executed. */
  result(): InstructionAccesses | undefined {
    const { memory, isLoad, width, figures } = this;
    if (figures[COUNT] === 0) return undefined;
    return {
      memory,
      access: isLoad ? 'load' : 'store',
      width,
      count: figures[COUNT] as number,
      lowest: figures[LOWEST] as number,
      highest: figures[HIGHEST] as number,
      misaligned: figures[MISALIGNED] as number,
      belowHint: figures[BELOW_HINT] as number,
      strides: this.strides.result(),
    };
  }
}

/** Notes the addresses of one load or store in one instance. */
class AddressTaker implements Taker {
  private readonly figures: Float64Array;
  private readonly strides: FrequentNumbers;
  private readonly pages: PageCounts;
  private readonly offset: number;
  /** Bits that are 0 in addresses which are multiples of the width; of the hint. */
  private readonly naturalMask: number;
  private readonly hintMask: number;
  /** Address of the last execution; -1 before the first. */
  private last = -1;

  constructor({ figures, strides, width }: AccessState, { immediates }: Location, pages: PageCounts) {
    this.figures = figures;
    this.strides = strides;
    this.pages = pages;
    this.offset = immediates.offset as number;
    this.naturalMask = width - 1;
    this.hintMask = 2 ** (immediates.align as number) - 1;
  }

  take(operand: number): void {
    const { figures, last } = this;
    const address = (operand >>> 0) + this.offset;
    figures[COUNT] = (figures[COUNT] as number) + 1;
    if ((address & this.naturalMask) !== 0) {
      figures[MISALIGNED] = (figures[MISALIGNED] as number) + 1;
      // A hint is at most the width, so that what breaks it is misaligned.
      if ((address & this.hintMask) !== 0) figures[BELOW_HINT] = (figures[BELOW_HINT] as number) + 1;
    }
    if (address < (figures[LOWEST] as number)) figures[LOWEST] = address;
    if (address > (figures[HIGHEST] as number)) figures[HIGHEST] = address;
    this.pages.add(address);
    if (last >= 0) this.strides.add(address - last);
    this.last = address;
  }
}

const ADDRESSES: readonly valtype.ValType[] = [valtype.I32];

/** Before a load, whose address is on top of the stack. */
class LoadProbe implements LocalProbe {
  readonly name = 'memory';
  readonly needs: Needs = { frame: false, operands: 1 };
  private readonly taker: AddressTaker;

  constructor(taker: AddressTaker) {
    this.taker = taker;
  }

  get inline(): Inline {
    const { taker } = this;
    return { fire: LoadProbe.prototype.fire, work: { kind: 'call', operand: 0, types: ADDRESSES, taker } };
  }

  fire(_frame: Frame, address: number): void {
    this.taker.take(address);
  }
}

/** Before a store, or a load of a lane: the address is below a value. */
class StoreProbe implements LocalProbe {
  readonly name = 'memory';
  readonly needs: Needs = { frame: false, operands: 2 };
  private readonly taker: AddressTaker;

  constructor(taker: AddressTaker) {
    this.taker = taker;
  }

  get inline(): Inline {
    const { taker } = this;
    return { fire: StoreProbe.prototype.fire, work: { kind: 'call', operand: 1, types: ADDRESSES, taker } };
  }

  fire(_frame: Frame, _value: unknown, address: number): void {
    this.taker.take(address);
  }
}

/** The probe for a load or store of an instance; `pages` are those of its kind of access. */
export function accessProbe(state: AccessState, location: Location, pages: PageCounts): LocalProbe {
  const taker = new AddressTaker(state, location, pages);
  return location.instruction.params.length === 1 ? new LoadProbe(taker) : new StoreProbe(taker);
}
