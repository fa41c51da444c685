/** Open files of a program. */

import fs from 'node:fs';
import { Fd, wasi } from '@bjorn3/browser_wasi_shim';
import { attempt, WasiError } from './errno.ts';
import { fdstat, filestat, fileType, newTimes } from './stat.ts';

/**
 * Bytes read at most by one call. The shim copies what is read, so a program that asks for a
 * gigabyte would make us allocate one; a short read is always allowed.
 */
export const MAX_READ_BYTES = 1 << 20;

/** Rights of a file, for programs that look before they read or write. */
function rightsOf(isReadable: boolean, isWritable: boolean, isSeekable: boolean): bigint {
  let rights =
    wasi.RIGHTS_FD_FDSTAT_SET_FLAGS |
    wasi.RIGHTS_FD_FILESTAT_GET |
    wasi.RIGHTS_FD_FILESTAT_SET_TIMES |
    wasi.RIGHTS_FD_ADVISE |
    wasi.RIGHTS_POLL_FD_READWRITE;
  if (isSeekable) rights |= wasi.RIGHTS_FD_SEEK | wasi.RIGHTS_FD_TELL;
  if (isReadable) rights |= wasi.RIGHTS_FD_READ;
  if (isWritable) {
    rights |= wasi.RIGHTS_FD_WRITE | wasi.RIGHTS_FD_DATASYNC | wasi.RIGHTS_FD_SYNC;
    rights |= wasi.RIGHTS_FD_ALLOCATE | wasi.RIGHTS_FD_FILESTAT_SET_SIZE;
  }
  return BigInt(rights);
}

/** A file position as Node takes it. */
function position(offset: bigint): number {
  if (offset > BigInt(Number.MAX_SAFE_INTEGER)) throw new WasiError(wasi.ERRNO_FBIG, `offset ${offset} is too large`);
  return Number(offset);
}

/** A file opened through a preopened folder. The position is kept here, the host's own is not used. */
export class FileFd extends Fd {
  private readonly hostFd: number;
  private readonly rights: bigint;
  private readonly type: number;
  /** FIFOs and devices have no position. */
  private readonly isSeekable: boolean;
  private flags: number;
  private offset = 0n;

  constructor(hostFd: number, access: { isReadable: boolean; isWritable: boolean; flags: number }) {
    super();
    const stats = fs.fstatSync(hostFd, { bigint: true });
    this.hostFd = hostFd;
    this.flags = access.flags;
    this.type = fileType(stats);
    this.isSeekable = stats.isFile();
    this.rights = rightsOf(access.isReadable, access.isWritable, this.isSeekable);
  }

  private stat(): fs.BigIntStats {
    return fs.fstatSync(this.hostFd, { bigint: true });
  }

  private read(size: number, offset: bigint): Uint8Array {
    const data = new Uint8Array(Math.min(size, MAX_READ_BYTES));
    const count = fs.readSync(this.hostFd, data, 0, data.length, this.isSeekable ? position(offset) : null);
    return data.subarray(0, count);
  }

  override fd_read(size: number): { ret: number; data: Uint8Array } {
    const data = this.read(size, this.offset);
    this.offset += BigInt(data.length);
    return { ret: wasi.ERRNO_SUCCESS, data };
  }

  override fd_pread(size: number, offset: bigint): { ret: number; data: Uint8Array } {
    if (!this.isSeekable) return { ret: wasi.ERRNO_SPIPE, data: new Uint8Array() };
    return { ret: wasi.ERRNO_SUCCESS, data: this.read(size, offset) };
  }

  override fd_write(data: Uint8Array): { ret: number; nwritten: number } {
    if ((this.flags & wasi.FDFLAGS_APPEND) !== 0) this.offset = this.stat().size;
    const at = this.isSeekable ? position(this.offset) : null;
    const nwritten = fs.writeSync(this.hostFd, data, 0, data.length, at);
    this.offset += BigInt(nwritten);
    return { ret: wasi.ERRNO_SUCCESS, nwritten };
  }

  override fd_pwrite(data: Uint8Array, offset: bigint): { ret: number; nwritten: number } {
    if (!this.isSeekable) return { ret: wasi.ERRNO_SPIPE, nwritten: 0 };
    const nwritten = fs.writeSync(this.hostFd, data, 0, data.length, position(offset));
    return { ret: wasi.ERRNO_SUCCESS, nwritten };
  }

  override fd_seek(offset: bigint, whence: number): { ret: number; offset: bigint } {
    if (!this.isSeekable) return { ret: wasi.ERRNO_SPIPE, offset: 0n };
    let start = 0n;
    if (whence === wasi.WHENCE_CUR) start = this.offset;
    else if (whence === wasi.WHENCE_END) start = this.stat().size;
    else if (whence !== wasi.WHENCE_SET) return { ret: wasi.ERRNO_INVAL, offset: 0n };
    const target = start + offset;
    if (target < 0n || target >= 1n << 63n) return { ret: wasi.ERRNO_INVAL, offset: 0n };
    this.offset = target;
    return { ret: wasi.ERRNO_SUCCESS, offset: target };
  }

  override fd_tell(): { ret: number; offset: bigint } {
    if (!this.isSeekable) return { ret: wasi.ERRNO_SPIPE, offset: 0n };
    return { ret: wasi.ERRNO_SUCCESS, offset: this.offset };
  }

  override fd_allocate(offset: bigint, length: bigint): number {
    if (length === 0n) return wasi.ERRNO_INVAL;
    if (this.stat().size < offset + length) fs.ftruncateSync(this.hostFd, position(offset + length));
    return wasi.ERRNO_SUCCESS;
  }

  override fd_filestat_set_size(size: bigint): number {
    fs.ftruncateSync(this.hostFd, position(size));
    return wasi.ERRNO_SUCCESS;
  }

  override fd_filestat_set_times(atim: bigint, mtim: bigint, flags: number): number {
    const times = newTimes(this.stat(), atim, mtim, flags);
    if (times === undefined) return wasi.ERRNO_INVAL;
    fs.futimesSync(this.hostFd, times.atime, times.mtime);
    return wasi.ERRNO_SUCCESS;
  }

  override fd_filestat_get(): { ret: number; filestat: wasi.Filestat } {
    return { ret: wasi.ERRNO_SUCCESS, filestat: filestat(this.stat()) };
  }

  override fd_fdstat_get(): { ret: number; fdstat: wasi.Fdstat } {
    return { ret: wasi.ERRNO_SUCCESS, fdstat: fdstat(this.type, this.flags, this.rights, 0n) };
  }

  override fd_fdstat_set_flags(flags: number): number {
    // Appending and non-blocking are decided here; the others belong to the host's descriptor and stay as opened.
    const changeable = wasi.FDFLAGS_APPEND | wasi.FDFLAGS_NONBLOCK;
    if (((flags ^ this.flags) & ~changeable) !== 0) return wasi.ERRNO_NOTSUP;
    this.flags = flags;
    return wasi.ERRNO_SUCCESS;
  }

  override fd_sync(): number {
    fs.fsyncSync(this.hostFd);
    return wasi.ERRNO_SUCCESS;
  }

  override fd_close(): number {
    return attempt(() => fs.closeSync(this.hostFd));
  }
}
