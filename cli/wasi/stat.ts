/** What WASI calls tell about files: types, attributes, rights. */

import type fs from 'node:fs';
import { wasi } from '@bjorn3/browser_wasi_shim';

export function fileType(stats: fs.StatsBase<bigint> | fs.Dirent): number {
  if (stats.isFile()) return wasi.FILETYPE_REGULAR_FILE;
  if (stats.isDirectory()) return wasi.FILETYPE_DIRECTORY;
  if (stats.isSymbolicLink()) return wasi.FILETYPE_SYMBOLIC_LINK;
  if (stats.isCharacterDevice()) return wasi.FILETYPE_CHARACTER_DEVICE;
  if (stats.isBlockDevice()) return wasi.FILETYPE_BLOCK_DEVICE;
  if (stats.isSocket()) return wasi.FILETYPE_SOCKET_STREAM;
  return wasi.FILETYPE_UNKNOWN;
}

/** The `filestat` of the shim, which writes the three times at wrong offsets (38, 46 and 52). */
class Filestat extends wasi.Filestat {
  override write_bytes(view: DataView, ptr: number): void {
    view.setBigUint64(ptr, this.dev, true);
    view.setBigUint64(ptr + 8, this.ino, true);
    view.setBigUint64(ptr + 16, BigInt(this.filetype), true);
    view.setBigUint64(ptr + 24, this.nlink, true);
    view.setBigUint64(ptr + 32, this.size, true);
    view.setBigUint64(ptr + 40, this.atim, true);
    view.setBigUint64(ptr + 48, this.mtim, true);
    view.setBigUint64(ptr + 56, this.ctim, true);
  }
}

export function filestat(stats: fs.BigIntStats): wasi.Filestat {
  const result = new Filestat(stats.ino, fileType(stats), stats.size);
  result.dev = stats.dev;
  result.nlink = stats.nlink;
  result.atim = stats.atimeNs;
  result.mtim = stats.mtimeNs;
  result.ctim = stats.ctimeNs;
  return result;
}

/** The attributes of a stream, which has none but its type. */
export function streamFilestat(type: number): wasi.Filestat {
  return new Filestat(0n, type, 0n);
}

/** All rights that exist: what a preopened folder passes on. */
export const ALL_RIGHTS = (1n << 29n) - 1n;

const FILE_ONLY = BigInt(
  wasi.RIGHTS_FD_READ | wasi.RIGHTS_FD_WRITE | wasi.RIGHTS_FD_SEEK | wasi.RIGHTS_FD_TELL | wasi.RIGHTS_FD_ALLOCATE,
);
export const DIRECTORY_RIGHTS = ALL_RIGHTS & ~FILE_ONLY;

const READING = BigInt(wasi.RIGHTS_FD_READ | wasi.RIGHTS_FD_READDIR);
const WRITING = BigInt(wasi.RIGHTS_FD_WRITE | wasi.RIGHTS_FD_ALLOCATE | wasi.RIGHTS_FD_FILESTAT_SET_SIZE);

export function wantsReading(rights: bigint): boolean {
  return (rights & READING) !== 0n;
}

export function wantsWriting(rights: bigint): boolean {
  return (rights & WRITING) !== 0n;
}

export function fdstat(type: number, flags: number, rights: bigint, inheriting: bigint): wasi.Fdstat {
  const result = new wasi.Fdstat(type, flags);
  result.fs_rights_base = rights;
  result.fs_rights_inherited = inheriting;
  return result;
}

const NANOSECONDS = 1_000_000_000n;

function seconds(nanoseconds: bigint): number {
  return Number(nanoseconds / NANOSECONDS) + Number(nanoseconds % NANOSECONDS) / 1e9;
}

/** The access and modification times to set, in seconds, as Node takes them; undefined for contradicting flags. */
export function newTimes(
  stats: fs.BigIntStats,
  atim: bigint,
  mtim: bigint,
  flags: number,
): { atime: number; mtime: number } | undefined {
  const choose = (given: number, now: number, current: bigint, wanted: bigint): number | undefined => {
    if ((flags & given) !== 0 && (flags & now) !== 0) return undefined;
    if ((flags & now) !== 0) return Date.now() / 1000;
    return seconds((flags & given) !== 0 ? wanted : current);
  };
  const atime = choose(wasi.FSTFLAGS_ATIM, wasi.FSTFLAGS_ATIM_NOW, stats.atimeNs, atim);
  const mtime = choose(wasi.FSTFLAGS_MTIM, wasi.FSTFLAGS_MTIM_NOW, stats.mtimeNs, mtim);
  return atime === undefined || mtime === undefined ? undefined : { atime, mtime };
}
