/** Standard input, output and error of a program: the process's own, as streams without a position. */

import fs from 'node:fs';
import tty from 'node:tty';
import { Fd, wasi } from '@bjorn3/browser_wasi_shim';
import { codeOf } from './errno.ts';
import { MAX_READ_BYTES } from './file.ts';
import { fdstat, streamFilestat } from './stat.ts';
import { STDIN, sleep, write } from './streams.ts';

/** How long to wait before asking again for input that is not there yet, in milliseconds. */
const SHORTEST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 16;

/** Only a terminal is a character device: by that, C libraries choose between line and full buffering. */
function streamType(hostFd: number): number {
  return tty.isatty(hostFd) ? wasi.FILETYPE_CHARACTER_DEVICE : wasi.FILETYPE_UNKNOWN;
}

/** What standard streams have in common. */
abstract class StreamFd extends Fd {
  protected readonly type: number;
  private readonly rights: number;
  private flags = 0;

  constructor(hostFd: number, right: number) {
    super();
    this.type = streamType(hostFd);
    this.rights = right | wasi.RIGHTS_FD_FILESTAT_GET | wasi.RIGHTS_FD_FDSTAT_SET_FLAGS | wasi.RIGHTS_POLL_FD_READWRITE;
  }

  protected get isNonBlocking(): boolean {
    return (this.flags & wasi.FDFLAGS_NONBLOCK) !== 0;
  }

  override fd_fdstat_get(): { ret: number; fdstat: wasi.Fdstat } {
    return { ret: wasi.ERRNO_SUCCESS, fdstat: fdstat(this.type, this.flags, BigInt(this.rights), 0n) };
  }

  override fd_fdstat_set_flags(flags: number): number {
    this.flags = flags;
    return wasi.ERRNO_SUCCESS;
  }

  override fd_filestat_get(): { ret: number; filestat: wasi.Filestat } {
    return { ret: wasi.ERRNO_SUCCESS, filestat: streamFilestat(this.type) };
  }

  override fd_seek(): { ret: number; offset: bigint } {
    return { ret: wasi.ERRNO_SPIPE, offset: 0n };
  }

  override fd_tell(): { ret: number; offset: bigint } {
    return { ret: wasi.ERRNO_SPIPE, offset: 0n };
  }

  override fd_pread(): { ret: number; data: Uint8Array } {
    return { ret: wasi.ERRNO_SPIPE, data: new Uint8Array() };
  }

  override fd_pwrite(): { ret: number; nwritten: number } {
    return { ret: wasi.ERRNO_SPIPE, nwritten: 0 };
  }
}

/** Standard output or error. Each write reaches the host before the call returns. */
export class OutputFd extends StreamFd {
  private readonly hostFd: number;

  constructor(hostFd: number) {
    super(hostFd, wasi.RIGHTS_FD_WRITE);
    this.hostFd = hostFd;
  }

  override fd_write(data: Uint8Array): { ret: number; nwritten: number } {
    write(this.hostFd, data);
    return { ret: wasi.ERRNO_SUCCESS, nwritten: data.length };
  }

  override fd_read(): { ret: number; data: Uint8Array } {
    return { ret: wasi.ERRNO_BADF, data: new Uint8Array() };
  }
}

/**
 * Finds a descriptor of standard input whose reads do not block: a read that waits in the host cannot be
 * interrupted by Ctrl-C. A terminal or a pipe is opened a second time, so that the first descriptor, which other
 * processes may share, keeps its mode. A socket cannot be opened again; Node's own stream makes it non-blocking.
 */
function openInput(): number {
  const { O_NONBLOCK = 0, O_NOCTTY = 0, O_RDONLY } = fs.constants;
  const isTerminal = tty.isatty(STDIN);
  const stats = fs.fstatSync(STDIN);
  if (stats.isSocket()) {
    process.stdin.unref();
    return STDIN;
  }
  const path = process.platform === 'linux' ? '/proc/self/fd/0' : isTerminal ? '/dev/tty' : undefined;
  // Files never block, and opened again they would start from the beginning.
  if (path === undefined || !(isTerminal || stats.isFIFO())) return STDIN;
  try {
    return fs.openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    return STDIN; // a terminal of somebody else
  }
}

export class InputFd extends StreamFd {
  private hostFd: number | undefined;
  /** Input taken from the host to see whether there is any; null once the end has been seen that way. */
  private ahead: Uint8Array | null = new Uint8Array();

  constructor() {
    super(STDIN, wasi.RIGHTS_FD_READ);
  }

  /** What is there now; undefined if there is nothing yet. Empty at the end. May block where `openInput` could not help. */
  private take(size: number): Uint8Array | undefined {
    this.hostFd ??= openInput();
    const data = new Uint8Array(size);
    try {
      return data.subarray(0, fs.readSync(this.hostFd, data, 0, size, null));
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EAGAIN') return undefined;
      if (code === 'EOF') return new Uint8Array(); // Windows
      throw error;
    }
  }

  private wait(size: number): Uint8Array {
    let pause = SHORTEST_WAIT_MS;
    for (;;) {
      const data = this.take(size);
      if (data !== undefined) return data;
      sleep(pause);
      pause = Math.min(pause * 2, LONGEST_WAIT_MS);
    }
  }

  override fd_read(size: number): { ret: number; data: Uint8Array } {
    const count = Math.min(size, MAX_READ_BYTES);
    if (this.ahead === null) {
      this.ahead = new Uint8Array();
      return { ret: wasi.ERRNO_SUCCESS, data: this.ahead };
    }
    if (this.ahead.length > 0) {
      const data = this.ahead.subarray(0, count);
      this.ahead = this.ahead.subarray(data.length);
      return { ret: wasi.ERRNO_SUCCESS, data };
    }
    const data = this.isNonBlocking ? this.take(count) : this.wait(count);
    if (data === undefined) return { ret: wasi.ERRNO_AGAIN, data: new Uint8Array() };
    return { ret: wasi.ERRNO_SUCCESS, data };
  }

  /** Bytes that can be read without waiting; 0 at the end, which is no wait either; undefined if there are none yet. */
  available(): number | undefined {
    if (this.ahead === null) return 0;
    if (this.ahead.length === 0) {
      const data = this.take(4096);
      if (data === undefined) return undefined;
      this.ahead = data.length === 0 ? null : data;
    }
    return this.ahead?.length ?? 0;
  }

  override fd_write(): { ret: number; nwritten: number } {
    return { ret: wasi.ERRNO_BADF, nwritten: 0 };
  }

  override fd_close(): number {
    if (this.hostFd !== undefined && this.hostFd !== STDIN) fs.closeSync(this.hostFd);
    this.hostFd = undefined;
    return wasi.ERRNO_SUCCESS;
  }
}
