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
import { directProbe } from './direct-probes.ts';
import { type Details, type KeptAccess, KeptAccesses } from './kept-accesses.ts';

export interface Choice extends FunctionChoice {
  readonly limit: number;
  readonly keep: 'first' | 'last';
  /** undefined: both. */
  readonly access: 'read' | 'write' | undefined;
  /** Accesses that touch a byte of `from` to `to`, both included. */
  readonly from: number;
  readonly to: number;
}

export class MemoryTrace {
  private readonly choice: Choice;
  private readonly kept: KeptAccesses;
  /** Numbers of the places of those that are told by events. */
  private readonly places = new Map<Location, number>();
  /** Rows of the instructions that are looked at. */
  private readonly ops: ReadonlySet<number>;
  private readonly modules = new PerModule((module) => module);
  private attachments: Attachment[] = [];

  constructor(choice: Choice) {
    this.choice = choice;
    const { access, limit, keep } = choice;
    this.kept = new KeptAccesses(limit, keep, () => this.end());
    const wanted = instructions.filter(
      ({ access: { reads, writes } }) =>
        (access !== 'write' && reads !== undefined) || (access !== 'read' && writes !== undefined),
    );
    this.ops = new Set(wanted.map(({ op }) => op));
  }

  attach(instance: ModuleInstance): Attachment | undefined {
    const module = this.modules.add(instance);
    const functions = chosenFunctions(module, this.choice);
    if (this.kept.isFull) return undefined;
    const attachment = whenEntered(instance, { functions, name: 'memory-trace' }, (func) => this.watch(instance, func));
    this.attachments.push(attachment);
    return attachment;
  }

  private watch(instance: ModuleInstance, func: number): Attachment {
    const { module } = instance;
    const insertions = new Insertions();
    const others = new Set<Instruction>();
    for (const location of functionLocations(module, func, this.ops)) {
      const probe = directProbe(instance, location, this.kept, this.choice);
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
    return address <= to && address + Math.max(width, 1) > from && !this.kept.isFull;
  }

  private note(
    module: Module,
    { location, access, memory, address, width, value, wouldTrap }: MemoryAccessEvent,
  ): void {
    let place = this.places.get(location);
    if (place === undefined) {
      place = this.kept.place({ module, location, form: 'details' });
      this.places.set(location, place);
    }
    this.kept.addDetails(place, address, { access, memory, width, value, traps: wouldTrap });
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
    const dropped = this.kept.isFull ? undefined : seen - accesses.length;
    return { analysis: 'memory-trace', version: 1, modules, keep, limit, seen, dropped, accesses };
  }
}

function tracedAccess({ number, place, address, value }: KeptAccess, modules: readonly Module[]): TracedAccess {
  const { module, location } = place;
  const { func, pc, instruction } = location;
  const details = typeof value === 'object' ? value : plainDetails(location, value);
  return {
    number,
    module: modules.indexOf(module),
    func,
    name: functionName(module, func),
    pc,
    mnemonic: instruction.mnemonic,
    access: details.access,
    memory: details.memory,
    address,
    width: details.width,
    value: details.value === undefined ? undefined : valueText(details.value),
    traps: details.traps,
  };
}

/** What is not kept of an access, since its instruction tells it. */
function plainDetails({ instruction, immediates }: Location, value: number | bigint): Details {
  const { access, results, params } = instruction;
  const type = (results[0] ?? params[1]) as valtype.ValType;
  return {
    access: access.reads === undefined ? 'write' : 'read',
    memory: immediates.index as number,
    width: (access.reads ?? access.writes) as number,
    value: { type, value, bits: undefined },
    traps: false,
  };
}
