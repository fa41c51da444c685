/**
 * Probes at loads and stores of numbers that do without the frame, which `onMemoryAccess` has to give to its handlers: most
 * accesses of a program are such ones. Its events remain for the others, and for stores of floats, whose bits only a frame tells.
 */

import {
  type Frame,
  type LocalProbe,
  type Location,
  type MemoryInstance,
  type ModuleInstance,
  type Needs,
  type ReadsValue,
  readsValue,
  type TypedValue,
  valtype,
} from '../../engine/index.ts';

/** An access, as `MemoryAccessEvent` has it. */
export interface DirectAccess {
  readonly location: Location;
  readonly access: 'read' | 'write';
  readonly memory: number;
  readonly address: number;
  readonly width: number;
  readonly wouldTrap: boolean;
  readonly value: TypedValue | undefined;
}

/** What is told of, and by. */
export interface DirectListener {
  /** Is an access of `width` bytes wanted? It is asked before the value is read. */
  wants(address: number, width: number): boolean;
  note(access: DirectAccess): void;
}

abstract class DirectProbe implements LocalProbe {
  readonly name = 'memory-trace';
  abstract readonly needs: Needs;
  protected readonly listener: DirectListener;
  protected readonly location: Location;
  protected readonly memory: MemoryInstance;
  protected readonly width: number;
  private readonly offset: number;

  constructor(instance: ModuleInstance, location: Location, listener: DirectListener) {
    const { instruction, immediates } = location;
    this.listener = listener;
    this.location = location;
    this.memory = instance.memories[immediates.index as number] as MemoryInstance;
    this.width = (instruction.access.reads ?? instruction.access.writes) as number;
    this.offset = immediates.offset as number;
  }

  abstract fire(frame: Frame, ...operands: readonly unknown[]): void;

  protected addressOf(operand: number): number {
    return (operand >>> 0) + this.offset;
  }
}

class DirectLoad extends DirectProbe {
  readonly needs: Needs = { frame: false, operands: 1 };
  private readonly reads: ReadsValue;

  constructor(instance: ModuleInstance, location: Location, listener: DirectListener) {
    super(instance, location, listener);
    this.reads = readsValue(location.instruction);
  }

  fire(_frame: Frame, operand: number): void {
    const { listener, location, width } = this;
    const address = this.addressOf(operand);
    if (!listener.wants(address, width)) return;
    const view = this.memory.refresh();
    const wouldTrap = address + width > view.byteLength;
    const value = wouldTrap ? undefined : this.reads(view, address);
    const memory = location.immediates.index as number;
    listener.note({ location, access: 'read', memory, address, width, wouldTrap, value });
  }
}

class DirectStore extends DirectProbe {
  readonly needs: Needs = { frame: false, operands: 2 };

  fire(_frame: Frame, operand: number | bigint, addressOperand: number): void {
    const { listener, location, width } = this;
    const address = this.addressOf(addressOperand);
    if (!listener.wants(address, width)) return;
    const wouldTrap = address + width > this.memory.refresh().byteLength;
    const value = typeof operand === 'number' ? this.small(operand) : this.large(operand);
    const memory = location.immediates.index as number;
    listener.note({ location, access: 'write', memory, address, width, wouldTrap, value });
  }

  /** The low bytes of a narrow store, unsigned. */
  private small(value: number): TypedValue {
    const { width } = this;
    return { type: valtype.I32, value: width === 4 ? value : value & (2 ** (8 * width) - 1), bits: undefined };
  }

  private large(value: bigint): TypedValue {
    const { width } = this;
    return { type: valtype.I64, value: width === 8 ? value : BigInt.asUintN(8 * width, value), bits: undefined };
  }
}

/** The probe for an access; undefined for one that has to be told by `onMemoryAccess`. */
export function directProbe(
  instance: ModuleInstance,
  location: Location,
  listener: DirectListener,
): LocalProbe | undefined {
  const { immediates, access, params, results } = location.instruction;
  if (!immediates.includes('memarg') || immediates.includes('lane')) return undefined;
  if (access.reads !== undefined) {
    return results[0] === valtype.V128 ? undefined : new DirectLoad(instance, location, listener);
  }
  const isInteger = params[1] === valtype.I32 || params[1] === valtype.I64;
  return isInteger ? new DirectStore(instance, location, listener) : undefined;
}
