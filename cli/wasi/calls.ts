/**
 * The calls of WASI preview 1: what each does with its arguments, and the guard around all of them.
 *
 * The guard makes pointers unsigned, refuses those that point outside of memory before anything has
 * happened, and turns what an implementation throws into an errno. Without it the shim's calls would read
 * truncated paths and buffers, or throw into the program.
 */

import { errnoOf } from './errno.ts';
import { checkIovs, checkRange, type GuestMemory, readPath } from './memory.ts';

/**
 * One word for each argument; `path`, `buf` and `iovs` stand for two.
 *
 *     .     a 32-bit number            u, s   a 64-bit number, unsigned or signed
 *     path  pointer and length of a path             buf   pointer and length of bytes
 *     iovs  pointer and number of a vector of buffers
 *     N     a pointer to N bytes
 */
const signatures = {
  args_get: '0 0',
  args_sizes_get: '4 4',
  clock_res_get: '. 8',
  clock_time_get: '. u 8',
  environ_get: '0 0',
  environ_sizes_get: '4 4',
  fd_advise: '. u u .',
  fd_allocate: '. u u',
  fd_close: '.',
  fd_datasync: '.',
  fd_fdstat_get: '. 24',
  fd_fdstat_set_flags: '. .',
  fd_fdstat_set_rights: '. u u',
  fd_filestat_get: '. 64',
  fd_filestat_set_size: '. u',
  fd_filestat_set_times: '. u u .',
  fd_pread: '. iovs u 4',
  fd_prestat_dir_name: '. buf',
  fd_prestat_get: '. 8',
  fd_pwrite: '. iovs u 4',
  fd_read: '. iovs 4',
  fd_readdir: '. buf u 4',
  fd_renumber: '. .',
  fd_seek: '. s . 8',
  fd_sync: '.',
  fd_tell: '. 8',
  fd_write: '. iovs 4',
  path_create_directory: '. path',
  path_filestat_get: '. . path 64',
  path_filestat_set_times: '. . path u u .',
  path_link: '. . path . path',
  path_open: '. . path . u u . 4',
  path_readlink: '. path buf 4',
  path_remove_directory: '. path',
  path_rename: '. path . path',
  path_symlink: 'path . path',
  path_unlink_file: '. path',
  poll_oneoff: '0 0 . 4',
  proc_exit: '.',
  proc_raise: '.',
  random_get: 'buf',
  sched_yield: '',
  sock_accept: '. . 4',
  sock_recv: '. iovs . 4 4',
  sock_send: '. iovs . 4',
  sock_shutdown: '. .',
} as const;

export type CallName = keyof typeof signatures;
export const callNames = Object.keys(signatures) as CallName[];

/** An implementation of a call, behind the guard: 32-bit arguments are unsigned, `u` ones too. */
export type Call = (...args: never[]) => number | undefined;
/** A call as the program imports it. */
export type HostCall = (...args: (number | bigint)[]) => number;

/** Checks one argument, or two, from position `at` on; the number of arguments checked. */
function checkArgument(word: string, args: (number | bigint)[], at: number, memory: GuestMemory): number {
  const value = args[at] as number;
  switch (word) {
    case '.':
    case 's':
      return 1;
    case 'u':
      args[at] = BigInt.asUintN(64, BigInt(value));
      return 1;
    case 'path':
      checkRange(memory, value, args[at + 1] as number);
      readPath(memory, value, args[at + 1] as number);
      return 2;
    case 'buf':
      checkRange(memory, value, args[at + 1] as number);
      return 2;
    case 'iovs':
      checkIovs(memory, value, args[at + 1] as number);
      return 2;
    default:
      checkRange(memory, value, Number(word));
      return 1;
  }
}

/** Puts the guard around a call. `memory` gives the program's memory, which is there once it runs. */
export function guarded(name: CallName, call: Call, memory: () => GuestMemory): HostCall {
  const words = wordsOf(name);
  const implementation = call as (...args: (number | bigint)[]) => number | undefined;
  return (...args) => {
    try {
      const unsigned = args.map((arg) => (typeof arg === 'number' ? arg >>> 0 : arg));
      let at = 0;
      for (const word of words) at += checkArgument(word, unsigned, at, memory());
      return implementation(...unsigned) ?? 0;
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === undefined) throw error;
      return errno;
    }
  };
}

/** The type of a call, for comparison with what a module declares. */
export function signatureOf(name: CallName): { params: readonly string[]; results: readonly string[] } {
  const params = wordsOf(name).flatMap((word) => {
    if (word === 'u' || word === 's') return ['i64'];
    return word === 'path' || word === 'buf' || word === 'iovs' ? ['i32', 'i32'] : ['i32'];
  });
  return { params, results: name === 'proc_exit' ? [] : ['i32'] };
}

function wordsOf(name: CallName): string[] {
  return signatures[name].split(' ').filter((word) => word !== '');
}
