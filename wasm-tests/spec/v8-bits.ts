/**
 * A module that calls an imported function with values out of a memory and puts the results back there:
 * how exact bits get past JavaScript's numbers.
 *
 * Value i lies at byte `16 * i` of the memory; the results take the place of the arguments.
 */

import type { SpecValue } from '../support/wast-values.ts';

export type ValueType = Exclude<SpecValue['type'], 'ref'>;

/** Bytes for each value. */
export const SLOT = 16;

interface Encoding {
  readonly code: number;
  /** Opcode of the load and the store with their flat alignment. */
  readonly load: readonly number[];
  readonly store: readonly number[];
}

const encodings: Readonly<Record<ValueType, Encoding>> = {
  i32: { code: 0x7f, load: [0x28], store: [0x36] },
  i64: { code: 0x7e, load: [0x29], store: [0x37] },
  f32: { code: 0x7d, load: [0x2a], store: [0x38] },
  f64: { code: 0x7c, load: [0x2b], store: [0x39] },
  v128: { code: 0x7b, load: [0xfd, 0x00], store: [0xfd, 0x0b] },
};

function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** A signed LEB of a number that is not negative, as `i32.const` has it. */
function sleb(value: number): number[] {
  const bytes = leb(value);
  const last = bytes.length - 1;
  if (((bytes[last] as number) & 0x40) === 0) return bytes;
  bytes[last] = (bytes[last] as number) | 0x80;
  bytes.push(0);
  return bytes;
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...leb(items.length), ...items.flat()];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...Buffer.from(text)];
}

/** The module: imports `env.f` of the given type and `env.m`, exports `call`. */
export function adapterBytes(params: readonly ValueType[], results: readonly ValueType[]): Uint8Array {
  const codes = (types: readonly ValueType[]): number[] => vector(types.map((type) => [encodings[type].code]));
  const at = (i: number): number[] => [0x41, ...sleb(i * SLOT)];
  const noOffset = [0x00, 0x00];
  const locals = vector(results.map((type) => [1, encodings[type].code]));
  const loads = params.flatMap((type, i) => [...at(i), ...encodings[type].load, ...noOffset]);
  // The results are taken off the operand stack into locals, the last one first.
  const takes = results.flatMap((_, i) => [0x21, ...leb(results.length - 1 - i)]);
  const stores = results.flatMap((type, i) => [...at(i), 0x20, ...leb(i), ...encodings[type].store, ...noOffset]);
  const body = [...locals, ...loads, 0x10, 0x00, ...takes, ...stores, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      1,
      vector([
        [0x60, ...codes(params), ...codes(results)],
        [0x60, 0, 0],
      ]),
    ),
    ...section(
      2,
      vector([
        [...name('env'), ...name('f'), 0x00, 0x00],
        [...name('env'), ...name('m'), 0x02, 0x00, 0x01],
      ]),
    ),
    ...section(3, vector([[0x01]])),
    ...section(7, vector([[...name('call'), 0x00, 0x01]])),
    ...section(10, vector([[...leb(body.length), ...body]])),
  ]);
}

export function writeValue(view: DataView, at: number, value: SpecValue): void {
  switch (value.type) {
    case 'i32':
      view.setInt32(at, value.value, true);
      break;
    case 'i64':
      view.setBigInt64(at, value.value, true);
      break;
    case 'f32':
      view.setUint32(at, value.bits, true);
      break;
    case 'f64':
      view.setBigUint64(at, value.bits, true);
      break;
    case 'v128':
      for (let i = 0; i < 16; i++) view.setUint8(at + i, value.bytes[i] as number);
      break;
    case 'ref':
      throw new Error('a reference has no bits');
  }
}

export function readValue(view: DataView, at: number, type: ValueType): SpecValue {
  switch (type) {
    case 'i32':
      return { type, value: view.getInt32(at, true) };
    case 'i64':
      return { type, value: view.getBigInt64(at, true) };
    case 'f32':
      return { type, bits: view.getUint32(at, true) };
    case 'f64':
      return { type, bits: view.getBigUint64(at, true) };
    case 'v128': {
      const bytes = new Uint8Array(16);
      for (let i = 0; i < 16; i++) bytes[i] = view.getUint8(at + i);
      return { type, bytes };
    }
  }
}
