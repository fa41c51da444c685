/**
 * Where the bytes of modules come from. Glue code copies them before it compiles them, so that not the buffers that were read are remembered
 * but digests of what was in them.
 */

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { types } from 'node:util';

const MAGIC = 0x6d736100;

const FILES = Symbol.for('wiz.files');

/** By digest. There is one for all contexts of `node:vm` in a thread, which have the functions that are watched in common. */
const files = sharedFiles(fs as { [FILES]?: Map<string, string> });

function sharedFiles(holder: { [FILES]?: Map<string, string> }): Map<string, string> {
  const known = holder[FILES];
  if (known !== undefined) return known;
  const made = new Map<string, string>();
  Object.defineProperty(holder, FILES, { value: made });
  return made;
}

/** SHA-256 of a module, in hexadecimal digits. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The file or URL in which these bytes were seen. */
export function fileOf(sha256: string): string | undefined {
  return files.get(sha256);
}

/** Somebody has read `content` from a file or a URL. */
export function noteOrigin(file: string, content: unknown): void {
  const bytes = bytesOf(content);
  if (bytes !== undefined && isModule(bytes)) files.set(digestOf(bytes), file);
}

function bytesOf(content: unknown): Uint8Array | undefined {
  // Of whatever context it is.
  if (types.isAnyArrayBuffer(content)) return new Uint8Array(content);
  return ArrayBuffer.isView(content)
    ? new Uint8Array(content.buffer, content.byteOffset, content.byteLength)
    : undefined;
}

function isModule(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) === MAGIC;
}

/** The path that a function of `fs` was given; undefined for descriptors and handles. */
function pathOf(file: unknown): string | undefined {
  try {
    if (file instanceof URL) return fileURLToPath(file);
    if (Buffer.isBuffer(file)) return path.resolve(file.toString());
    return typeof file === 'string' ? path.resolve(file) : undefined;
  } catch {
    return undefined; // a URL that is no file's
  }
}

type AnyFunction = (...args: never[]) => unknown;

/** Puts a function in the place of a method that does the same, and looks at the result. */
function watch<T extends object>(
  owner: T,
  name: keyof T,
  apply: (call: () => unknown, args: unknown[]) => unknown,
): void {
  const original = owner[name] as unknown as AnyFunction;
  owner[name] = new Proxy(original, {
    apply: (target, self, args) => apply(() => Reflect.apply(target, self, args), args),
  }) as unknown as T[keyof T];
}

/** Watches what the program reads: files, and answers to `fetch`. */
export function watchReads(): void {
  watch(fs, 'readFileSync', (call, [file]) => noted(pathOf(file), call()));
  watch(fs.promises, 'readFile', async (call, [file]) => noted(pathOf(file), await call()));
  watch(fs, 'readFile', (call, args) => {
    const [file] = args;
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      args[args.length - 1] = (error: unknown, content: unknown) =>
        Reflect.apply(callback, undefined, error ? [error] : [error, noted(pathOf(file), content)]);
    }
    return call();
  });
  syncBuiltinESMExports();
  if (typeof globalThis.fetch === 'function') watchFetch();
}

function noted<T>(file: string | undefined, content: T): T {
  if (file !== undefined) noteOrigin(file, content);
  return content;
}

function watchFetch(): void {
  let isWatching = false;
  watch(globalThis, 'fetch', async (call) => {
    const response = (await call()) as Response;
    if (isWatching) return response;
    isWatching = true;
    // The class is loaded when it is first used: asking for it earlier would load it into every program.
    const prototype = Object.getPrototypeOf(response) as Response;
    const { arrayBuffer } = prototype;
    const value = new Proxy(arrayBuffer, {
      apply: async (target, self: Response, args) => noted(self.url, await Reflect.apply(target, self, args)),
    });
    Object.defineProperty(prototype, 'arrayBuffer', { value });
    return response;
  });
}
