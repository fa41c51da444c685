/** The program's memory as WASI calls see it. Views are made anew for each call: memory may have grown since the last. */

import { wasi } from '@bjorn3/browser_wasi_shim';
import { WasiError } from './errno.ts';

/** What WASI needs of a `WebAssembly.Memory`. */
export interface GuestMemory {
  readonly buffer: ArrayBufferLike;
}

/** Fails with EFAULT unless `size` bytes at `pointer` lie in memory. */
export function checkRange(memory: GuestMemory, pointer: number, size: number): void {
  if (pointer + size > memory.buffer.byteLength) {
    throw new WasiError(wasi.ERRNO_FAULT, `${size} bytes at ${pointer} are out of the bounds of memory`);
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Longest path of a WASI call in bytes, as on Linux. */
const MAX_PATH_BYTES = 4096;

/** Reads a path. Its range has been checked. */
export function readPath(memory: GuestMemory, pointer: number, size: number): string {
  if (size > MAX_PATH_BYTES) throw new WasiError(wasi.ERRNO_NAMETOOLONG, `a path of ${size} bytes`);
  try {
    // A copy, as the decoder takes no shared memory.
    return decoder.decode(new Uint8Array(memory.buffer, pointer, size).slice());
  } catch {
    throw new WasiError(wasi.ERRNO_ILSEQ, 'a path is not UTF-8');
  }
}

/** Most buffers of one vectored read or write, as on Linux. */
const MAX_IOVS = 1024;

/** Checks a vector of buffers, and the buffers. */
export function checkIovs(memory: GuestMemory, pointer: number, count: number): void {
  if (count > MAX_IOVS) throw new WasiError(wasi.ERRNO_INVAL, `${count} buffers in one call`);
  checkRange(memory, pointer, count * 8);
  const view = new DataView(memory.buffer);
  for (let i = 0; i < count; i++) {
    const iov = pointer + i * 8;
    checkRange(memory, view.getUint32(iov, true), view.getUint32(iov + 4, true));
  }
}
