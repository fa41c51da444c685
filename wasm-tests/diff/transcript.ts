/**
 * What a program did, as lines of text: two engines agree when their transcripts are equal, and
 * a difference reads like one. Every bit counts, but for NaN, whose bits JavaScript does not keep.
 */

import { createHash } from 'node:crypto';
import type { Exports, WasmMemory, WasmNamespace } from './namespace.ts';

/** A value as text that keeps it apart from every other one; objects by kind, since they differ in identity. */
export function describeValue(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return `function ${value.name}/${value.length}`;
  if (Array.isArray(value)) return `[${value.map(describeValue).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `object ${Object.prototype.toString.call(value)}`;
  return String(value);
}

/** The class of an error, where it is one that the JS API tells of. */
function errorClass(W: WasmNamespace, error: unknown): string {
  for (const name of ['CompileError', 'LinkError', 'RuntimeError'] as const) {
    if (error instanceof W[name]) return name;
  }
  for (const known of [RangeError, TypeError, SyntaxError]) {
    if (error instanceof known) return known.name;
  }
  return error instanceof Error ? error.constructor.name : typeof error;
}

/**
 * Errors of the JS API itself (conversions, linking) have messages of the host's own choice:
 * of those only the class is compared. Traps have messages that programs match on.
 */
export function describeError(W: WasmNamespace, error: unknown): string {
  const kind = errorClass(W, error);
  const hasKnownMessage = kind === 'RuntimeError' || (error instanceof RangeError && isExhaustion(error));
  if (hasKnownMessage || !(error instanceof Error)) {
    return `${kind}: ${error instanceof Error ? error.message : describeValue(error)}`;
  }
  return kind === 'Error' ? `Error: ${error.message}` : kind;
}

export function isExhaustion(error: RangeError): boolean {
  return error.message === 'Maximum call stack size exceeded';
}

/** Bytes as text: a hash, and how many of them are not zero, which says more when they differ. */
export function describeBytes(bytes: Uint8Array): string {
  let used = 0;
  for (const byte of bytes) if (byte !== 0) used++;
  return `${bytes.length} bytes, ${used} not zero, sha256 ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
}

export class Transcript {
  readonly lines: string[] = [];
  private readonly W: WasmNamespace;

  constructor(W: WasmNamespace) {
    this.W = W;
  }

  note(line: string): void {
    this.lines.push(line);
  }

  /** Runs `action` and notes its value or its error; true when there was a value. */
  attempt(label: string, action: () => unknown): boolean {
    try {
      this.note(`${label} = ${describeValue(action())}`);
      return true;
    } catch (error) {
      this.note(`${label} ! ${describeError(this.W, error)}`);
      return false;
    }
  }

  /** Calls an exported function. */
  call(exports: Exports, name: string, ...args: unknown[]): boolean {
    const label = `${name}(${args.map(describeValue).join(', ')})`;
    const target = exports[name];
    if (typeof target !== 'function') throw new TypeError(`there is no exported function ${name}`);
    return this.attempt(label, () => target(...args));
  }

  memory(label: string, memory: WasmMemory): void {
    this.note(`${label}: ${describeBytes(new Uint8Array(memory.buffer))}`);
  }

  /** Every memory, table and global that is exported. */
  state(exports: Exports): void {
    const { Memory, Table, Global } = this.W;
    for (const [name, item] of Object.entries(exports)) {
      if (item instanceof Memory) this.memory(name, item);
      else if (item instanceof Global) this.attempt(`${name}.value`, () => item.value);
      else if (item instanceof Table) {
        const elements = Array.from({ length: item.length }, (_, i) => describeValue(item.get(i)));
        this.note(`${name}: ${elements.length} elements: ${elements.join(', ')}`);
      }
    }
  }
}
