/** `BufferSource` arguments: their bytes as they are, whatever properties a program has put on the object. */

import { rangeError } from '../runtime/own-error.ts';
import { isObject } from './conversions.ts';

type Getter<T = unknown> = () => T;

/** The built-in getter: it refuses every other receiver and does not see properties of the object. */
function getterOf(prototype: object, key: PropertyKey): Getter {
  return Object.getOwnPropertyDescriptor(prototype, key)?.get as Getter;
}

/** The parts of a view, as its kind of view tells them. */
function viewGetters(prototype: object): { buffer: Getter; start: Getter; size: Getter } {
  const [buffer, start, size] = ['buffer', 'byteOffset', 'byteLength'].map((key) => getterOf(prototype, key));
  return { buffer, start, size };
}

const typedArrayPrototype: object = Object.getPrototypeOf(Uint8Array.prototype);
const typedArrayName = getterOf(typedArrayPrototype, Symbol.toStringTag);
const ofTypedArray = viewGetters(typedArrayPrototype);
const ofDataView = viewGetters(DataView.prototype);
const bufferSize = getterOf(ArrayBuffer.prototype, 'byteLength') as Getter<number>;

/** V8's limit for the size of a module, in bytes. */
const MAX_MODULE_BYTES = 2 ** 30;

function isArrayBuffer(value: unknown): value is ArrayBuffer {
  try {
    Reflect.apply(bufferSize, value, []);
    return true;
  } catch {
    return false; // the getter refuses every other receiver
  }
}

export function isBufferSource(value: unknown): value is object {
  return isObject(value) && locate(value) !== undefined;
}

/**
 * A copy of the bytes of a BufferSource, none for a detached one; undefined for everything else. A RangeError where they are
 * more than a module may have; `where` begins its message.
 */
export function copyBytes(source: unknown, where: string): Uint8Array | undefined {
  const place = isObject(source) ? locate(source) : undefined;
  if (place === undefined) return undefined;
  const { buffer, start, size } = place;
  if (size > MAX_MODULE_BYTES) {
    throw rangeError(`${where}: buffer source exceeds maximum size of ${MAX_MODULE_BYTES} (is ${size})`);
  }
  return size === 0 ? new Uint8Array() : new Uint8Array(buffer, start, size).slice();
}

interface Place {
  readonly buffer: ArrayBuffer;
  readonly start: number;
  readonly size: number;
}

function locate(source: object): Place | undefined {
  if (!ArrayBuffer.isView(source)) {
    return isArrayBuffer(source)
      ? { buffer: source, start: 0, size: Reflect.apply(bufferSize, source, []) }
      : undefined;
  }
  const isTypedArray = Reflect.apply(typedArrayName, source, []) !== undefined;
  const getters = isTypedArray ? ofTypedArray : ofDataView;
  const get = <T>(getter: Getter): T => Reflect.apply(getter, source, []) as T;
  const buffer = get<ArrayBuffer>(getters.buffer);
  // As V8 does, typed arrays of shared memory are taken, which the specification forbids.
  if (!isTypedArray && !isArrayBuffer(buffer)) return undefined;
  try {
    return { buffer, start: get(getters.start), size: get(getters.size) };
  } catch {
    return { buffer, start: 0, size: 0 }; // a DataView of a detached buffer: typed arrays say 0 by themselves
  }
}
