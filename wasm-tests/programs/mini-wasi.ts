/**
 * A WASI preview 1 host for tests that is the same each time and needs no process: arguments,
 * standard streams in memory, exit. Everything else answers ENOSYS.
 */

import type { WasmMemory } from '../diff/namespace.ts';

const ERRNO_SUCCESS = 0;
const ERRNO_BADF = 8;
const ERRNO_NOSYS = 52;

/** Thrown by `proc_exit`, so that nothing of the program runs after it. */
export class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit(${code})`);
    this.code = code;
  }
}

type Errno = number;

export class MiniWasi {
  private readonly args: Uint8Array[];
  private stdin: Uint8Array;
  private readonly output: { 1: Uint8Array[]; 2: Uint8Array[] } = { 1: [], 2: [] };
  private memory: WasmMemory | undefined;

  constructor(args: string[], stdin: Uint8Array | string = '') {
    this.args = args.map((arg) => new TextEncoder().encode(`${arg}\0`));
    this.stdin = typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin;
  }

  get stdout(): string {
    return Buffer.concat(this.output[1]).toString();
  }

  get stderr(): string {
    return Buffer.concat(this.output[2]).toString();
  }

  readonly imports = {
    wasi_snapshot_preview1: {
      args_sizes_get: (count: number, size: number): Errno => {
        this.store32(count, this.args.length);
        this.store32(
          size,
          this.args.reduce((sum, arg) => sum + arg.length, 0),
        );
        return ERRNO_SUCCESS;
      },
      args_get: (pointers: number, bytes: number): Errno => {
        for (const arg of this.args) {
          this.store32(pointers, bytes);
          new Uint8Array(this.buffer()).set(arg, bytes >>> 0);
          pointers += 4;
          bytes += arg.length;
        }
        return ERRNO_SUCCESS;
      },
      fd_read: (fd: number, vectors: number, count: number, done: number): Errno => {
        if (fd !== 0) return ERRNO_BADF;
        let total = 0;
        for (const target of this.vectors(vectors, count)) {
          const part = this.stdin.subarray(0, target.length);
          target.set(part);
          this.stdin = this.stdin.subarray(part.length);
          total += part.length;
        }
        this.store32(done, total);
        return ERRNO_SUCCESS;
      },
      fd_write: (fd: number, vectors: number, count: number, done: number): Errno => {
        if (fd !== 1 && fd !== 2) return ERRNO_BADF;
        let total = 0;
        for (const part of this.vectors(vectors, count)) {
          this.output[fd].push(part.slice());
          total += part.length;
        }
        this.store32(done, total);
        return ERRNO_SUCCESS;
      },
      fd_seek: (): Errno => ERRNO_NOSYS,
      fd_close: (): Errno => ERRNO_NOSYS,
      proc_exit: (code: number): never => {
        throw new Exit(code);
      },
    },
  };

  /** Runs a command; its exit code. */
  start(exports: Readonly<Record<string, unknown>>): number {
    this.memory = exports.memory as WasmMemory;
    try {
      (exports._start as () => void)();
      return 0;
    } catch (error) {
      if (error instanceof Exit) return error.code;
      throw error;
    }
  }

  private buffer(): ArrayBuffer {
    if (this.memory === undefined) throw new Error('the program was not started');
    return this.memory.buffer;
  }

  private store32(address: number, value: number): void {
    new DataView(this.buffer()).setUint32(address >>> 0, value, true);
  }

  private vectors(address: number, count: number): Uint8Array[] {
    const view = new DataView(this.buffer());
    return Array.from({ length: count }, (_, i) => {
      const start = view.getUint32((address >>> 0) + 8 * i, true);
      return new Uint8Array(view.buffer, start, view.getUint32((address >>> 0) + 8 * i + 4, true));
    });
  }
}
