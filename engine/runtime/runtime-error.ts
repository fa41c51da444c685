/** Traps as JavaScript sees them: errors with V8's messages, and stacks that show Wasm frames as V8 does. */

import type { TraceFrame, Trap } from '../isa/trap.ts';
import type { Module } from '../module/module.ts';
import type { V8Error } from './own-error.ts';

/** The constructor of an error class of the `WebAssembly` namespace; callable without `new`, as native errors are. */
export interface ApiErrorConstructor<T extends Error> {
  new (message?: string, options?: { cause?: unknown }): T;
  (message?: string, options?: { cause?: unknown }): T;
  readonly prototype: T;
}

/** Makes an error class with the properties of a NativeError (ECMA-262, 20.5.6), and no source to whoever prints it. */
export function apiErrorClass<T extends Error>(name: string): ApiErrorConstructor<T> {
  const target = function () {};
  Object.setPrototypeOf(target, Error);
  Object.defineProperty(target, 'name', { value: name });
  Object.defineProperty(target, 'length', { value: 1 });
  // V8 begins the stack of an error at the caller of the function that it is constructed for.
  function apply(_target: object, _receiver: unknown, args: unknown[]): object {
    return Reflect.construct(Error, args, apply);
  }
  function construct(_target: object, args: unknown[], newTarget: { readonly prototype: unknown }): object {
    if (newTarget === errorClass) return Reflect.construct(Error, args, construct);
    const error: object = Reflect.construct(Error, args, newTarget as unknown as new () => object); // or it would not be here
    const isLeftToError = Object.getPrototypeOf(error) === Error.prototype && newTarget.prototype !== Error.prototype;
    return isLeftToError ? Object.setPrototypeOf(error, prototype) : error;
  }
  // A function that is built step by step is what it was made into only for the reader.
  const errorClass = new Proxy(target, { apply, construct }) as unknown as ApiErrorConstructor<T>;
  const hidden = (value: unknown): PropertyDescriptor => ({ value, writable: true, configurable: true });
  const prototype = Object.create(Error.prototype, {
    constructor: hidden(errorClass),
    name: hidden(name),
    message: hidden(''),
  });
  Object.defineProperty(target, 'prototype', { value: prototype, writable: false });
  apply.prototype = prototype;
  construct.prototype = prototype;
  return errorClass;
}

/** The error of a trap. */
export interface RuntimeError extends Error {
  /** The Wasm frames at the trap, innermost first; empty for an error that a program made itself. */
  readonly wasmTrace: readonly TraceFrame[];
}

export const RuntimeError: ApiErrorConstructor<RuntimeError> = apiErrorClass('RuntimeError');

const traces = new WeakMap<object, readonly TraceFrame[]>();

Object.defineProperty(RuntimeError.prototype, 'wasmTrace', {
  get(this: object): readonly TraceFrame[] {
    return wasmTraceOf(this);
  },
  configurable: true,
});

/** The Wasm frames of an error that left the engine, also of the RangeError of deep recursion. */
export function wasmTraceOf(error: unknown): readonly TraceFrame[] {
  return (typeof error === 'object' && error !== null && traces.get(error)) || [];
}

/** Where a trap left the engine. */
export interface TrapEdge {
  /** The module whose function JavaScript called: it names the frames. */
  readonly module?: Module | undefined;
  /** The function that JavaScript called: the stack leaves out the engine's own frames down to it. */
  readonly callee?: unknown;
  /** What V8 puts before the message, for traps during instantiation. */
  readonly prefix?: string;
}

/** The error for JavaScript of a trap that reached the edge of the engine. */
export function errorOfTrap(trap: Trap, edge: TrapEdge = {}): Error {
  const message = (edge.prefix ?? '') + trap.message;
  const error = trap.kind === 'exhaustion' ? new RangeError(message) : new RuntimeError(message);
  traces.set(error, trap.trace);
  const v8 = Error as V8Error;
  if (v8.captureStackTrace === undefined) return error;
  v8.captureStackTrace(error, edge.callee);
  const limit = v8.stackTraceLimit ?? 10;
  const [title, ...lines] = splitStack(error.stack ?? '', `${error.name}: ${message}`);
  const url = trap.trace.length === 0 ? '' : moduleUrl(edge.module);
  const frames = trap.trace.slice(0, limit).map((frame) => `    at ${frameText(frame, url)}`);
  const stack = [title, ...frames, ...lines].slice(0, limit + 1).join('\n');
  Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true });
  return error;
}

function splitStack(stack: string, title: string): string[] {
  const rest = stack.startsWith(title) ? stack.slice(title.length) : '';
  return [title, ...rest.split('\n').filter((line) => line !== '')];
}

/** `name (wasm://wasm/0a1b2c3d:wasm-function[3]:0x1a4)`; a function without a name has only the place. */
function frameText(frame: TraceFrame, url: string): string {
  const place = `${url}:wasm-function[${frame.func}]:0x${frame.moduleOffset.toString(16)}`;
  return frame.name === `wasm-function[${frame.func}]` || frame.name === '' ? place : `${frame.name} (${place})`;
}

const urls = new WeakMap<Module, string>();

/** A stable name of the module: a hash of its bytes (FNV-1a, 32 bits). */
function moduleUrl(module: Module | undefined): string {
  if (module === undefined) return 'wasm://wasm';
  let url = urls.get(module);
  if (url === undefined) {
    let hash = 0x811c9dc5;
    for (const byte of module.bytes) hash = Math.imul(hash ^ byte, 0x01000193);
    url = `wasm://wasm/${(hash >>> 0).toString(16).padStart(8, '0')}`;
    urls.set(module, url);
  }
  return url;
}
