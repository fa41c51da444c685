/** The accesses of a run, as far as they are kept. */

import {
  functionLocations,
  functionName,
  type Instruction,
  instructions,
  type Location,
  type Module,
  type ModuleInstance,
  type valtype,
} from '../../engine/index.ts';
import { type Attachment, Insertions, type MemoryAccessEvent, onMemoryAccess, valueText } from '../../probes/index.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { chosenFunctions, type FunctionChoice } from '../function-choice.ts';
import { PerModule } from '../per-module.ts';
import type { MemoryTraceResult, TracedAccess } from './data.ts';
import { type DirectAccess, type DirectListener, directProbe } from './direct-probes.ts';
import { Ring } from './ring.ts';

export interface Choice extends FunctionChoice {
  readonly limit: number;
  readonly keep: 'first' | 'last';
  /** undefined: both. */
  readonly access: 'read' | 'write' | undefined;
  /** Accesses that touch a byte of `from` to `to`, both included. */
  readonly from: number;
  readonly to: number;
}

/** An access that is kept, until another one takes its place. */
class Kept {
  number = 0;
  module: Module | undefined;
  location: Location | undefined;
  access: 'read' | 'write' = 'read';
  memory = 0;
  address = 0;
  width = 0;
  traps = false;
  // The parts of a `TypedValue`, which becomes text at the end; `type` is undefined where there is no value.
  type: valtype.ValType | undefined;
  value: unknown;
  bits: bigint | undefined;
}

export class MemoryTrace {
  private readonly choice: Choice;
  private readonly kept: Ring<Kept>;
  /** Rows of the instructions that are looked at. */
  private readonly ops: ReadonlySet<number>;
  private readonly modules = new PerModule((module) => module);
  private attachments: Attachment[] = [];

  constructor(choice: Choice) {
    this.choice = choice;
    this.kept = new Ring(choice.limit, () => new Kept());
    const { access } = choice;
    const wanted = instructions.filter(
      ({ access: { reads, writes } }) =>
        (access !== 'write' && reads !== undefined) || (access !== 'read' && writes !== undefined),
    );
    this.ops = new Set(wanted.map(({ op }) => op));
  }

  private get isFull(): boolean {
    return this.choice.keep === 'first' && this.kept.added >= this.choice.limit;
  }

  attach(instance: ModuleInstance): Attachment | undefined {
    const module = this.modules.add(instance);
    const functions = chosenFunctions(module, this.choice);
    if (this.isFull) return undefined;
    const attachment = whenEntered(instance, { functions, name: 'memory-trace' }, (func) => this.watch(instance, func));
    this.attachments.push(attachment);
    return attachment;
  }

  private watch(instance: ModuleInstance, func: number): Attachment {
    const { module } = instance;
    const listener: DirectListener = {
      wants: (address, width) => this.wants(address, width),
      note: (access) => this.note(module, access),
    };
    const insertions = new Insertions();
    const others = new Set<Instruction>();
    for (const location of functionLocations(module, func, this.ops)) {
      const probe = directProbe(instance, location, listener);
      if (probe === undefined) others.add(location.instruction);
      else insertions.local(instance, func, location.pc, probe);
    }
    if (others.size === 0) return insertions;
    const handler = (event: MemoryAccessEvent): void => {
      if (this.wants(event.address, event.width)) this.note(module, event);
    };
    const { access } = this.choice;
    const instructions = (row: Instruction): boolean => others.has(row);
    insertions.add(
      onMemoryAccess(instance, handler, { functions: func, access, instructions, value: true, name: 'memory-trace' }),
    );
    return insertions;
  }

  private wants(address: number, width: number): boolean {
    const { from, to } = this.choice;
    // A bulk operation of no bytes touches none, and is told at its address.
    return address <= to && address + Math.max(width, 1) > from && !this.isFull;
  }

  private note(module: Module, access: DirectAccess): void {
    const number = this.kept.added;
    const kept = this.kept.add();
    kept.number = number;
    kept.module = module;
    kept.location = access.location;
    kept.access = access.access;
    kept.memory = access.memory;
    kept.address = access.address;
    kept.width = access.width;
    kept.traps = access.wouldTrap;
    kept.type = access.value?.type;
    kept.value = access.value?.value;
    kept.bits = access.value?.bits;
    if (this.isFull) this.end();
  }

  /** What comes now is of no interest: the program goes on without probes. */
  private end(): void {
    for (const attachment of this.attachments) attachment.detach();
    this.attachments = [];
  }

  result(): MemoryTraceResult {
    const { keep, limit } = this.choice;
    const order: Module[] = [];
    const modules = this.modules.results((_, module) => {
      order.push(module);
      return {};
    });
    const accesses = this.kept.list().map((kept) => tracedAccess(kept, order));
    const seen = this.kept.added;
    const dropped = this.isFull ? undefined : seen - accesses.length;
    return { analysis: 'memory-trace', version: 1, modules, keep, limit, seen, dropped, accesses };
  }
}

function tracedAccess(kept: Kept, modules: readonly Module[]): TracedAccess {
  const { number, access, memory, address: first, width, traps, type, value, bits } = kept;
  const module = kept.module as Module; // kept ones are filled
  const { func, pc, instruction } = kept.location as Location;
  return {
    number,
    module: modules.indexOf(module),
    func,
    name: functionName(module, func),
    pc,
    mnemonic: instruction.mnemonic,
    access,
    memory,
    address: first,
    width,
    value: type === undefined ? undefined : valueText({ type, value, bits }),
    traps,
  };
}
