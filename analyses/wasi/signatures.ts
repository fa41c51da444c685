/** The calls of WASI preview 1: their arguments, and what they read and write in memory. */

/**
 * Arguments by name and kind, with a blank between them. Kinds: nothing, a number; `path`, pointer and length; `result`, the same of a path that
 * is given back; `out` and `in`, pointer and length of a vector of buffers that are written by the program, or read into; `r2`, `r4` and `r8`,
 * a pointer to a result of so many bytes; names of flags and enumerations.
 *
 * A third part says what becomes of the memory that a pointer of no kind leads to: `r`, it is read; `w`, data is written; `c`, something that
 * describes a file or a number of things is written. Behind it the number of bytes, or of bytes for each of as many as another argument, or the number
 * that it points to, says. `a.b` is the number that `b` of the last call of `a` pointed to.
 */
const signatures: Readonly<Record<string, string>> = {
  args_get: 'argv argv_buf::wargs_sizes_get.size',
  args_sizes_get: 'argc:r4 size:r4',
  clock_res_get: 'clock:clock resolution:r8',
  clock_time_get: 'clock:clock precision time:r8',
  environ_get: 'environ environ_buf::wenviron_sizes_get.size',
  environ_sizes_get: 'count:r4 size:r4',
  fd_advise: 'fd offset len advice',
  fd_allocate: 'fd offset len',
  fd_close: 'fd',
  fd_datasync: 'fd',
  fd_fdstat_get: 'fd stat::c24',
  fd_fdstat_set_flags: 'fd flags:fdflags',
  fd_fdstat_set_rights: 'fd base inheriting',
  fd_filestat_get: 'fd stat::w64',
  fd_filestat_set_size: 'fd size',
  fd_filestat_set_times: 'fd atim mtim flags',
  fd_pread: 'fd iovs:in offset nread:r4',
  fd_prestat_dir_name: 'fd path:result',
  fd_prestat_get: 'fd prestat::c8',
  fd_pwrite: 'fd iovs:out offset nwritten:r4',
  fd_read: 'fd iovs:in nread:r4',
  fd_readdir: 'fd buf::wused len cookie used:r4',
  fd_renumber: 'fd to',
  fd_seek: 'fd offset whence:whence position:r8',
  fd_sync: 'fd',
  fd_tell: 'fd position:r8',
  fd_write: 'fd iovs:out nwritten:r4',
  path_create_directory: 'fd path:path',
  path_filestat_get: 'fd flags path:path stat::w64',
  path_filestat_set_times: 'fd flags path:path atim mtim times',
  path_link: 'fd flags path:path newfd newpath:path',
  path_open: 'fd dirflags path:path oflags:oflags rights inheriting fdflags:fdflags opened:r4',
  path_readlink: 'fd path:path buf::wused len used:r4',
  path_remove_directory: 'fd path:path',
  path_rename: 'fd path:path newfd newpath:path',
  path_symlink: 'target:path fd path:path',
  path_unlink_file: 'fd path:path',
  poll_oneoff: 'subscriptions::r48count events::w32nevents count nevents:r4',
  proc_exit: 'code',
  proc_raise: 'signal',
  random_get: 'buf::wlen len',
  sched_yield: '',
  sock_accept: 'fd flags:fdflags opened:r4',
  sock_recv: 'fd iovs:in flags nread:r4 oflags:r2',
  sock_send: 'fd iovs:out flags nwritten:r4',
  sock_shutdown: 'fd how',
};

/** Is there a signature for the call? */
export function isWasiCall(module: string, name: string): boolean {
  return /^wasi_(snapshot_preview1|unstable)$/.test(module) && Object.hasOwn(signatures, name);
}

/** The words of a signature, in order. */
export function wordsOf(name: string): string[] {
  return (signatures[name] as string).split(' ').filter((word) => word !== '');
}

/** Does a kind stand for two arguments, a pointer and a length? */
export function isPair(kind: string): boolean {
  return ['path', 'result', 'in', 'out'].includes(kind);
}
