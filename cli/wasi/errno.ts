/** Errors of WASI calls, and how the errors of Node's file system map to them. */

import { wasi } from '@bjorn3/browser_wasi_shim';

/** A WASI call fails with this errno. */
export class WasiError extends Error {
  readonly errno: number;
  constructor(errno: number, message: string) {
    super(message);
    this.name = 'WasiError';
    this.errno = errno;
  }
}

/** A path led, or tried to lead, out of the folder that it is relative to. */
export function escapes(path: string): WasiError {
  return new WasiError(wasi.ERRNO_NOTCAPABLE, `"${path}" leads out of the preopened folder`);
}

const errnoByCode: Readonly<Record<string, number>> = {
  E2BIG: wasi.ERRNO_2BIG,
  EACCES: wasi.ERRNO_ACCES,
  EAGAIN: wasi.ERRNO_AGAIN,
  EBADF: wasi.ERRNO_BADF,
  EBUSY: wasi.ERRNO_BUSY,
  EDQUOT: wasi.ERRNO_DQUOT,
  EEXIST: wasi.ERRNO_EXIST,
  EFBIG: wasi.ERRNO_FBIG,
  EINTR: wasi.ERRNO_INTR,
  EINVAL: wasi.ERRNO_INVAL,
  EIO: wasi.ERRNO_IO,
  EISDIR: wasi.ERRNO_ISDIR,
  ELOOP: wasi.ERRNO_LOOP,
  EMFILE: wasi.ERRNO_MFILE,
  EMLINK: wasi.ERRNO_MLINK,
  ENAMETOOLONG: wasi.ERRNO_NAMETOOLONG,
  ENFILE: wasi.ERRNO_NFILE,
  ENODEV: wasi.ERRNO_NODEV,
  ENOENT: wasi.ERRNO_NOENT,
  ENOMEM: wasi.ERRNO_NOMEM,
  ENOSPC: wasi.ERRNO_NOSPC,
  ENOSYS: wasi.ERRNO_NOSYS,
  ENOTDIR: wasi.ERRNO_NOTDIR,
  ENOTEMPTY: wasi.ERRNO_NOTEMPTY,
  ENOTSUP: wasi.ERRNO_NOTSUP,
  ENXIO: wasi.ERRNO_NXIO,
  EOVERFLOW: wasi.ERRNO_OVERFLOW,
  EPERM: wasi.ERRNO_PERM,
  EPIPE: wasi.ERRNO_PIPE,
  EROFS: wasi.ERRNO_ROFS,
  ESPIPE: wasi.ERRNO_SPIPE,
  ETXTBSY: wasi.ERRNO_TXTBSY,
  EXDEV: wasi.ERRNO_XDEV,
  // Node refuses these arguments itself: a NUL byte in a path, a number out of range.
  ERR_INVALID_ARG_VALUE: wasi.ERRNO_INVAL,
  ERR_OUT_OF_RANGE: wasi.ERRNO_INVAL,
};

/** The code of an error raised by Node (`ENOENT`, `ERR_OUT_OF_RANGE`), if it has one. */
export function codeOf(error: unknown): string | undefined {
  // Not `instanceof Error`: the error of an interruption is of another realm.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/**
 * The errno of something thrown inside a WASI call; undefined for what is no failure of the call and
 * has to go on unwinding: the program's exit, a stack overflow, a bug.
 */
export function errnoOf(error: unknown): number | undefined {
  if (error instanceof WasiError) return error.errno;
  const code = codeOf(error);
  if (code !== undefined) return errnoByCode[code] ?? (code.startsWith('E') ? wasi.ERRNO_IO : undefined);
  // Writing beyond the end of memory through a view. V8 raises a RangeError for stack overflow as well.
  if (error instanceof RangeError && !error.message.includes('call stack')) return wasi.ERRNO_FAULT;
  return undefined;
}

/** Runs a call that has no other result than success; what it throws becomes its errno. */
export function attempt(call: () => void): number {
  try {
    call();
    return wasi.ERRNO_SUCCESS;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    return errno;
  }
}
