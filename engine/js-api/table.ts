/** `WebAssembly.Table`. */

import { EXTERNREF, isRef } from '../isa/valtype.ts';
import { defaultRef, NOT_A_WASM_FUNCTION, refFromJS, refToJS } from '../runtime/convert.ts';
import { rangeError, typeError } from '../runtime/own-error.ts';
import { MAX_TABLE_SIZE, TableInstance } from '../runtime/table.ts';
import { Brand } from './brand.ts';
import { enforceAddress, isObject, member } from './conversions.ts';
import { interfaceObject } from './interface.ts';
import type { TableConstructor } from './types.ts';
import { valueTypeOf } from './value-types.ts';

export const tables = new Brand<TableInstance>('Table');

const WHERE = 'WebAssembly.Table';

function construct(object: object, [descriptor, ...rest]: readonly unknown[]): void {
  const where = `${WHERE}()`;
  if (!isObject(descriptor)) throw typeError(`${where}: Argument 0 must be a table descriptor`);
  const type = valueTypeOf(member(descriptor, 'element'));
  if (type === undefined || !isRef(type)) {
    throw typeError(`${where}: Descriptor property 'element' must be a WebAssembly reference type`);
  }
  const is64 = hasWideAddresses(descriptor);
  const min = limit(descriptor, 'initial', { is64, low: 0, high: MAX_TABLE_SIZE });
  if (min === undefined) throw typeError(`${where}: Property 'initial' is required`);
  const max = limit(descriptor, 'maximum', { is64, low: min, high: Number.POSITIVE_INFINITY });
  let init = defaultRef(type);
  if (rest[0] !== undefined) {
    const problem = 'must be undefined or a value of type compatible with the type of the new table';
    init = refFromJS(rest[0], type, `${where}: Argument 2 ${problem}: ${NOT_A_WASM_FUNCTION}.`);
  }
  const table = new TableInstance({ element: type, min, max, is64 }, init);
  table.jsObject = object;
  tables.set(object, table);
}

const members = {
  get length(): number | bigint {
    const table = tables.receiver(this, `${WHERE}.length()`);
    return asAddress(table, table.size);
  },

  grow(delta: unknown, ...rest: unknown[]): number | bigint {
    const where = `${WHERE}.grow()`;
    const table = tables.receiver(this, where);
    const count = enforceAddress(delta, table.type.is64, `${where}: Argument 0`);
    // As in V8, an explicit undefined stands for a missing argument here, and here only.
    const given = rest[0] === undefined ? [] : rest;
    const init = elementValue(table, given, `${where}: Argument 1 is invalid: ${NOT_A_WASM_FUNCTION}`);
    const old = table.grow(Number(count), init);
    if (old < 0) throw rangeError(`${where}: failed to grow table by ${count}`);
    return asAddress(table, old);
  },

  set(index: unknown, ...rest: unknown[]): void {
    const where = `${WHERE}.set()`;
    const table = tables.receiver(this, where);
    const at = elementIndex(table, index, where);
    table.set(at, elementValue(table, rest, `${where}: Argument 1 is invalid for table: ${NOT_A_WASM_FUNCTION}`));
  },

  get(index: unknown): unknown {
    const where = `${WHERE}.get()`;
    const table = tables.receiver(this, where);
    return refToJS(table.elements[elementIndex(table, index, where)], table.type.element);
  },
};

export const Table = interfaceObject({ name: 'Table', construct, members }) as TableConstructor; // by its definition

/** The JavaScript object that stands for a table instance. */
export function tableObject(table: TableInstance): object {
  if (table.jsObject === null) {
    table.jsObject = Object.create(Table.prototype) as object;
    tables.set(table.jsObject, table);
  }
  return table.jsObject;
}

/** Are sizes and indices of the described table bigints (`address: 'i64'`)? */
function hasWideAddresses(descriptor: object): boolean {
  const address = member(descriptor, 'address');
  if (address === undefined) return false;
  const name = `${address as string}`;
  if (name === 'i32' || name === 'i64') return name === 'i64';
  throw typeError(`${WHERE}(): Unknown address type '${name}'; pass 'i32' or 'i64'`);
}

interface Bounds {
  readonly is64: boolean;
  readonly low: number;
  readonly high: number;
}

function limit(descriptor: object, key: string, { is64, low, high }: Bounds): number | undefined {
  const value = member(descriptor, key);
  if (value === undefined) return undefined;
  const what = `${WHERE}(): Property '${key}'`;
  const number = enforceAddress(value, is64, what);
  // V8 prints the lower bound, and only that, in hexadecimal.
  if (number < low) throw rangeError(`${what}: value ${number} is below the lower bound ${low.toString(16)}`);
  if (number > high) throw rangeError(`${what}: value ${number} is above the upper bound ${high}`);
  return Number(number);
}

function elementIndex(table: TableInstance, index: unknown, where: string): number {
  const at = enforceAddress(index, table.type.is64, `${where}: Argument 0`);
  if (at >= table.size) throw rangeError(`${where}: invalid index ${at} into ${kindOfTable(table)} table`);
  return Number(at);
}

function kindOfTable(table: TableInstance): string {
  return table.type.element === EXTERNREF ? 'externref' : 'function';
}

/** An argument that may be left out; an explicit undefined is a value. */
function elementValue(table: TableInstance, rest: readonly unknown[], message: string): unknown {
  return rest.length === 0 ? defaultRef(table.type.element) : refFromJS(rest[0], table.type.element, message);
}

function asAddress(table: TableInstance, size: number): number | bigint {
  return table.type.is64 ? BigInt(size) : size;
}
