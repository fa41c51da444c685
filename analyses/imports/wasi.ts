/** The calls of WASI preview 1 as people read them: names of arguments, flags and errors, texts from memory. */

import { wasi } from '@bjorn3/browser_wasi_shim';
import { MemoryView, valueText } from '../../probes/index.ts';
import type { ModuleInstance, TypedValue } from '../../engine/index.ts';

/** Bytes of a buffer that are shown. */
const MOST_BYTES = 32;
/** Buffers of a vector that are shown. */
const MOST_BUFFERS = 3;

/**
 * Arguments by name and kind, with a blank between them. Kinds: nothing, a number; `path` and `buf`, pointer and length; `out` and `in`, pointer and
 * length of a vector of buffers that are written by the program, or read into; `r4` and `r8`, a pointer to a result; names of
 * flags and enumerations below.
 */
const signatures: Readonly<Record<string, string>> = {
  args_get: 'argv argv_buf',
  args_sizes_get: 'argc:r4 size:r4',
  clock_res_get: 'clock:clock resolution:r8',
  clock_time_get: 'clock:clock precision time:r8',
  environ_get: 'environ environ_buf',
  environ_sizes_get: 'count:r4 size:r4',
  fd_advise: 'fd offset len advice',
  fd_allocate: 'fd offset len',
  fd_close: 'fd',
  fd_datasync: 'fd',
  fd_fdstat_get: 'fd stat',
  fd_fdstat_set_flags: 'fd flags:fdflags',
  fd_fdstat_set_rights: 'fd base inheriting',
  fd_filestat_get: 'fd stat',
  fd_filestat_set_size: 'fd size',
  fd_filestat_set_times: 'fd atim mtim flags',
  fd_pread: 'fd iovs:in offset nread:r4',
  fd_prestat_dir_name: 'fd path:result',
  fd_prestat_get: 'fd prestat',
  fd_pwrite: 'fd iovs:out offset nwritten:r4',
  fd_read: 'fd iovs:in nread:r4',
  fd_readdir: 'fd buf len cookie used:r4',
  fd_renumber: 'fd to',
  fd_seek: 'fd offset whence:whence position:r8',
  fd_sync: 'fd',
  fd_tell: 'fd position:r8',
  fd_write: 'fd iovs:out nwritten:r4',
  path_create_directory: 'fd path:path',
  path_filestat_get: 'fd flags path:path stat',
  path_filestat_set_times: 'fd flags path:path atim mtim times',
  path_link: 'fd flags path:path newfd newpath:path',
  path_open: 'fd dirflags path:path oflags:oflags rights inheriting fdflags:fdflags opened:r4',
  path_readlink: 'fd path:path buf len used:r4',
  path_remove_directory: 'fd path:path',
  path_rename: 'fd path:path newfd newpath:path',
  path_symlink: 'target:path fd path:path',
  path_unlink_file: 'fd path:path',
  poll_oneoff: 'subscriptions events count nevents:r4',
  proc_exit: 'code',
  proc_raise: 'signal',
  random_get: 'buf len',
  sched_yield: '',
  sock_accept: 'fd flags:fdflags opened:r4',
  sock_recv: 'fd iovs:in flags nread:r4 oflags:r2',
  sock_send: 'fd iovs:out flags nwritten:r4',
  sock_shutdown: 'fd how',
};

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

/** Is there a signature for the call? */
export function isWasiCall(module: string, name: string): boolean {
  return /^wasi_(snapshot_preview1|unstable)$/.test(module) && Object.hasOwn(signatures, name);
}

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
  const kinds = (signatures[name] as string).split(' ').filter((word) => word !== '');
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

function isPair(kind: string): boolean {
  return ['path', 'result', 'buf', 'in', 'out'].includes(kind);
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
  const at = kinds.findIndex((word) => word === 'nread:r4');
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
