// A small bridge from AssemblyScript to WASI preview 1: arguments, standard input and output, exit.
// AssemblyScript ships no WASI of its own; these are the five calls that the examples need.

@external('wasi_snapshot_preview1', 'args_sizes_get')
declare function args_sizes_get(count: usize, size: usize): i32;
@external('wasi_snapshot_preview1', 'args_get')
declare function args_get(pointers: usize, bytes: usize): i32;
@external('wasi_snapshot_preview1', 'fd_read')
declare function fd_read(fd: i32, vectors: usize, count: i32, done: usize): i32;
@external('wasi_snapshot_preview1', 'fd_write')
declare function fd_write(fd: i32, vectors: usize, count: i32, done: usize): i32;
@external('wasi_snapshot_preview1', 'proc_exit')
declare function proc_exit(code: i32): void;

// Two words for an io vector (address, length) or a pair of sizes, and one for the number of bytes done.
const scratch = memory.data(16);

/** The command line; the first element is the program's name. */
export function args(): string[] {
  args_sizes_get(scratch, scratch + 4);
  const count = load<i32>(scratch);
  const pointers = heap.alloc(4 * count);
  const bytes = heap.alloc(load<i32>(scratch, 4));
  args_get(pointers, bytes);
  const result: string[] = [];
  for (let i = 0; i < count; i++) {
    const start = load<usize>(pointers + 4 * i);
    let end = start;
    while (load<u8>(end) != 0) end++;
    result.push(String.UTF8.decodeUnsafe(start, end - start));
  }
  return result;
}

/** Everything that standard input holds. */
export function readAll(): Uint8Array {
  let buffer = new Uint8Array(4096);
  let length = 0;
  while (true) {
    if (length == buffer.length) {
      const larger = new Uint8Array(2 * buffer.length);
      larger.set(buffer);
      buffer = larger;
    }
    store<usize>(scratch, buffer.dataStart + length);
    store<i32>(scratch, buffer.length - length, 4);
    if (fd_read(0, scratch, 1, scratch + 8) != 0) break;
    const done = load<i32>(scratch, 8);
    if (done == 0) break;
    length += done;
  }
  return buffer.subarray(0, length);
}

function write(fd: i32, text: string): void {
  const bytes = Uint8Array.wrap(String.UTF8.encode(text));
  let start = 0;
  while (start < bytes.length) {
    store<usize>(scratch, bytes.dataStart + start);
    store<i32>(scratch, bytes.length - start, 4);
    if (fd_write(fd, scratch, 1, scratch + 8) != 0) return;
    start += load<i32>(scratch, 8);
  }
}

export function print(line: string): void {
  write(1, line + '\n');
}

export function printError(line: string): void {
  write(2, line + '\n');
}

export function exit(code: i32): void {
  proc_exit(code);
}

/** What failed assertions and index checks call, in place of the imported `env.abort`. */
export function wasiAbort(message: string | null, file: string | null, line: u32, column: u32): void {
  const what = message ? message : 'abort';
  const where = file ? file : 'unknown file';
  printError(what + ' in ' + where + ':' + line.toString() + ':' + column.toString());
  proc_exit(255);
}
