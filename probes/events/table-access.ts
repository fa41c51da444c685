/** Events of accesses to tables, before they happen; of `table.grow` after it, with its result. */

import {
  type Frame,
  functionLocations,
  type Instruction,
  instructions,
  type InstrName,
  type LocalProbe,
  type Location,
  type ModuleInstance,
  type Needs,
  refToJS,
  type TableInstance,
  type TypedValue,
} from '../../engine/index.ts';
import { type Attachment, Insertions } from '../attachment.ts';
import { type EventOptions, mergeNeeds } from '../event-options.ts';
import { handlerName } from '../handler-name.ts';
import { selectFunctions } from '../select-functions.ts';
import { watchInstructions } from '../watch.ts';
import { unsignedOperand } from './operands.ts';
import { type EntityFilter, selectEntities } from './select-entities.ts';

interface TableEvent {
  readonly frame: Frame;
  readonly location: Location;
  /** Index of the table in the module. */
  readonly table: number;
  /** First element: for `grow`, the old size. */
  readonly index: number;
  /** Elements that are read, written or asked for; may be 0 for bulk operations. */
  readonly count: number;
  /** With the option `value`: the element read, or the one that is written, to all `count` places; undefined for a read that would trap. */
  readonly value: TypedValue | undefined;
}

/** Elements are about to be read or written. `table.copy` is two accesses: the read, then the write. */
export interface TableReadWriteEvent extends TableEvent {
  readonly access: 'read' | 'write';
  /**
   * Some element that the instruction needs is out of bounds: it will trap, and neither read nor write anything. An indirect
   * call can trap in bounds, too, because of what the element is.
   */
  readonly wouldTrap: boolean;
  /** With the option `value`, for `table.copy` and `table.init`: the elements that are moved; undefined where it would trap. */
  readonly values: readonly TypedValue[] | undefined;
}

/** A table was to grow. The frame stands before the next instruction, with the result on top of the stack. */
export interface TableGrowEvent extends TableEvent {
  readonly access: 'grow';
  /** What the program gets: the old size, or -1 where the table could not grow. */
  readonly result: number;
}

export type TableAccessEvent = TableReadWriteEvent | TableGrowEvent;

export interface TableAccessOptions extends EventOptions {
  /** Reads, writes or `table.grow` only. */
  readonly access?: 'read' | 'write' | 'grow' | undefined;
  /** Tables, by index or name; default: all. */
  readonly table?: EntityFilter | undefined;
  /** Tell the elements. */
  readonly value?: boolean | undefined;
}

type Handler = (event: TableAccessEvent) => void;

/**
 * Where operands are, counted from the top: of the first element, the number of elements (default: one element), the
 * element to write. The rows have no signature that would tell, since it depends on the table.
 */
interface Operands {
  readonly index: number;
  readonly count?: number;
  readonly value?: number;
  /** First element of what is copied. */
  readonly source?: number;
}

const operandsOf: Readonly<Partial<Record<InstrName, Operands>>> = {
  'table.get': { index: 0 },
  call_indirect: { index: 0 },
  return_call_indirect: { index: 0 },
  'table.set': { index: 1, value: 0 },
  'table.fill': { index: 2, value: 1, count: 0 },
  'table.copy': { index: 2, source: 1, count: 0 },
  'table.init': { index: 2, source: 1, count: 0 },
};

function isRead(i: Instruction): boolean {
  return i.effects.has('tableread');
}

function isWrite(i: Instruction): boolean {
  return i.effects.has('tablewrite');
}

function isGrow(i: Instruction): boolean {
  return i.effects.has('tablegrow');
}

/** What the probes of one attachment have in common. */
interface Attaching {
  readonly instance: ModuleInstance;
  readonly handler: Handler;
  readonly options: TableAccessOptions;
  readonly tables: ReadonlySet<number> | undefined;
}

function nameOf({ handler, options }: Attaching): string {
  return handlerName(handler, options, 'table access');
}

/** The immediate that names the table; of `table.copy`, the destination. */
function tableIndexOf({ instruction, immediates }: Location): number {
  return (instruction.immediates[0] === 'table' ? immediates.index : immediates.index2) as number;
}

function elementAt(table: TableInstance, index: number): TypedValue {
  return typed(table, table.elements[index]);
}

function typed(table: TableInstance, reference: unknown): TypedValue {
  const type = table.type.element;
  return { type, value: refToJS(reference, type), bits: undefined };
}

/** An operand may be of a subtype: it has the table's type once it is there. */
function withType(operand: TypedValue, table: TableInstance): TypedValue {
  return { ...operand, type: table.type.element };
}

abstract class TableProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  protected readonly handler: Handler;
  protected readonly location: Location;
  protected readonly operands: Operands;
  protected readonly index: number;
  protected readonly table: TableInstance;
  protected readonly tellsValue: boolean;

  constructor(attaching: Attaching, location: Location, operands: Operands) {
    const deepest = Math.max(operands.index, operands.count ?? 0, operands.value ?? 0);
    this.name = nameOf(attaching);
    this.needs = mergeNeeds({ operands: deepest + 1 }, attaching.options.needs);
    this.handler = attaching.handler;
    this.location = location;
    this.operands = operands;
    this.index = tableIndexOf(location);
    this.table = attaching.instance.tables[this.index] as TableInstance;
    this.tellsValue = attaching.options.value === true;
  }

  abstract fire(frame: Frame): void;
}

/** Reads one element, or writes one element to one or several places. */
class ElementProbe extends TableProbe {
  override fire(frame: Frame): void {
    const { location, operands, table } = this;
    const index = unsignedOperand(frame, operands.index);
    const count = operands.count === undefined ? 1 : unsignedOperand(frame, operands.count);
    const wouldTrap = index + count > table.size;
    const access = isWrite(location.instruction) ? 'write' : 'read';
    const value = this.tellsValue ? this.elementOf(frame, index, wouldTrap) : undefined;
    this.handler({ frame, location, access, table: this.index, index, count, wouldTrap, value, values: undefined });
  }

  private elementOf(frame: Frame, index: number, wouldTrap: boolean): TypedValue | undefined {
    const { operands, table } = this;
    if (operands.value !== undefined) return withType(frame.operand(operands.value), table);
    return wouldTrap ? undefined : elementAt(table, index);
  }
}

/** `table.copy` and `table.init`. */
class RangeProbe extends TableProbe {
  private readonly instance: ModuleInstance;
  /** Index of the table that `table.copy` reads; undefined for `table.init`. */
  private readonly from: number | undefined;
  private readonly segment: number;
  private readonly tellsRead: boolean;
  private readonly tellsWrite: boolean;

  constructor(attaching: Attaching, location: Location, operands: Operands) {
    super(attaching, location, operands);
    const { instance, options, tables } = attaching;
    const { instruction, immediates } = location;
    this.instance = instance;
    this.from = isRead(instruction) ? immediates.index2 : undefined;
    this.segment = immediates.index as number;
    this.tellsRead = options.access !== 'write' && this.from !== undefined && tables?.has(this.from) !== false;
    this.tellsWrite = options.access !== 'read' && tables?.has(this.index) !== false;
  }

  /** Does it tell anything, as the options are? */
  get isOfUse(): boolean {
    return this.tellsRead || this.tellsWrite;
  }

  override fire(frame: Frame): void {
    const { location, from } = this;
    const count = unsignedOperand(frame, 0);
    const source = unsignedOperand(frame, 1);
    const index = unsignedOperand(frame, 2);
    const elements = this.elements();
    const wouldTrap = source + count > elements.length || index + count > this.table.size;
    const isTold = this.tellsValue && !wouldTrap;
    const values = isTold ? elements.slice(source, source + count).map((e) => typed(this.table, e)) : undefined;
    // Spread last, since V8 is slow where fields are added after a spread.
    const common = { frame, location, count, wouldTrap, value: undefined, values };
    if (this.tellsRead && from !== undefined) this.handler({ access: 'read', table: from, index: source, ...common });
    if (this.tellsWrite) this.handler({ access: 'write', table: this.index, index, ...common });
  }

  private elements(): readonly unknown[] {
    if (this.from !== undefined) return (this.instance.tables[this.from] as TableInstance).elements;
    return this.instance.elements[this.segment] ?? []; // a dropped segment is empty
  }
}

/** The events of `table.grow`, which come when it is done. */
function watchGrow(attaching: Attaching, locations: readonly Location[]): Attachment {
  const { instance, handler, options } = attaching;
  const tableOf = (location: Location): TableInstance => instance.tables[tableIndexOf(location)] as TableInstance;
  return watchInstructions(instance, locations, {
    name: nameOf(attaching),
    needsBefore: () => ({ operands: 2 }),
    needsAfter: options.needs,
    wantsResults: true,
    before: (frame, location) => ({
      index: tableOf(location).size,
      count: unsignedOperand(frame, 0),
      value: options.value === true ? withType(frame.operand(1), tableOf(location)) : undefined,
    }),
    after: (frame, { location, kept, results }) => {
      const result = Number(results[0]?.value);
      handler({ frame, location, access: 'grow', table: tableIndexOf(location), ...kept, result });
    },
  });
}

function probeAt(attaching: Attaching, location: Location): LocalProbe | undefined {
  const { instruction } = location;
  const operands = operandsOf[instruction.name];
  if (operands === undefined) throw new Error(`the operands of ${instruction.name} are not known to table events`);
  if (operands.source !== undefined) {
    const probe = new RangeProbe(attaching, location, operands);
    return probe.isOfUse ? probe : undefined;
  }
  const isWanted = attaching.tables?.has(tableIndexOf(location)) !== false;
  return isWanted ? new ElementProbe(attaching, location, operands) : undefined;
}

/** Row numbers of the instructions that access tables, in the way asked for. */
function accessesOf({ access }: TableAccessOptions): ReadonlySet<number> {
  const wanted = instructions.filter(
    (i) =>
      ((access === undefined || access === 'read') && isRead(i)) ||
      ((access === undefined || access === 'write') && isWrite(i)) ||
      ((access === undefined || access === 'grow') && isGrow(i)),
  );
  return new Set(wanted.map((i) => i.op));
}

/**
 * Calls the handler before each access of the instance's code to a table, also of one that will trap, and after each
 * `table.grow`. What the host does with a `WebAssembly.Table`, and active segments, are no instructions and are not seen.
 */
export function onTableAccess(
  instance: ModuleInstance,
  handler: Handler,
  options: TableAccessOptions = {},
): Attachment {
  const { module } = instance;
  const tables = options.table === undefined ? undefined : selectEntities(module, 'table', options.table);
  const attaching: Attaching = { instance, handler, options, tables };
  const ops = accessesOf(options);
  const locations = selectFunctions(module, options.functions).flatMap((func) => functionLocations(module, func, ops));
  const grows = locations.filter((l) => isGrow(l.instruction) && tables?.has(tableIndexOf(l)) !== false);
  const insertions = new Insertions();
  // First, so that where an access follows, the event of what is done comes before the event of what is not.
  insertions.add(watchGrow(attaching, grows));
  for (const location of locations) {
    const probe = isGrow(location.instruction) ? undefined : probeAt(attaching, location);
    if (probe !== undefined) insertions.local(instance, location.func, location.pc, probe);
  }
  return insertions;
}
