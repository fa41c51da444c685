/** Folders of a program: preopened ones, and those it opens inside them. */

import fs from 'node:fs';
import { Fd, wasi } from '@bjorn3/browser_wasi_shim';
import { codeOf, WasiError } from './errno.ts';
import { FileFd } from './file.ts';
import type { HostDir } from './host-dir.ts';
import { atPath, type Place, withoutTrailingSlashes } from './resolve.ts';
import {
  ALL_RIGHTS,
  DIRECTORY_RIGHTS,
  fdstat,
  filestat,
  fileType,
  newTimes,
  wantsReading,
  wantsWriting,
} from './stat.ts';

const { O_CREAT, O_DSYNC = 0, O_EXCL, O_NOFOLLOW = 0, O_RDONLY, O_RDWR, O_SYNC = 0, O_TRUNC, O_WRONLY } = fs.constants;

/** `lookupflags` of WASI: follow a symbolic link in the last component. */
const SYMLINK_FOLLOW = 1;

interface OpenRequest {
  readonly oflags: number;
  readonly rights: bigint;
  readonly fdflags: number;
}

interface Entry {
  readonly name: string;
  readonly type: number;
}

export class DirectoryFd extends Fd {
  readonly dir: HostDir;
  /** The name under which the program knows a preopened folder. */
  private readonly preopenName: string | undefined;
  /** The listing that a program is reading; cookies are positions in it. */
  private listing: readonly Entry[] | undefined;

  constructor(dir: HostDir, preopenName?: string) {
    super();
    this.dir = dir;
    this.preopenName = preopenName;
  }

  // biome-ignore lint/complexity/useMaxParams: the signature of the shim
  override path_open(
    dirflags: number,
    path: string,
    oflags: number,
    rights: bigint,
    _inheriting: bigint,
    fdflags: number,
  ): { ret: number; fd_obj: Fd | null } {
    // With O_EXCL a symbolic link counts as existing, wherever it points.
    const followLast = (dirflags & SYMLINK_FOLLOW) !== 0 && (oflags & wasi.OFLAGS_EXCL) === 0;
    const fd_obj = atPath(this.dir, path, followLast, (place) => open(place, { oflags, rights, fdflags }));
    return { ret: wasi.ERRNO_SUCCESS, fd_obj };
  }

  override path_create_directory(path: string): number {
    atPath(this.dir, withoutTrailingSlashes(path), false, (place) => fs.mkdirSync(place.hostPath));
    return wasi.ERRNO_SUCCESS;
  }

  override path_remove_directory(path: string): number {
    atPath(this.dir, withoutTrailingSlashes(path), false, (place) => fs.rmdirSync(place.hostPath));
    return wasi.ERRNO_SUCCESS;
  }

  override path_unlink_file(path: string): number {
    atPath(this.dir, path, false, (place) => unlink(place.hostPath));
    return wasi.ERRNO_SUCCESS;
  }

  override path_filestat_get(flags: number, path: string): { ret: number; filestat: wasi.Filestat } {
    const stats = atPath(this.dir, path, (flags & SYMLINK_FOLLOW) !== 0, lstat);
    return { ret: wasi.ERRNO_SUCCESS, filestat: filestat(stats) };
  }

  // biome-ignore lint/complexity/useMaxParams: the signature of the shim
  override path_filestat_set_times(flags: number, path: string, atim: bigint, mtim: bigint, fstFlags: number): number {
    return atPath(this.dir, path, (flags & SYMLINK_FOLLOW) !== 0, (place) => {
      const times = newTimes(lstat(place), atim, mtim, fstFlags);
      if (times === undefined) return wasi.ERRNO_INVAL;
      fs.lutimesSync(place.hostPath, times.atime, times.mtime);
      return wasi.ERRNO_SUCCESS;
    });
  }

  override path_readlink(path: string): { ret: number; data: string } {
    const data = atPath(this.dir, path, false, (place) => fs.readlinkSync(place.hostPath));
    return { ret: wasi.ERRNO_SUCCESS, data };
  }

  /** Creates a symbolic link. It may point anywhere but to an absolute path: following it is what is checked. */
  symlink(target: string, path: string): void {
    if (target.startsWith('/')) throw new WasiError(wasi.ERRNO_NOTCAPABLE, `symbolic link to absolute "${target}"`);
    atPath(this.dir, path, false, (place) => fs.symlinkSync(target, place.hostPath));
  }

  /** Makes a hard link to an entry of this folder. */
  link(flags: number, path: string, target: DirectoryFd, newPath: string): void {
    atPath(this.dir, path, (flags & SYMLINK_FOLLOW) !== 0, (from) => {
      // Some systems follow a symbolic link here, out of our sight.
      if (process.platform !== 'linux' && lstat(from).isSymbolicLink()) {
        throw new WasiError(wasi.ERRNO_NOTSUP, 'hard link to a symbolic link');
      }
      atPath(target.dir, newPath, false, (to) => fs.linkSync(from.hostPath, to.hostPath));
    });
  }

  rename(path: string, target: DirectoryFd, newPath: string): void {
    const source = withoutTrailingSlashes(path);
    const goal = withoutTrailingSlashes(newPath);
    const mustBeDirectory = source !== path || goal !== newPath;
    atPath(this.dir, source, false, (from) => {
      if (mustBeDirectory && !lstat(from).isDirectory()) throw new WasiError(wasi.ERRNO_NOTDIR, `"${path}"`);
      atPath(target.dir, goal, false, (to) => fs.renameSync(from.hostPath, to.hostPath));
    });
  }

  override fd_readdir_single(cookie: bigint): { ret: number; dirent: wasi.Dirent | null } {
    if (this.listing === undefined || cookie === 0n) this.listing = this.list();
    const entry = this.listing[Number(cookie)];
    if (entry === undefined) return { ret: wasi.ERRNO_SUCCESS, dirent: null };
    return { ret: wasi.ERRNO_SUCCESS, dirent: new wasi.Dirent(cookie + 1n, this.inode(entry), entry.name, entry.type) };
  }

  private list(): Entry[] {
    const entries = fs
      .readdirSync(this.dir.entry('.'), { withFileTypes: true })
      .map((entry) => ({ name: entry.name, type: fileType(entry) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const self = { name: '.', type: wasi.FILETYPE_DIRECTORY };
    return [self, { ...self, name: '..' }, ...entries];
  }

  /** `..` gets the inode of this folder: what lies above is none of the program's business. */
  private inode(entry: Entry): bigint {
    try {
      const name = entry.name === '..' ? '.' : entry.name;
      return fs.lstatSync(this.dir.entry(name), { bigint: true }).ino;
    } catch {
      return 0n; // deleted since it was listed
    }
  }

  override fd_filestat_get(): { ret: number; filestat: wasi.Filestat } {
    return { ret: wasi.ERRNO_SUCCESS, filestat: filestat(this.dir.stat()) };
  }

  override fd_filestat_set_times(atim: bigint, mtim: bigint, flags: number): number {
    return this.path_filestat_set_times(0, '.', atim, mtim, flags);
  }

  override fd_fdstat_get(): { ret: number; fdstat: wasi.Fdstat } {
    return { ret: wasi.ERRNO_SUCCESS, fdstat: fdstat(wasi.FILETYPE_DIRECTORY, 0, DIRECTORY_RIGHTS, ALL_RIGHTS) };
  }

  override fd_fdstat_set_flags(): number {
    return wasi.ERRNO_SUCCESS; // none of them means anything for a folder
  }

  override fd_prestat_get(): { ret: number; prestat: wasi.Prestat | null } {
    if (this.preopenName === undefined) return { ret: wasi.ERRNO_BADF, prestat: null };
    return { ret: wasi.ERRNO_SUCCESS, prestat: wasi.Prestat.dir(this.preopenName) };
  }

  override fd_seek(): { ret: number; offset: bigint } {
    return { ret: wasi.ERRNO_BADF, offset: 0n };
  }

  override fd_tell(): { ret: number; offset: bigint } {
    return { ret: wasi.ERRNO_BADF, offset: 0n };
  }

  override fd_read(): { ret: number; data: Uint8Array } {
    return { ret: wasi.ERRNO_ISDIR, data: new Uint8Array() };
  }

  override fd_pread(): { ret: number; data: Uint8Array } {
    return { ret: wasi.ERRNO_ISDIR, data: new Uint8Array() };
  }

  override fd_write(): { ret: number; nwritten: number } {
    return { ret: wasi.ERRNO_BADF, nwritten: 0 };
  }

  override fd_pwrite(): { ret: number; nwritten: number } {
    return { ret: wasi.ERRNO_BADF, nwritten: 0 };
  }

  override fd_filestat_set_size(): number {
    return wasi.ERRNO_BADF;
  }

  override fd_allocate(): number {
    return wasi.ERRNO_BADF;
  }

  override fd_close(): number {
    this.dir.close();
    return wasi.ERRNO_SUCCESS;
  }
}

function lstat(place: Place): fs.BigIntStats {
  return fs.lstatSync(place.hostPath, { bigint: true });
}

/** What an existing entry is; undefined where there is none. */
function existing(place: Place): fs.BigIntStats | undefined {
  return fs.lstatSync(place.hostPath, { bigint: true, throwIfNoEntry: false });
}

function unlink(hostPath: string): void {
  try {
    fs.unlinkSync(hostPath);
  } catch (error) {
    // Linux says EISDIR, others EPERM as POSIX has it; programs for WASI expect the former.
    if (codeOf(error) === 'EPERM' && fs.lstatSync(hostPath).isDirectory()) {
      throw new WasiError(wasi.ERRNO_ISDIR, 'a folder is not unlinked');
    }
    throw error;
  }
}

function open(place: Place, request: OpenRequest): Fd {
  const stats = existing(place);
  if (stats?.isSymbolicLink() && (request.oflags & wasi.OFLAGS_EXCL) === 0) {
    throw new WasiError(wasi.ERRNO_LOOP, 'a symbolic link is not opened');
  }
  if (stats?.isDirectory()) return openDirectory(place, request);
  if ((request.oflags & wasi.OFLAGS_DIRECTORY) !== 0) {
    if (stats === undefined && (request.oflags & wasi.OFLAGS_CREAT) === 0) throw new WasiError(wasi.ERRNO_NOENT, '');
    throw new WasiError(stats === undefined ? wasi.ERRNO_INVAL : wasi.ERRNO_NOTDIR, 'not a folder');
  }
  return openFile(place, request);
}

function openDirectory(place: Place, { oflags, rights }: OpenRequest): DirectoryFd {
  if ((oflags & wasi.OFLAGS_CREAT) !== 0 && (oflags & wasi.OFLAGS_EXCL) !== 0) {
    throw new WasiError(wasi.ERRNO_EXIST, 'the folder exists');
  }
  const wantsFile = (rights & BigInt(wasi.RIGHTS_FD_WRITE)) !== 0n && (oflags & wasi.OFLAGS_DIRECTORY) === 0;
  if (wantsFile || (oflags & (wasi.OFLAGS_CREAT | wasi.OFLAGS_TRUNC)) !== 0) {
    throw new WasiError(wasi.ERRNO_ISDIR, 'a folder is not written to');
  }
  return new DirectoryFd(place.name === '.' ? place.dir.duplicate() : place.dir.enter(place.name));
}

function openFile(place: Place, { oflags, rights, fdflags }: OpenRequest): FileFd {
  const isWritable =
    wantsWriting(rights) || (fdflags & wasi.FDFLAGS_APPEND) !== 0 || (oflags & wasi.OFLAGS_TRUNC) !== 0;
  const isReadable = wantsReading(rights) || !isWritable;
  // The place is no symbolic link; should it have become one since, the host refuses it.
  let flags = O_NOFOLLOW | (isWritable ? (isReadable ? O_RDWR : O_WRONLY) : O_RDONLY);
  if ((oflags & wasi.OFLAGS_CREAT) !== 0) flags |= O_CREAT;
  if ((oflags & wasi.OFLAGS_EXCL) !== 0) flags |= O_EXCL;
  if ((oflags & wasi.OFLAGS_TRUNC) !== 0) flags |= O_TRUNC;
  if ((fdflags & wasi.FDFLAGS_DSYNC) !== 0) flags |= O_DSYNC;
  if ((fdflags & (wasi.FDFLAGS_SYNC | wasi.FDFLAGS_RSYNC)) !== 0) flags |= O_SYNC;
  return new FileFd(fs.openSync(place.hostPath, flags, 0o666), { isReadable, isWritable, flags: fdflags });
}
