/** A guest without code: a memory, and the WASI calls as a program would make them. */

import { type WasiOptions, WasiSystem } from '../../cli/wasi/system.ts';

/** Errnos that the tests expect, as WASI numbers them. */
export const ERRNO = {
  success: 0,
  again: 6,
  badf: 8,
  exist: 20,
  fault: 21,
  ilseq: 25,
  inval: 28,
  isdir: 31,
  loop: 32,
  mfile: 33,
  nametoolong: 37,
  noent: 44,
  notdir: 54,
  notempty: 55,
  notsock: 57,
  notsup: 58,
  spipe: 70,
  notcapable: 76,
} as const;

export const O = { creat: 1, directory: 2, excl: 4, trunc: 8 } as const;
export const RIGHTS = { read: 2n, write: 64n, readWrite: 66n } as const;
export const FD_APPEND = 1;
/** Where guests put things in memory. */
const PATH_A = 1024;
const PATH_B = 8192;
const IOV = 16384;
const RESULT = 16400;
const DATA = 32768;

interface HostMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: new (d: { initial: number }) => HostMemory } })
  .WebAssembly;

export interface OpenOptions {
  readonly oflags?: number;
  readonly rights?: bigint;
  readonly follow?: boolean;
  readonly fdflags?: number;
  /** The folder that the path is relative to; the first preopened one by default. */
  readonly at?: number;
}

export class Guest {
  readonly memory: HostMemory = new Memory({ initial: 2 });
  readonly system: WasiSystem;

  constructor(options: Partial<WasiOptions> = {}) {
    this.system = new WasiSystem({ args: [], env: [], preopens: [], ...options });
    this.system.attach(this.memory);
  }

  get calls(): WasiSystem['imports'] {
    return this.system.imports;
  }

  get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer).slice(at, at + length);
  }

  text(at: number, length: number): string {
    return Buffer.from(this.bytes(at, length)).toString();
  }

  /** Writes text to memory; its length in bytes. */
  put(at: number, text: string | Uint8Array): number {
    const bytes = Buffer.from(text as string);
    new Uint8Array(this.memory.buffer).set(bytes, at);
    return bytes.length;
  }

  /** Opens a path: its descriptor, or the errno as a negative number. */
  open(path: string | Uint8Array, options: OpenOptions = {}): number {
    const { oflags = 0, rights = RIGHTS.read, follow = true, fdflags = 0, at = 3 } = options;
    const size = this.put(PATH_A, path);
    const errno = this.calls.path_open(at, follow ? 1 : 0, PATH_A, size, oflags, rights, rights, fdflags, RESULT);
    return errno === ERRNO.success ? this.view.getUint32(RESULT, true) : -errno;
  }

  /** Reads at the file's position; the errno as a negative number. */
  read(fd: number, size = 1000): string | number {
    this.view.setUint32(IOV, DATA, true);
    this.view.setUint32(IOV + 4, size, true);
    const errno = this.calls.fd_read(fd, IOV, 1, RESULT);
    return errno === ERRNO.success ? this.text(DATA, this.view.getUint32(RESULT, true)) : -errno;
  }

  write(fd: number, text: string): number {
    this.view.setUint32(IOV, DATA, true);
    this.view.setUint32(IOV + 4, this.put(DATA, text), true);
    const errno = this.calls.fd_write(fd, IOV, 1, RESULT);
    return errno === ERRNO.success ? this.view.getUint32(RESULT, true) : -errno;
  }

  close(fd: number): number {
    return this.calls.fd_close(fd);
  }

  /** The content of a file, or the errno of opening or reading as a negative number. */
  readFile(path: string, options: OpenOptions = {}): string | number {
    const fd = this.open(path, options);
    if (fd < 0) return fd;
    const content = this.read(fd);
    this.close(fd);
    return content;
  }

  /** A call with one path: `path_create_directory`, ... */
  path(call: 'path_create_directory' | 'path_remove_directory' | 'path_unlink_file', path: string, at = 3): number {
    return this.calls[call](at, PATH_A, this.put(PATH_A, path));
  }

  rename(from: string, to: string, fds: [number, number] = [3, 3]): number {
    return this.calls.path_rename(fds[0], PATH_A, this.put(PATH_A, from), fds[1], PATH_B, this.put(PATH_B, to));
  }

  link(from: string, to: string, follow = false, fds: [number, number] = [3, 3]): number {
    const flags = follow ? 1 : 0;
    return this.calls.path_link(fds[0], flags, PATH_A, this.put(PATH_A, from), fds[1], PATH_B, this.put(PATH_B, to));
  }

  symlink(target: string, path: string): number {
    return this.calls.path_symlink(PATH_A, this.put(PATH_A, target), 3, PATH_B, this.put(PATH_B, path));
  }

  readlink(path: string, capacity = 1000): string | number {
    const errno = this.calls.path_readlink(3, PATH_A, this.put(PATH_A, path), DATA, capacity, RESULT);
    return errno === ERRNO.success ? this.text(DATA, this.view.getUint32(RESULT, true)) : -errno;
  }

  /** The attributes of a path, or the errno as a negative number. */
  stat(path: string, follow = true): { type: number; size: bigint; mtim: bigint; ino: bigint } | number {
    const errno = this.calls.path_filestat_get(3, follow ? 1 : 0, PATH_A, this.put(PATH_A, path), DATA);
    if (errno !== ERRNO.success) return -errno;
    const { view } = this;
    return {
      ino: view.getBigUint64(DATA + 8, true),
      type: view.getUint8(DATA + 16),
      size: view.getBigUint64(DATA + 32, true),
      mtim: view.getBigUint64(DATA + 48, true),
    };
  }

  // biome-ignore lint/complexity/useMaxParams: the parameters are WASI's
  setTimes(path: string, atim: bigint, mtim: bigint, flags: number, follow = true): number {
    const size = this.put(PATH_A, path);
    return this.calls.path_filestat_set_times(3, follow ? 1 : 0, PATH_A, size, atim, mtim, flags);
  }

  /** Reads a folder through a buffer of `capacity` bytes, as C libraries do. */
  list(fd: number, capacity = 4096): string[] {
    const names: string[] = [];
    for (let cookie = 0n; ; ) {
      const errno = this.calls.fd_readdir(fd, DATA, capacity, cookie, RESULT);
      if (errno !== ERRNO.success) throw new Error(`fd_readdir: errno ${errno}`);
      const used = this.view.getUint32(RESULT, true);
      let at = 0;
      while (at + 24 <= used) {
        const length = this.view.getUint32(DATA + at + 16, true);
        if (at + 24 + length > used) break;
        cookie = this.view.getBigUint64(DATA + at, true);
        names.push(this.text(DATA + at + 24, length));
        at += 24 + length;
      }
      if (used < capacity) return names;
    }
  }
}
