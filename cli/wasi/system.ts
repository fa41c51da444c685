/**
 * WASI preview 1 for one program: the calls of the shim, over the file descriptors of this folder, with the guard around them.
 *
 * The shim (`@bjorn3/browser_wasi_shim`) does the marshalling of most calls. Replaced here are those that it
 * refuses (symbolic links, polling, sockets), and those where it was found to be wrong:
 * - `args_sizes_get` counts characters, `args_get` writes bytes: beyond the buffer where they differ.
 * - `path_rename` and `path_link` move inodes about, which fits a file system in memory only.
 * - `path_open` never uses a number again, and has no limit.
 * - `fd_renumber` to the same number closes it.
 * - `fd_readdir` leaves what fits of a truncated entry unwritten.
 * - `random_get`, `clock_time_get` of the CPU clocks.
 */

import { randomFillSync } from 'node:crypto';
import { type Fd, WASI, WASIProcExit, wasi } from '@bjorn3/browser_wasi_shim';
import { type Call, type CallName, callNames, guarded, type HostCall } from './calls.ts';
import { clockTime } from './clock.ts';
import { DirectoryFd } from './directory.ts';
import { WasiError } from './errno.ts';
import { HostDir } from './host-dir.ts';
import { type GuestMemory, readPath } from './memory.ts';
import { pollOneoff } from './poll.ts';
import { InputFd, OutputFd } from './stdio.ts';
import { STDERR, STDOUT } from './streams.ts';

/** The module name of the imports. */
export const WASI_MODULE = 'wasi_snapshot_preview1';

/** Most file descriptors of a program. The process needs some of its own, and has at least 1024 on every system. */
const MAX_FDS = 768;

export interface WasiOptions {
  /** Arguments, the program's name first. */
  readonly args: readonly string[];
  /** `KEY=VALUE` each. */
  readonly env: readonly string[];
  readonly preopens: readonly { readonly host: string; readonly guest: string }[];
}

/** The program called `proc_exit`. */
export { WASIProcExit as ProcExit };

export class WasiSystem {
  /** The functions to import, by name. */
  readonly imports: Readonly<Record<CallName, HostCall>>;
  private readonly shim: WASI;
  private readonly args: readonly string[];
  private guestMemory: GuestMemory | undefined;
  private isAttached = false;

  /** Opens the preopened folders; throws the error of the host for one that cannot be opened. */
  constructor(options: WasiOptions) {
    const preopens = options.preopens.map(({ host, guest }) => new DirectoryFd(HostDir.open(host), guest));
    const fds: Fd[] = [new InputFd(), new OutputFd(STDOUT), new OutputFd(STDERR), ...preopens];
    this.args = options.args;
    // Without being told otherwise the shim prints what it does.
    this.shim = new WASI([...options.args], [...options.env], fds, { debug: false });
    const memory = (): GuestMemory => this.memory;
    const calls: Readonly<Record<string, Call>> = { ...(this.shim.wasiImport as Record<string, Call>), ...this.own() };
    this.imports = Object.fromEntries(
      callNames.map((name) => [name, guarded(name, calls[name] as Call, memory)]),
    ) as Record<CallName, HostCall>;
  }

  /** Gives the program's memory, before its first call; undefined if it exports none. */
  attach(memory: GuestMemory | undefined): void {
    this.isAttached = true;
    this.guestMemory = memory;
    if (memory === undefined) return;
    // The shim reads nothing but the buffer of `memory`.
    this.shim.inst = { exports: { memory: memory as unknown as WASI['inst']['exports']['memory'] } };
  }

  /** Closes what the program left open. */
  close(): void {
    for (const fd of this.fds) fd?.fd_close();
    this.fds.length = 0;
  }

  private get memory(): GuestMemory {
    if (this.guestMemory !== undefined) return this.guestMemory;
    throw new Error(
      this.isAttached
        ? 'WASI needs the memory of the program, but the module exports no memory named "memory"'
        : 'a WASI function was called while the module was being instantiated, before its memory is known',
    );
  }

  private get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  /** By number; undefined where one was closed. */
  private get fds(): (Fd | undefined)[] {
    return this.shim.fds;
  }

  private fd(number: number): Fd {
    const fd = this.fds[number];
    if (fd === undefined) throw new WasiError(wasi.ERRNO_BADF, `there is no file descriptor ${number}`);
    return fd;
  }

  private directory(number: number): DirectoryFd {
    const fd = this.fd(number);
    if (!(fd instanceof DirectoryFd)) throw new WasiError(wasi.ERRNO_NOTDIR, `${number} is no folder`);
    return fd;
  }

  /** The lowest number that is free. */
  private freeNumber(): number {
    let number = 0;
    while (this.fds[number] !== undefined) number += 1;
    if (number >= MAX_FDS) throw new WasiError(wasi.ERRNO_MFILE, 'too many open files');
    return number;
  }

  /** The calls that replace the shim's. */
  private own(): Partial<Record<CallName, Call>> {
    const refused = (): number => wasi.ERRNO_NOTSUP;
    const notSocket = (number: number): number => {
      this.fd(number);
      return wasi.ERRNO_NOTSOCK;
    };
    return {
      ...this.systemCalls(),
      ...this.pathCalls(),
      fd_renumber: (from: number, to: number) => this.renumber(from, to),
      // biome-ignore lint/complexity/useMaxParams: the parameters are WASI's
      fd_readdir: (number: number, buffer: number, size: number, cookie: bigint, result: number) =>
        this.readDirectory(this.directory(number), { buffer, size, cookie, result }),
      proc_raise: refused,
      sock_accept: notSocket,
      sock_recv: notSocket,
      sock_send: notSocket,
      sock_shutdown: notSocket,
    };
  }

  private systemCalls(): Partial<Record<CallName, Call>> {
    return {
      args_sizes_get: (count: number, size: number) => {
        const bytes = this.args.reduce((sum, arg) => sum + Buffer.byteLength(arg) + 1, 0);
        this.view.setUint32(count, this.args.length, true);
        this.view.setUint32(size, bytes, true);
        return wasi.ERRNO_SUCCESS;
      },
      clock_res_get: (clock: number, result: number) => {
        if (clockTime(clock) === undefined) return wasi.ERRNO_INVAL;
        this.view.setBigUint64(result, clock === wasi.CLOCKID_MONOTONIC ? 1n : 1000n, true);
        return wasi.ERRNO_SUCCESS;
      },
      clock_time_get: (clock: number, _precision: bigint, result: number) => {
        const time = clockTime(clock);
        if (time === undefined) return wasi.ERRNO_INVAL;
        this.view.setBigUint64(result, time, true);
        return wasi.ERRNO_SUCCESS;
      },
      poll_oneoff: (input: number, output: number, count: number, result: number) =>
        pollOneoff(this.memory, this.fds, { input, output, count, result }),
      random_get: (pointer: number, size: number) => {
        randomFillSync(new Uint8Array(this.memory.buffer, pointer, size));
        return wasi.ERRNO_SUCCESS;
      },
    };
  }

  private pathCalls(): Partial<Record<CallName, Call>> {
    const path = (pointer: number, size: number): string => readPath(this.memory, pointer, size);
    return {
      // biome-ignore lint/complexity/useMaxParams: the parameters are WASI's
      path_open: (
        number: number,
        dirflags: number,
        pointer: number,
        size: number,
        oflags: number,
        rights: bigint,
        inheriting: bigint,
        fdflags: number,
        result: number,
      ) => {
        const free = this.freeNumber();
        const directory = this.directory(number);
        const opened = directory.path_open(dirflags, path(pointer, size), oflags, rights, inheriting, fdflags);
        this.fds[free] = opened.fd_obj as Fd;
        this.view.setUint32(result, free, true);
        return opened.ret;
      },
      // biome-ignore lint/complexity/useMaxParams: the parameters are WASI's
      path_rename: (from: number, old: number, oldSize: number, to: number, goal: number, goalSize: number) => {
        this.directory(from).rename(path(old, oldSize), this.directory(to), path(goal, goalSize));
        return wasi.ERRNO_SUCCESS;
      },
      // biome-ignore lint/complexity/useMaxParams: the parameters are WASI's
      path_link: (
        from: number,
        flags: number,
        old: number,
        oldSize: number,
        to: number,
        goal: number,
        goalSize: number,
      ) => {
        this.directory(from).link(flags, path(old, oldSize), this.directory(to), path(goal, goalSize));
        return wasi.ERRNO_SUCCESS;
      },
      // biome-ignore lint/complexity/useMaxParams: the parameters are WASI's
      path_symlink: (target: number, targetSize: number, number: number, pointer: number, size: number) => {
        this.directory(number).symlink(path(target, targetSize), path(pointer, size));
        return wasi.ERRNO_SUCCESS;
      },
      // biome-ignore lint/complexity/useMaxParams: the parameters are WASI's
      path_readlink: (
        number: number,
        pointer: number,
        size: number,
        buffer: number,
        capacity: number,
        result: number,
      ) => {
        const { data } = this.directory(number).path_readlink(path(pointer, size));
        const bytes = Buffer.from(data).subarray(0, capacity);
        new Uint8Array(this.memory.buffer).set(bytes, buffer);
        this.view.setUint32(result, bytes.length, true);
        return wasi.ERRNO_SUCCESS;
      },
    };
  }

  private renumber(from: number, to: number): number {
    const source = this.fd(from);
    const target = this.fd(to);
    if (source === target) return wasi.ERRNO_SUCCESS;
    this.fds[to] = source;
    this.fds[from] = undefined;
    return target.fd_close();
  }

  /** Fills the buffer with entries from `cookie` on, the last one truncated: a full buffer tells that there may be more. */
  private readDirectory(
    directory: DirectoryFd,
    { buffer, size, cookie, result }: { buffer: number; size: number; cookie: bigint; result: number },
  ): number {
    const target = new Uint8Array(this.memory.buffer, buffer, size);
    let used = 0;
    for (let next = cookie; used < size; ) {
      const { dirent } = directory.fd_readdir_single(next);
      if (dirent === null) break;
      const head = new Uint8Array(dirent.head_length());
      dirent.write_head_bytes(new DataView(head.buffer), 0);
      for (const part of [head, dirent.dir_name]) {
        const fitting = part.subarray(0, size - used);
        target.set(fitting, used);
        used += fitting.length;
      }
      next = dirent.d_next;
    }
    this.view.setUint32(result, used, true);
    return wasi.ERRNO_SUCCESS;
  }
}
