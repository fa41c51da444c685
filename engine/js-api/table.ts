/** `WebAssembly.Table`. */

import { EXTERNREF, isRef, type ValType } from '../isa/valtype.ts';
import { NOT_A_WASM_FUNCTION, refFromJS, refToJS } from '../runtime/convert.ts';
import { MAX_TABLE_SIZE, TableInstance } from '../runtime/table.ts';
import type { TableConstructor } from './types.ts';
import { valueTypeOf } from './value-types.ts';
import { Brand, enforceUint32, interfaceObject, isObject, member } from './webidl.ts';

export const tables = new Brand<TableInstance>('Table');

const WHERE = 'WebAssembly.Table';
const UINT32_MAX = 0xffff_ffff;

class TableObject {
  constructor(descriptor: unknown, ...rest: unknown[]) {
    const where = `${WHERE}()`;
    if (!isObject(descriptor)) throw new TypeError(`${where}: Argument 0 must be a table descriptor`);
    const element = valueTypeOf(member(descriptor, 'element'));
    if (element === undefined || !isRef(element)) {
      throw new TypeError(`${where}: Descriptor property 'element' must be a WebAssembly reference type`);
    }
    const min = limit(descriptor, 'initial', 0, MAX_TABLE_SIZE);
    if (min === undefined) throw new TypeError(`${where}: Property 'initial' is required`);
    const max = limit(descriptor, 'maximum', min, UINT32_MAX);
    let init = missingElement(element);
    if (rest.length > 0 && rest[0] !== undefined) {
      const problem = 'must be undefined or a value of type compatible with the type of the new table';
      init = refFromJS(rest[0], element, `${where}: Argument 2 ${problem}: ${NOT_A_WASM_FUNCTION}.`);
    }
    const table = new TableInstance({ element, min, max, is64: false }, init);
    table.jsObject = this;
    tables.set(this, table);
  }

  get length(): number {
    return tables.receiver(this, `${WHERE}.length()`).size;
  }

  grow(delta: unknown, ...rest: unknown[]): number {
    const where = `${WHERE}.grow()`;
    const table = tables.receiver(this, where);
    const count = enforceUint32(delta, `${where}: Argument 0`);
    // As in V8, an explicit undefined stands for a missing argument here, and here only.
    const given = rest[0] === undefined ? [] : rest;
    const init = element(table, given, `${where}: Argument 1 is invalid: ${NOT_A_WASM_FUNCTION}`);
    const old = table.grow(count, init);
    if (old < 0) throw new RangeError(`${where}: failed to grow table by ${count}`);
    return old;
  }

  set(index: unknown, ...rest: unknown[]): void {
    const where = `${WHERE}.set()`;
    const table = tables.receiver(this, where);
    const at = elementIndex(table, index, where);
    table.set(at, element(table, rest, `${where}: Argument 1 is invalid for table: ${NOT_A_WASM_FUNCTION}`));
  }

  get(index: unknown): unknown {
    const where = `${WHERE}.get()`;
    const table = tables.receiver(this, where);
    return refToJS(table.elements[elementIndex(table, index, where)], table.type.element);
  }
}

export const Table = interfaceObject(TableObject, 'Table') as unknown as TableConstructor;

/** The JavaScript object that stands for a table instance. */
export function tableObject(table: TableInstance): object {
  if (table.jsObject === null) {
    table.jsObject = Object.create(Table.prototype) as object;
    tables.set(table.jsObject, table);
  }
  return table.jsObject;
}

function limit(descriptor: object, key: string, low: number, high: number): number | undefined {
  const value = member(descriptor, key);
  if (value === undefined) return undefined;
  const what = `${WHERE}(): Property '${key}'`;
  const number = enforceUint32(value, what);
  // V8 prints the lower bound, and only that, in hexadecimal.
  if (number < low) throw new RangeError(`${what}: value ${number} is below the lower bound ${low.toString(16)}`);
  if (number > high) throw new RangeError(`${what}: value ${number} is above the upper bound ${high}`);
  return number;
}

function elementIndex(table: TableInstance, index: unknown, where: string): number {
  const at = enforceUint32(index, `${where}: Argument 0`);
  if (at >= table.size) throw new RangeError(`${where}: invalid index ${at} into ${kindOfTable(table)} table`);
  return at;
}

function kindOfTable(table: TableInstance): string {
  return table.type.element === EXTERNREF ? 'externref' : 'function';
}

/** An argument that may be left out; an explicit undefined is a value. */
function element(table: TableInstance, rest: readonly unknown[], message: string): unknown {
  return rest.length === 0 ? missingElement(table.type.element) : refFromJS(rest[0], table.type.element, message);
}

function missingElement(type: ValType): unknown {
  return type === EXTERNREF ? undefined : null;
}
