/** Which parts of memory a call of WASI reads and writes, when it succeeds. */

import { isPair, wordsOf } from './signatures.ts';

/** A part of memory: address of its first byte, and number of bytes. */
export type MemoryRange = readonly [start: number, bytes: number];

/** A call, as far as its memory matters. */
export interface CallMemory {
  /** Its arguments, the first first. */
  readonly args: readonly unknown[];
  /** A number of 32 bits in memory; 0 outside of it. */
  u32(address: number): number;
  /** Numbers that earlier calls gave: `a.b`, see `signatures.ts`. */
  readonly earlier: ReadonlyMap<string, number>;
}

export interface MemoryEffect {
  readonly access: 'read' | 'write';
  /** Is what is written data, and not a count, a descriptor, or a property of one? Always true of what is read. */
  readonly isData: boolean;
  /** Index of the argument that points there. */
  readonly argument: number;
  /** Of a call that has succeeded; of what is read also before it is made. */
  ranges(call: CallMemory): readonly MemoryRange[];
}

interface Word {
  readonly label: string;
  readonly kind: string;
  readonly rule: string;
  /** Index of its first argument. */
  readonly at: number;
}

function argumentWords(name: string): Word[] {
  let at = 0;
  return wordsOf(name).map((text) => {
    const [label = '', kind = '', rule = ''] = text.split(':');
    const word = { label, kind, rule, at };
    at += isPair(kind) ? 2 : 1;
    return word;
  });
}

function unsigned(value: unknown): number {
  return typeof value === 'bigint' ? Number(BigInt.asUintN(64, value)) : (value as number) >>> 0;
}

const effects = new Map<string, readonly MemoryEffect[]>();

/** What a call with a signature does to memory; the name is that of the function, without its module. */
export function wasiMemoryEffects(name: string): readonly MemoryEffect[] {
  let known = effects.get(name);
  if (known === undefined) {
    const words = argumentWords(name);
    known = words.flatMap((word) => effectOf(word, words) ?? []);
    effects.set(name, known);
  }
  return known;
}

/** Numbers that later calls may refer to, by their names. */
export function numbersGiven(name: string, call: CallMemory): [string, number][] {
  return argumentWords(name)
    .filter(({ kind }) => kind === 'r4')
    .map(({ label, at }) => [`${name}.${label}`, call.u32(unsigned(call.args[at]))]);
}

function effectOf({ kind, rule, at }: Word, words: readonly Word[]): MemoryEffect | undefined {
  const start = (call: CallMemory): number => unsigned(call.args[at]);
  const pair = (call: CallMemory): MemoryRange[] => [[start(call), unsigned(call.args[at + 1])]];
  const [, width] = /^r(\d)$/.exec(kind) ?? [];
  if (width !== undefined) {
    // Two and four bytes are counts, flags and descriptors, eight are times and positions.
    return {
      access: 'write',
      isData: width === '8',
      argument: at,
      ranges: (call) => [[start(call), Number(width)]],
    };
  }
  switch (kind) {
    case 'path':
      return { access: 'read', isData: true, argument: at, ranges: pair };
    case 'result':
      return { access: 'write', isData: true, argument: at, ranges: pair };
    case 'out':
      return {
        access: 'read',
        isData: true,
        argument: at,
        ranges: (call) => vector(call, at, Number.POSITIVE_INFINITY),
      };
    case 'in': {
      const count = counter('nread', words);
      return { access: 'write', isData: true, argument: at, ranges: (call) => vector(call, at, count(call)) };
    }
    default: {
      const [, access, unit = '', of = ''] = /^([rwc])(\d*)(.*)$/.exec(rule) ?? [];
      if (access === undefined) return undefined;
      const bytes = unit === '' ? 1 : Number(unit);
      const count = of === '' ? () => 1 : counter(of, words);
      return {
        access: access === 'r' ? 'read' : 'write',
        isData: access !== 'c',
        argument: at,
        ranges: (call) => [[start(call), bytes * count(call)]],
      };
    }
  }
}

/** The number that an argument is or points to, or that an earlier call gave. */
function counter(of: string, words: readonly Word[]): (call: CallMemory) => number {
  if (of.includes('.')) return ({ earlier }) => earlier.get(of) ?? 0;
  const word = words.find(({ label }) => label === of);
  if (word === undefined) throw new Error(`no argument is named ${of}`);
  return (call) => (word.kind === 'r4' ? call.u32(unsigned(call.args[word.at])) : unsigned(call.args[word.at]));
}

/** The buffers of a vector, up to a number of bytes of all. */
function vector(call: CallMemory, at: number, most: number): MemoryRange[] {
  const ranges: MemoryRange[] = [];
  const pointer = unsigned(call.args[at]);
  const count = unsigned(call.args[at + 1]);
  let left = most;
  for (let i = 0; i < count && left > 0; i++) {
    const bytes = Math.min(call.u32(pointer + 8 * i + 4), left);
    left -= bytes;
    if (bytes > 0) ranges.push([call.u32(pointer + 8 * i), bytes]);
  }
  return ranges;
}
