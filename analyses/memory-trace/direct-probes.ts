/**
 * Probes at loads and stores of numbers that do without the frame, which `onMemoryAccess` has to give to its handlers: most
 * accesses of a program are such ones. Its events remain for vectors and bulk operations.
 */

import {
  type Frame,
  floatBits,
  type LocalProbe,
  type Location,
  type MemoryInstance,
  type ModuleInstance,
  type ReadsValue,
  readsValue,
  type TypedValue,
  valtype,
} from '../../engine/index.ts';
import type { Details, KeptAccesses } from './kept-accesses.ts';

const { I64, V128 } = valtype;

/** Accesses that touch a byte of `from` to `to`, both included. */
export interface AddressRange {
  readonly from: number;
  readonly to: number;
}

abstract class DirectProbe implements LocalProbe {
  readonly name = 'memory-trace';
  readonly needs = { frame: false, access: true } as const;
  protected readonly kept: KeptAccesses;
  /** Number of the place for accesses that are told in full. */
  private readonly inFull: number;
  protected readonly place: number;
  protected readonly memory: MemoryInstance;
  protected readonly type: valtype.ValType;
  private readonly memoryIndex: number;
  private readonly isLoad: boolean;
  private readonly width: number;
  private readonly reads: ReadsValue | undefined;
  /** Addresses in this range are wanted, and in bounds, of the memory as it was when somebody looked last. */
  private readonly lowest: number;
  private readonly highest: number;
  private highestInBounds = -1;

  constructor(instance: ModuleInstance, location: Location, kept: KeptAccesses, { from, to }: AddressRange) {
    const { instruction, immediates } = location;
    const { access, results, params } = instruction;
    const { module } = instance;
    this.kept = kept;
    this.isLoad = access.reads !== undefined;
    this.type = (this.isLoad ? results[0] : params[1]) as valtype.ValType;
    this.place = kept.place({ module, location, form: this.type === I64 ? 'bigint' : 'number' });
    this.inFull = kept.place({ module, location, form: 'details' });
    this.memoryIndex = immediates.index as number;
    this.memory = instance.memories[this.memoryIndex] as MemoryInstance;
    this.width = (access.reads ?? access.writes) as number;
    this.reads = this.isLoad ? readsValue(instruction) : undefined;
    this.lowest = from - this.width + 1;
    this.highest = to;
  }

  abstract fire(frame: Frame, address: number, value: unknown): void;

  /** Is the access one of a number like any other? Those that are wanted, and are not, are noted here. */
  protected isPlain(address: number, value: unknown): boolean {
    if (address < this.lowest || address > this.highest || this.kept.isFull) return false;
    if (address <= this.highestInBounds && !Number.isNaN(value)) return true;
    return this.isPlainAfterAll(address, value);
  }

  private isPlainAfterAll(address: number, value: unknown): boolean {
    const view = this.memory.refresh();
    this.highestInBounds = view.byteLength - this.width;
    const traps = address > this.highestInBounds;
    const isNan = typeof value === 'number' && Number.isNaN(value);
    if (!traps && !isNan) return true;
    const bits = isNan ? floatBits(this.type, value) : undefined;
    const written: TypedValue | undefined =
      value === undefined ? undefined : { type: this.type, value: value as TypedValue['value'], bits };
    const details: Details = {
      access: this.isLoad ? 'read' : 'write',
      memory: this.memoryIndex,
      width: this.width,
      // What a load is given may have other bits of a NaN than what lies in memory.
      value: traps || this.reads === undefined ? written : this.reads(view, address),
      traps,
    };
    this.kept.addDetails(this.inFull, address, details);
    return false;
  }
}

class NumberAccess extends DirectProbe {
  fire(_frame: Frame, address: number, value: number): void {
    if (this.isPlain(address, value)) this.kept.addNumber(this.place, address, value);
  }
}

class BigintAccess extends DirectProbe {
  fire(_frame: Frame, address: number, value: bigint): void {
    if (this.isPlain(address, value)) this.kept.addBigint(this.place, address, value);
  }
}

/** The probe for an access; undefined for one that has to be told by `onMemoryAccess`. */
export function directProbe(
  instance: ModuleInstance,
  location: Location,
  kept: KeptAccesses,
  range: AddressRange,
): LocalProbe | undefined {
  const { immediates, params, results } = location.instruction;
  if (!immediates.includes('memarg') || immediates.includes('lane')) return undefined;
  const type = results[0] ?? params[1];
  if (type === V128) return undefined;
  return new (type === I64 ? BigintAccess : NumberAccess)(instance, location, kept, range);
}
