/**
 * Callbacks at loads and stores. Probes fire before their instruction, when a load has an address and no value yet: the callback
 * reads the value where the load will read it. The programs do not trap, so that all addresses are within bounds.
 */

import type { Frame, LocalProbe, Location, MemoryInstance, ModuleInstance } from '../engine/index.ts';

/** What a callback notes of the accesses at its place: something of each address and each value. */
export interface Accesses {
  readonly count: number;
  /** Accesses of the value 0. */
  readonly zeros: number;
  /** All addresses, with exclusive or. */
  readonly addresses: number;
}

type Read = (view: DataView, at: number) => number;
type ReadBig = (view: DataView, at: number) => bigint;

const numbers: Readonly<Record<string, Read>> = {
  'i32.load': (view, at) => view.getInt32(at, true),
  'f32.load': (view, at) => view.getFloat32(at, true),
  'f64.load': (view, at) => view.getFloat64(at, true),
  'i32.load8_s': (view, at) => view.getInt8(at),
  'i32.load8_u': (view, at) => view.getUint8(at),
  'i32.load16_s': (view, at) => view.getInt16(at, true),
  'i32.load16_u': (view, at) => view.getUint16(at, true),
};

const bigs: Readonly<Record<string, ReadBig>> = {
  'i64.load': (view, at) => view.getBigInt64(at, true),
  'i64.load8_s': (view, at) => BigInt(view.getInt8(at)),
  'i64.load8_u': (view, at) => BigInt(view.getUint8(at)),
  'i64.load16_s': (view, at) => BigInt(view.getInt16(at, true)),
  'i64.load16_u': (view, at) => BigInt(view.getUint16(at, true)),
  'i64.load32_s': (view, at) => BigInt(view.getInt32(at, true)),
  'i64.load32_u': (view, at) => BigInt(view.getUint32(at, true)),
};

const stores = new Set(['i32.store', 'f32.store', 'f64.store', 'i32.store8', 'i32.store16']);
const bigStores = new Set(['i64.store', 'i64.store8', 'i64.store16', 'i64.store32']);

const COUNT = 0;
const ZEROS = 1;
const ADDRESSES = 2;

/** A place, which knows its constant offset. Counts are modulo 2^32. */
abstract class AccessCallback implements LocalProbe, Accesses {
  abstract readonly needs: { readonly frame: false; readonly operands: number };
  private readonly noted = new Int32Array(3);
  protected readonly offset: number;

  constructor({ immediates }: Location) {
    this.offset = immediates.offset ?? 0;
  }

  get count(): number {
    return this.noted[COUNT] as number;
  }

  get zeros(): number {
    return this.noted[ZEROS] as number;
  }

  get addresses(): number {
    return this.noted[ADDRESSES] as number;
  }

  abstract fire(frame: Frame, ...operands: readonly unknown[]): void;

  protected note(address: number, isZero: boolean): void {
    const { noted } = this;
    (noted[COUNT] as number)++;
    (noted[ADDRESSES] as number) ^= address;
    if (isZero) (noted[ZEROS] as number)++;
  }
}

class LoadCallback extends AccessCallback {
  readonly needs = { frame: false, operands: 1 } as const;
  private readonly memory: MemoryInstance;
  private readonly read: Read;

  constructor(location: Location, memory: MemoryInstance, read: Read) {
    super(location);
    this.memory = memory;
    this.read = read;
  }

  fire(_frame: Frame, operand: number): void {
    const address = (operand >>> 0) + this.offset;
    this.note(address, this.read(this.memory.view, address) === 0);
  }
}

class BigLoadCallback extends AccessCallback {
  readonly needs = { frame: false, operands: 1 } as const;
  private readonly memory: MemoryInstance;
  private readonly read: ReadBig;

  constructor(location: Location, memory: MemoryInstance, read: ReadBig) {
    super(location);
    this.memory = memory;
    this.read = read;
  }

  fire(_frame: Frame, operand: number): void {
    const address = (operand >>> 0) + this.offset;
    this.note(address, this.read(this.memory.view, address) === 0n);
  }
}

class StoreCallback extends AccessCallback {
  readonly needs = { frame: false, operands: 2 } as const;

  fire(_frame: Frame, value: number, operand: number): void {
    this.note((operand >>> 0) + this.offset, value === 0);
  }
}

class BigStoreCallback extends AccessCallback {
  readonly needs = { frame: false, operands: 2 } as const;

  fire(_frame: Frame, value: bigint, operand: number): void {
    this.note((operand >>> 0) + this.offset, value === 0n);
  }
}

/** The callback for an instruction; undefined for those that are no load or store of a number. */
export function accessProbe({ memories }: ModuleInstance, location: Location): AccessCallback | undefined {
  const { name } = location.instruction;
  const memory = memories[location.immediates.index ?? 0];
  if (memory === undefined) return undefined;
  const read = numbers[name];
  if (read !== undefined) return new LoadCallback(location, memory, read);
  const readBig = bigs[name];
  if (readBig !== undefined) return new BigLoadCallback(location, memory, readBig);
  if (stores.has(name)) return new StoreCallback(location);
  return bigStores.has(name) ? new BigStoreCallback(location) : undefined;
}
