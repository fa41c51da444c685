/** Why an instruction trapped, from its operands. */

import {
  type Frame,
  FuncInstance,
  functionName,
  type FuncType,
  funcTypeOf,
  type Location,
  type MemoryInstance,
  type ModuleInstance,
  type TableInstance,
  valTypeText,
} from '../../engine/index.ts';
import { valueText } from '../../probes/index.ts';
import { counted } from '../report/text.ts';

/** Lines about the cause; none where the message says everything. `frame` stands at the instruction. */
export function causesOf(frame: Frame, location: Location): string[] {
  const { name, effects, immediates } = location.instruction;
  if (immediates.includes('memarg')) return accessCause(frame, location);
  if (name === 'call_indirect' || name === 'return_call_indirect') return elementCause(frame, location);
  if (/^table\.(get|set)$/.test(name)) return tableCause(frame, location, name === 'table.set' ? 1 : 0);
  if (/\.(div|rem)_[su]$/.test(name)) {
    return [`dividend ${valueText(frame.operand(1))}, divisor ${valueText(frame.operand(0))}`];
  }
  if (/\.trunc_f/.test(name)) return [`the number is ${valueText(frame.operand(0))}`];
  if (/^(memory|table)\.(init|copy|fill)$/.test(name)) return rangeCause(frame, location);
  return effects.has('call') && immediates.includes('type') ? ['the reference is null'] : [];
}

const PAGE_BYTES = 65536;

function unsigned(value: unknown): bigint {
  return typeof value === 'bigint' ? BigInt.asUintN(64, value) : BigInt((value as number) >>> 0);
}

function hex(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}

function accessCause(frame: Frame, { instruction, immediates }: Location): string[] {
  // A store has its value on top of the address.
  const address = unsigned(frame.operand(instruction.access.writes === undefined ? 0 : 1).value);
  const offset = BigInt(immediates.offset ?? 0);
  const memory = frame.instance.memories[immediates.index ?? 0] as MemoryInstance;
  const size = BigInt(memory.pages * PAGE_BYTES);
  const sum = offset === 0n ? '' : ` (${hex(address)} + ${hex(offset)})`;
  const width = BigInt(instruction.access.writes ?? instruction.access.reads ?? 0);
  return [
    `address ${hex(address + offset)}${sum}, ${width} bytes; the memory ends at ${hex(size)} (${counted(memory.pages, 'page')})`,
  ];
}

function elementCause(frame: Frame, { immediates }: Location): string[] {
  const { instance } = frame;
  const table = instance.tables[immediates.index2 ?? 0] as TableInstance;
  const index = unsigned(frame.operand(0).value);
  const size = table.elements.length;
  if (index >= BigInt(size)) return [`element ${index} of table ${immediates.index2 ?? 0}, which has ${size}`];
  const target = table.elements[Number(index)];
  if (!(target instanceof FuncInstance)) return [`element ${index} of table ${immediates.index2 ?? 0} is null`];
  const expected = funcTypeOf(instance.module.types[immediates.index as number] as number) as FuncType;
  return [
    `element ${index} of table ${immediates.index2 ?? 0} is ${nameOf(target)}, of type ${signatureText(instance, target.signature)}`,
    `called as ${signatureText(instance, expected)}`,
  ];
}

function nameOf({ instance, index }: FuncInstance): string {
  return instance === null ? 'a function of the host' : `${functionName(instance.module, index)} (function ${index})`;
}

function signatureText({ module }: ModuleInstance, { params, results }: FuncType): string {
  const list = (types: FuncType['params']): string => `(${types.map((type) => valTypeText(module, type)).join(' ')})`;
  return `${list(params)} -> ${list(results)}`;
}

function tableCause(frame: Frame, { immediates }: Location, fromTop: number): string[] {
  const table = frame.instance.tables[immediates.index ?? 0] as TableInstance;
  const index = unsigned(frame.operand(fromTop).value);
  return [`element ${index} of table ${immediates.index ?? 0}, which has ${table.elements.length}`];
}

/** Bulk operations: destination, source or value, length. */
function rangeCause(frame: Frame, { instruction, immediates }: Location): string[] {
  const [length, source, destination] = [0, 1, 2].map((i) => unsigned(frame.operand(i).value)) as [
    bigint,
    bigint,
    bigint,
  ];
  const isMemory = instruction.name.startsWith('memory');
  const sizes = isMemory
    ? frame.instance.memories.map((memory) => hex(memory.pages * PAGE_BYTES))
    : frame.instance.tables.map((table) => String(table.elements.length));
  const what = instruction.name.endsWith('fill') ? 'value' : 'from';
  const index = immediates.index ?? 0;
  const size = sizes[index] ?? sizes[0];
  return [
    `to ${hex(destination)}, ${what} ${hex(source)}, length ${length}; the ${isMemory ? 'memory ends at' : 'table has'} ${size}`,
  ];
}
