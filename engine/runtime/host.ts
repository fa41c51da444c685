/**
 * The little that the engine takes from the host's own `WebAssembly`: memory objects, and tiny modules that
 * find out what JavaScript does not tell about them.
 * Declared here because the type libraries of browsers and Node disagree on who declares that namespace.
 */

/** A `WebAssembly.Memory` of the host. */
export interface HostMemory {
  readonly buffer: ArrayBuffer;
  /** Grows by `delta` pages of 64 KiB; throws a RangeError where that is impossible. */
  grow(delta: number): number;
}

export interface HostMemoryDescriptor {
  initial: number;
  maximum?: number;
  shared?: boolean;
}

interface HostNamespace {
  readonly Memory: { new (descriptor: HostMemoryDescriptor): HostMemory; readonly prototype: HostMemory };
  readonly Module: { new (bytes: Uint8Array): object; imports(module: unknown): unknown };
  readonly Instance: new (module: object, imports?: object) => object;
  readonly Table?: abstract new () => object;
  readonly Global?: abstract new () => object;
  readonly Tag?: abstract new () => object;
}

// The cast is the boundary to the untyped global; taken at load time, so that a namespace put in its place later is not seen.
export const hostWasm: HostNamespace = (globalThis as unknown as { WebAssembly: HostNamespace }).WebAssembly;

const readBuffer = Object.getOwnPropertyDescriptor(hostWasm.Memory.prototype, 'buffer')?.get as () => ArrayBuffer;

/** Is this a memory object of the host, whatever its prototype? */
export function isHostMemory(value: unknown): value is HostMemory {
  if (typeof value !== 'object' || value === null) return false;
  try {
    Reflect.apply(readBuffer, value, []);
    return true;
  } catch {
    return false; // the getter refuses every other receiver
  }
}

/** Own properties that V8 gives to its constructors and exported functions, as to all non-strict functions. */
const RELICS = ['arguments', 'caller'].flatMap((key) => {
  const descriptor = Object.getOwnPropertyDescriptor(hostWasm.Memory, key);
  return descriptor === undefined ? [] : [{ key, descriptor }];
});

/** Gives a function the relics that the host's functions have, where they have any. */
export function copyRelics(target: object): void {
  for (const { key, descriptor } of RELICS) Object.defineProperty(target, key, descriptor);
}

/** `length` of a class of the host's namespace: V8 has changed one; 1 where the host has no such class. */
export function hostClassLength(name: string): number {
  const found: unknown = Reflect.get(hostWasm, name);
  return typeof found === 'function' ? found.length : 1;
}

/** Is this a compiled module of the host, which this engine cannot run? */
export function isHostModule(value: unknown): boolean {
  try {
    hostWasm.Module.imports(value);
    return true;
  } catch {
    return false; // it refuses everything else
  }
}

/** Is this a table, a global or a tag of the host, which code of this engine cannot use? For messages only. */
export function isHostExtern(value: unknown): boolean {
  const { Table, Global, Tag } = hostWasm;
  if (typeof value !== 'object' || value === null) return false;
  return [Table, Global, Tag].some((host) => host !== undefined && value instanceof host);
}

const HOST_MAX_PAGES = 65536;

/** The declared maximum of a host memory, in pages, and whether it is shared. */
export interface HostMemoryLimits {
  readonly max: number | undefined;
  readonly isShared: boolean;
}

/**
 * Finds the limits of a memory object that a program made with the host's constructor. JavaScript shows the current size
 * only, but a module that imports the memory with maximum N links exactly when the declared maximum is at most N.
 * Undefined for a memory that cannot be imported with 32-bit addresses.
 */
export function hostMemoryLimits(memory: HostMemory): HostMemoryLimits | undefined {
  const isShared = !(memory.buffer instanceof ArrayBuffer);
  if (!isShared && !canImport(memory, undefined, false)) return undefined;
  if (!canImport(memory, HOST_MAX_PAGES, isShared)) return isShared ? undefined : { max: undefined, isShared };
  let low = memory.buffer.byteLength / 65536;
  let high = HOST_MAX_PAGES;
  if (canImport(memory, low, isShared)) return { max: low, isShared };
  // The maximum is above `low` and at most `high`.
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (canImport(memory, middle, isShared)) high = middle;
    else low = middle;
  }
  return { max: high, isShared };
}

/** Does `(import "" "" (memory 0 max))` link with this memory? */
function canImport(memory: HostMemory, max: number | undefined, isShared: boolean): boolean {
  const flags = (max === undefined ? 0 : 1) | (isShared ? 2 : 0);
  const limits =
    max === undefined ? [flags, 0] : [flags, 0, (max & 0x7f) | 0x80, ((max >> 7) & 0x7f) | 0x80, max >> 14];
  const section = [1, 0, 0, 2, ...limits];
  const bytes = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 2, section.length, ...section]);
  const module = new hostWasm.Module(bytes);
  try {
    new hostWasm.Instance(module, { '': { '': memory } });
    return true;
  } catch {
    return false;
  }
}
