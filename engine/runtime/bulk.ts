/**
 * Bulk operations on memories and tables (spec 4.6.8 and 4.6.9), called by every tier and by instantiation.
 *
 * Operands are non-negative numbers: callers bring i32 operands into range with `>>> 0` and turn 64-bit
 * ones with `toIndex`. All bounds are checked before the first write, so a trap leaves nothing half done.
 */

import { Trap } from '../isa/trap.ts';
import type { ModuleInstance } from './instance.ts';
import type { MemoryInstance } from './memory.ts';
import type { TableInstance } from './table.ts';

/**
 * A 64-bit operand, a signed bigint, as a number. What exceeds 2^53 is far out of every bound,
 * so that the rounding of the conversion changes no result.
 */
export function toIndex(value: bigint): number {
  return Number(BigInt.asUintN(64, value));
}

/** So many bytes are written one by one: calling a function of V8 for that takes longer. */
const SHORT = 64;

/** Copies from the end that the other range does not overwrite before it was read. */
function copyShort(to: Uint8Array, from: Uint8Array, dst: number, src: number, count: number): void {
  if (dst <= src) for (let i = 0; i < count; i++) to[dst + i] = from[src + i] as number;
  else for (let i = count - 1; i >= 0; i--) to[dst + i] = from[src + i] as number;
}

/** `memory.fill`: `value` is reduced to its low byte. */
export function memoryFill(memory: MemoryInstance, dst: number, value: number, count: number): void {
  memory.refresh();
  const { bytes } = memory;
  if (dst + count > bytes.length) throw new Trap('memory');
  const end = dst + count;
  if (count > SHORT) bytes.fill(value, dst, end);
  else for (let i = dst; i < end; i++) bytes[i] = value;
}

/** `memory.copy`, between memories or inside one, where the ranges may overlap. */
export function memoryCopy(to: MemoryInstance, from: MemoryInstance, dst: number, src: number, count: number): void {
  to.refresh();
  from.refresh();
  if (src + count > from.bytes.length || dst + count > to.bytes.length) throw new Trap('memory');
  if (count <= SHORT) copyShort(to.bytes, from.bytes, dst, src, count);
  else if (to === from) to.bytes.copyWithin(dst, src, src + count);
  else to.bytes.set(from.bytes.subarray(src, src + count), dst);
}

/** `memory.init` from data segment `segment` of `instance`. */
export function memoryInit(
  instance: ModuleInstance,
  memory: MemoryInstance,
  segment: number,
  dst: number,
  src: number,
  count: number,
): void {
  memory.refresh();
  const data = instance.data[segment] as Uint8Array;
  if (src + count > data.length || dst + count > memory.bytes.length) throw new Trap('memory');
  memory.bytes.set(data.subarray(src, src + count), dst);
}

const MAX_INT32 = 0x7fff_ffff;
const NO_BYTES = new Uint8Array(0);

/** `data.drop`. */
export function dataDrop(instance: ModuleInstance, segment: number): void {
  instance.data[segment] = NO_BYTES;
}

/** `table.get`. */
export function tableGet(table: TableInstance, index: number): unknown {
  if (index >= table.elements.length) throw new Trap('table');
  return table.elements[index];
}

/** `table.set`. */
export function tableSet(table: TableInstance, index: number, value: unknown): void {
  if (index >= table.elements.length) throw new Trap('table');
  table.set(index, value);
}

/** `table.fill`. */
export function tableFill(table: TableInstance, dst: number, value: unknown, count: number): void {
  if (dst + count > table.elements.length) throw new Trap('table');
  table.fill(dst, value, count);
}

/** `table.copy`, between tables or inside one, where the ranges may overlap. */
export function tableCopy(to: TableInstance, from: TableInstance, dst: number, src: number, count: number): void {
  if (src + count > from.elements.length || dst + count > to.elements.length) throw new Trap('table');
  to.copy(from.elements, dst, src, count);
}

/** `table.init` from element segment `segment` of `instance`. */
export function tableInit(
  instance: ModuleInstance,
  table: TableInstance,
  segment: number,
  dst: number,
  src: number,
  count: number,
): void {
  // The table is looked at first, as V8 does: its message differs from the segment's. V8 also takes
  // every operand that is negative as an i32 for a table index.
  if (dst + count > table.elements.length || src > MAX_INT32) throw new Trap('table');
  const refs = instance.elements[segment];
  if (src + count > (refs?.length ?? 0)) throw new Trap('element');
  if (!refs) return; // a dropped segment is empty
  table.copy(refs, dst, src, count);
}

/** `elem.drop`. */
export function elemDrop(instance: ModuleInstance, segment: number): void {
  instance.elements[segment] = null;
}

/** `table.grow`: the old size, or -1. */
export function tableGrow(table: TableInstance, delta: number, init: unknown): number {
  return table.grow(delta, init);
}

/** `memory.grow`: the old size in pages, or -1. */
export function memoryGrow(memory: MemoryInstance, delta: number): number {
  return memory.grow(delta);
}
