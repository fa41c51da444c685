/** The calls of WASI preview 1 as people read them: names of arguments, flags and errors, texts from memory. */

import { wasi } from '@bjorn3/browser_wasi_shim';
import type { ModuleInstance, TypedValue } from '../../engine/index.ts';
import { MemoryView, valueText } from '../../probes/index.ts';
import { isPair, wordsOf } from './signatures.ts';

/** Bytes of a buffer that are shown. */
const MOST_BYTES = 32;
/** Buffers of a vector that are shown. */
const MOST_BUFFERS = 3;

/** Names of the shim's constants that begin with a word, by their values. */
function namesOf(prefix: string): ReadonlyMap<number, string> {
  const entries = Object.entries(wasi).filter(([name]) => name.startsWith(prefix));
  return new Map(entries.map(([name, value]) => [Number(value), name.slice(prefix.length)]));
}

const enumerations: Readonly<Record<string, ReadonlyMap<number, string>>> = {
  clock: namesOf('CLOCKID_'),
  whence: namesOf('WHENCE_'),
};
const flagSets: Readonly<Record<string, ReadonlyMap<number, string>>> = {
  fdflags: namesOf('FDFLAGS_'),
  oflags: namesOf('OFLAGS_'),
};
const errnos = namesOf('ERRNO_');

/** `SUCCESS`, `BADF`; undefined for what is no errno. */
export function errnoName(value: number): string | undefined {
  return errnos.get(value);
}

/** A call that is made or has come back. */
export interface WasiCall {
  readonly name: string;
  readonly instance: ModuleInstance;
  readonly args: readonly TypedValue[];
  /** Have results been written? */
  readonly hasSucceeded: boolean;
}

/** The arguments of a call, with what pointers lead to. */
export function wasiArguments({ name, instance, args, hasSucceeded }: WasiCall): string[] {
  const memory = instance.memories.length === 0 ? undefined : new MemoryView(instance);
  const texts: string[] = [];
  const kinds = wordsOf(name);
  // What was read into a vector of buffers is as long as a later argument says.
  let place = 0;
  for (const word of kinds) {
    const [label = '', kind = ''] = word.split(':');
    const size = isPair(kind) ? 2 : 1;
    const values = args.slice(place, place + size);
    place += size;
    const text = attempt(() => textOf(kind, values, { memory, hasSucceeded, read: bytesRead(kinds, args, memory) }));
    texts.push(`${label}=${text ?? values.map(valueText).join(' ')}`);
  }
  return texts;
}

/** Where a pointer leads nowhere, the number is shown. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

interface Surroundings {
  readonly memory: MemoryView | undefined;
  readonly hasSucceeded: boolean;
  /** Bytes that were read, if the call says so. */
  readonly read: number | undefined;
}

function bytesRead(
  kinds: readonly string[],
  args: readonly TypedValue[],
  memory: MemoryView | undefined,
): number | undefined {
  const at = kinds.indexOf('nread:r4');
  if (at < 0 || memory === undefined) return undefined;
  const before = kinds.slice(0, at).reduce((sum, word) => sum + (isPair(word.split(':')[1] ?? '') ? 2 : 1), 0);
  return attempt(() => memory.u32(args[before]?.value as number));
}

function textOf(kind: string, values: readonly TypedValue[], around: Surroundings): string | undefined {
  const { memory, hasSucceeded } = around;
  const [first, second] = values.map(({ value }) => value as number);
  if (kind in enumerations) return enumerations[kind]?.get(first as number);
  if (kind in flagSets) return flagsText(flagSets[kind] as ReadonlyMap<number, string>, first as number);
  if (memory === undefined) return undefined;
  switch (kind) {
    case 'path':
      return quoted(memory.utf8(first as number, second as number), false);
    case 'result':
      return hasSucceeded ? quoted(memory.utf8(first as number, second as number), false) : undefined;
    case 'out':
      return vectorText(memory, first as number, { count: second as number, bytes: Number.POSITIVE_INFINITY });
    case 'in': {
      if (!hasSucceeded) return undefined;
      return vectorText(memory, first as number, { count: second as number, bytes: around.read ?? 0 });
    }
    case 'r2':
      return hasSucceeded ? String(memory.u16(first as number)) : undefined;
    case 'r4':
      return hasSucceeded ? String(memory.u32(first as number)) : undefined;
    case 'r8':
      return hasSucceeded ? String(memory.u64(first as number)) : undefined;
    default:
      return undefined;
  }
}

function flagsText(names: ReadonlyMap<number, string>, value: number): string {
  if (value === 0) return '0';
  const known = [...names].filter(([flag]) => (value & flag) !== 0);
  const rest = known.reduce((bits, [flag]) => bits & ~flag, value);
  return [...known.map(([, name]) => name), ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])].join('|');
}

function vectorText(
  memory: MemoryView,
  pointer: number,
  { count, bytes }: { readonly count: number; readonly bytes: number },
): string {
  const texts: string[] = [];
  let left = bytes;
  for (let i = 0; i < Math.min(count >>> 0, MOST_BUFFERS); i++) {
    const start = memory.u32((pointer >>> 0) + 8 * i);
    const length = Math.min(memory.u32((pointer >>> 0) + 8 * i + 4), left);
    left -= length;
    texts.push(quoted(memory.utf8(start, Math.min(length, MOST_BYTES)), length > MOST_BYTES));
  }
  return `[${[...texts, ...(count > MOST_BUFFERS ? [`${count - MOST_BUFFERS} more`] : [])].join(', ')}]`;
}

function quoted(text: string, isCut: boolean): string {
  return `${JSON.stringify(text)}${isCut ? '...' : ''}`;
}
