/** The conventions of Web IDL that the JavaScript API is written in, with V8's messages. */

/** Interface objects (classes of the namespace) as callers see them. */
type Constructor = abstract new (...args: never[]) => object;

/** The engine's objects behind the JavaScript objects of one interface. */
export class Brand<T> {
  readonly name: string;
  private readonly internals = new WeakMap<object, T>();

  /** `name` is the interface's, without the namespace. */
  constructor(name: string) {
    this.name = name;
  }

  set(object: object, internal: T): void {
    this.internals.set(object, internal);
  }

  /** What is behind `value`; undefined for whatever is not an object of this interface. */
  get(value: unknown): T | undefined {
    return isObject(value) ? this.internals.get(value) : undefined;
  }

  /** What is behind the receiver of a method. `member` is how V8 names the method. */
  receiver(value: unknown, member: string): T {
    const internal = this.get(value);
    if (internal === undefined) throw new TypeError(`${member}: Receiver is not a WebAssembly.${this.name}`);
    return internal;
  }
}

/** An object in the sense of ECMAScript: functions are objects, too. */
export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/**
 * Makes the interface object of a class: with V8's words for a call without `new`, members enumerable (Web IDL 3.7)
 * and a class string.
 */
export function interfaceObject<T extends Constructor>(cls: T, name: string): T {
  const where = `WebAssembly.${name}`;
  const construct = function (this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) throw new TypeError(`${where}(): ${where} must be invoked with 'new'`);
    return Reflect.construct(cls, args, new.target);
  };
  for (const key of Reflect.ownKeys(cls)) {
    if (key === 'length' || key === 'name' || key === 'prototype') continue;
    Object.defineProperty(construct, key, { ...Object.getOwnPropertyDescriptor(cls, key), enumerable: true });
  }
  Object.defineProperty(construct, 'name', { value: name });
  Object.defineProperty(construct, 'length', { value: 1 });
  const prototype = cls.prototype as object;
  for (const key of Reflect.ownKeys(prototype)) {
    if (key !== 'constructor') Object.defineProperty(prototype, key, { enumerable: true });
  }
  Object.defineProperty(prototype, 'constructor', { value: construct, writable: true, configurable: true });
  Object.defineProperty(prototype, Symbol.toStringTag, { value: where, configurable: true });
  Object.defineProperty(construct, 'prototype', { value: prototype, writable: false });
  // It constructs what the class does and has its members; only TypeScript cannot see it.
  return construct as unknown as T;
}

const UINT32_MAX = 0xffff_ffff;

/** `[EnforceRange] unsigned long`, as V8 converts it: no fractions are cut off below zero or above the range. */
export function enforceUint32(value: unknown, what: string): number {
  const number = +(value as number);
  if (!Number.isFinite(number)) throw new TypeError(`${what} must be convertible to a valid number`);
  if (number < 0) throw new TypeError(`${what} must be non-negative`);
  if (number > UINT32_MAX) throw new TypeError(`${what} must be in the unsigned long range`);
  return number >>> 0;
}

/** A dictionary member, or undefined where it is missing. */
export function member(dictionary: object, key: string): unknown {
  return Reflect.get(dictionary, key);
}

const bufferLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')?.get as () => number;

function isArrayBuffer(value: object): value is ArrayBuffer {
  try {
    Reflect.apply(bufferLength, value, []);
    return true;
  } catch {
    return false; // the getter refuses every other receiver
  }
}

export function isBufferSource(value: unknown): boolean {
  return isObject(value) && (ArrayBuffer.isView(value) || isArrayBuffer(value));
}

/** A copy of the bytes of a BufferSource; undefined for everything else. */
export function copyBytes(source: unknown): Uint8Array | undefined {
  if (!isObject(source)) return undefined;
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength).slice();
  }
  return isArrayBuffer(source) ? new Uint8Array(source).slice() : undefined;
}
