/** Events of memory accesses: loads, stores, vector accesses and bulk operations, before they happen. */

import {
  type Frame,
  functionLocations,
  type Instruction,
  instructions,
  type LocalProbe,
  type Location,
  type MemoryInstance,
  type ModuleInstance,
  type Needs,
  type ReadsValue,
  readsValue,
  type TypedValue,
  type WritesValue,
  writesValue,
} from '../../engine/index.ts';
import { type Attachment, Insertions } from '../attachment.ts';
import { FilterError } from '../errors.ts';
import { type EventOptions, mergeNeeds } from '../event-options.ts';
import { handlerName } from '../handler-name.ts';
import { selectFunctions } from '../select-functions.ts';
import { type InstructionFilter, selectInstructions } from '../select-instructions.ts';
import { unsignedOperand } from './operands.ts';
import { type EntityFilter, selectEntities } from './select-entities.ts';

/** An instruction is about to read or write a memory. `memory.copy` is two accesses: the read, then the write. */
export interface MemoryAccessEvent {
  readonly frame: Frame;
  readonly location: Location;
  readonly access: 'read' | 'write';
  /** Index of the memory in the module. */
  readonly memory: number;
  /** Effective address of the first byte: operand and constant offset. */
  readonly address: number;
  /** Bytes that are read or written; for bulk operations the length, which may be 0. */
  readonly width: number;
  /** Some byte that the instruction needs is out of bounds: it will trap, and neither read nor write anything. */
  readonly wouldTrap: boolean;
  /**
   * With the option `value`: what a load pushes (of a lane load, the lane); what a store writes (of a narrow store the low bytes,
   * of a lane store the lane, both unsigned, but for lanes of 4 and 8 bytes, which are an i32 and an i64); the byte of `memory.fill`.
   * Undefined for a load that would trap, and for `memory.copy` and `memory.init`.
   */
  readonly value: TypedValue | undefined;
  /** With the option `value`, for `memory.copy` and `memory.init`: a copy of the bytes that are moved; undefined where it would trap. */
  readonly bytes: Uint8Array | undefined;
}

export interface MemoryAccessOptions extends EventOptions {
  /** Reads only, or writes only. */
  readonly access?: 'read' | 'write' | undefined;
  /** Memories, by index or name; default: all. */
  readonly memory?: EntityFilter | undefined;
  /** Instructions, of those that access memories; default: all. */
  readonly instructions?: InstructionFilter | undefined;
  /** Tell values and bytes. Reading them costs time; memory is not changed by it. */
  readonly value?: boolean | undefined;
}

type Handler = (event: MemoryAccessEvent) => void;

/** What the probes of one attachment have in common. */
interface Attaching {
  readonly instance: ModuleInstance;
  readonly handler: Handler;
  readonly options: MemoryAccessOptions;
  readonly memories: ReadonlySet<number> | undefined;
}

function isRead(i: Instruction): boolean {
  return i.access.reads !== undefined;
}

function isWrite(i: Instruction): boolean {
  return i.access.writes !== undefined;
}

abstract class AccessProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  protected readonly handler: Handler;
  protected readonly location: Location;
  protected readonly tellsValue: boolean;

  constructor({ handler, options }: Attaching, location: Location, operands: number) {
    this.name = handlerName(handler, options, 'memory access');
    this.needs = mergeNeeds({ operands }, options.needs);
    this.handler = handler;
    this.location = location;
    this.tellsValue = options.value === true;
  }

  abstract fire(frame: Frame): void;
}

/** A load or store: address and constant offset, a fixed width. */
class LoadStoreProbe extends AccessProbe {
  private readonly access: 'read' | 'write';
  private readonly memoryIndex: number;
  private readonly memory: MemoryInstance;
  /** Place of the address among the operands, from the top. */
  private readonly addressAt: number;
  private readonly offset: number;
  private readonly width: number;
  private readonly lane: number;
  private readonly reads: ReadsValue | undefined;
  private readonly writes: WritesValue | undefined;

  constructor(attaching: Attaching, location: Location) {
    const { instruction, immediates } = location;
    super(attaching, location, instruction.params.length);
    this.access = isRead(instruction) ? 'read' : 'write';
    this.memoryIndex = immediates.index as number;
    this.memory = attaching.instance.memories[this.memoryIndex] as MemoryInstance;
    this.addressAt = instruction.params.length - 1;
    this.offset = immediates.offset as number;
    this.width = (isRead(instruction) ? instruction.access.reads : instruction.access.writes) as number;
    this.lane = immediates.lane ?? 0;
    this.reads = this.tellsValue && isRead(instruction) ? readsValue(instruction) : undefined;
    this.writes = this.tellsValue && isWrite(instruction) ? writesValue(instruction) : undefined;
  }

  override fire(frame: Frame): void {
    const { location, access, width } = this;
    const address = unsignedOperand(frame, this.addressAt) + this.offset;
    const view = this.memory.refresh();
    const wouldTrap = address + width > view.byteLength;
    const value = this.writes?.(frame.operand(0), this.lane) ?? (wouldTrap ? undefined : this.reads?.(view, address));
    this.handler({
      frame,
      location,
      access,
      memory: this.memoryIndex,
      address,
      width,
      wouldTrap,
      value,
      bytes: undefined,
    });
  }
}

/** What a bulk operation takes its bytes from. */
type Source =
  | { readonly kind: 'memory'; readonly index: number; readonly memory: MemoryInstance }
  | { readonly kind: 'data'; readonly index: number }
  | { readonly kind: 'byte' };

/** A bulk operation: its operands are destination, source (an address, an offset in a segment, or a byte) and length. */
class BulkProbe extends AccessProbe {
  private readonly instance: ModuleInstance;
  private readonly target: number;
  private readonly memory: MemoryInstance;
  private readonly source: Source;
  private readonly tellsRead: boolean;
  private readonly tellsWrite: boolean;

  constructor(attaching: Attaching, location: Location) {
    super(attaching, location, 3);
    const { instruction, immediates } = location;
    const { instance, options } = attaching;
    const index = immediates.index as number;
    const index2 = immediates.index2 as number;
    this.instance = instance;
    const isInit = instruction.immediates[0] === 'data';
    this.target = isInit ? index2 : index;
    this.memory = instance.memories[this.target] as MemoryInstance;
    if (isRead(instruction)) {
      this.source = { kind: 'memory', index: index2, memory: instance.memories[index2] as MemoryInstance };
    } else this.source = isInit ? { kind: 'data', index } : { kind: 'byte' };
    const isWanted = (memory: number): boolean => attaching.memories?.has(memory) ?? true;
    this.tellsRead = options.access !== 'write' && this.source.kind === 'memory' && isWanted(index2);
    this.tellsWrite = options.access !== 'read' && isWanted(this.target);
  }

  /** Does it tell anything, as the options are? */
  get isOfUse(): boolean {
    return this.tellsRead || this.tellsWrite;
  }

  override fire(frame: Frame): void {
    const { location, source } = this;
    const width = unsignedOperand(frame, 0);
    const from = unsignedOperand(frame, 1);
    const address = unsignedOperand(frame, 2);
    const bytes = this.sourceBytes();
    const isBeyondSource = bytes !== undefined && from + width > bytes.length;
    const wouldTrap = isBeyondSource || address + width > this.memory.refresh().byteLength;
    const moved = this.tellsValue && !wouldTrap ? bytes?.slice(from, from + width) : undefined;
    // Spread last, since V8 is slow where fields are added after a spread.
    const common = { frame, location, width, wouldTrap, bytes: moved };
    if (this.tellsRead && source.kind === 'memory') {
      this.handler({ access: 'read', memory: source.index, address: from, value: undefined, ...common });
    }
    if (!this.tellsWrite) return;
    const byte = { type: location.instruction.params[1] as number, value: from & 0xff, bits: undefined };
    const value = this.tellsValue && source.kind === 'byte' ? byte : undefined;
    this.handler({ access: 'write', memory: this.target, address, value, ...common });
  }

  /** The bytes that the operation may take from; undefined for `memory.fill`. */
  private sourceBytes(): Uint8Array | undefined {
    const { source } = this;
    if (source.kind === 'byte') return undefined;
    if (source.kind === 'data') return this.instance.data[source.index];
    source.memory.refresh();
    return source.memory.bytes;
  }
}

function accessesOf({ access, instructions: filter }: MemoryAccessOptions): ReadonlySet<number> {
  const wanted = instructions.filter((i) => (access !== 'write' && isRead(i)) || (access !== 'read' && isWrite(i)));
  const ops = wanted.map((i) => i.op);
  if (filter === undefined) return new Set(ops);
  const selected = selectInstructions(filter);
  const both = new Set(ops.filter((op) => selected.has(op)));
  if (both.size > 0) return both;
  const what = access === undefined ? 'accesses a memory' : `${access}s a memory`;
  throw new FilterError(String(filter), `no instruction that ${what} is selected by "${String(filter)}"`);
}

/**
 * Calls the handler before each access of the instance's code to a memory, also of one that will trap. Accesses of host
 * functions, and of active segments during instantiation, are no instructions and are not seen.
 */
export function onMemoryAccess(
  instance: ModuleInstance,
  handler: Handler,
  options: MemoryAccessOptions = {},
): Attachment {
  const { module } = instance;
  const memories = options.memory === undefined ? undefined : selectEntities(module, 'memory', options.memory);
  const attaching: Attaching = { instance, handler, options, memories };
  const ops = accessesOf(options);
  const insertions = new Insertions();
  for (const func of selectFunctions(module, options.functions)) {
    for (const location of functionLocations(module, func, ops)) {
      const probe = probeAt(attaching, location);
      if (probe !== undefined) insertions.local(instance, func, location.pc, probe);
    }
  }
  return insertions;
}

function probeAt(attaching: Attaching, location: Location): LocalProbe | undefined {
  const { instruction, immediates } = location;
  if (!instruction.immediates.includes('memarg')) {
    const probe = new BulkProbe(attaching, location);
    return probe.isOfUse ? probe : undefined;
  }
  const isWanted = attaching.memories?.has(immediates.index as number) ?? true;
  return isWanted ? new LoadStoreProbe(attaching, location) : undefined;
}
