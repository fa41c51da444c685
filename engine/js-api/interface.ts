/**
 * Interface objects and functions as the host's namespace has them (Web IDL 3.7): V8's words for wrong calls, the same attributes,
 * names and lengths, and no JavaScript source to whoever prints them, which is what the proxies are for. Accessors have none:
 * V8 takes five times as long to call them through one, and they are not printed.
 */

import { copyRelics, hostClassLength } from '../runtime/host.ts';
import { leavingEngine, typeError } from '../runtime/own-error.ts';
import { isObject, member } from './conversions.ts';

type Body = (this: unknown, ...args: unknown[]) => unknown;

/** What an interface consists of. */
export interface InterfaceDefinition {
  /** Without the namespace. */
  readonly name: string;
  /**
   * Makes `object`, which has nothing but its prototype, an object of this interface. `callee` is the function where the stacks
   * of errors are to begin.
   */
  construct(object: object, args: readonly unknown[], callee: unknown): void;
  /** Its methods and accessors, in order, become those of the prototype. */
  readonly members?: object;
  readonly statics?: object;
}

/** Makes the interface object of a definition: what the namespace has under its name. */
export function interfaceObject(definition: InterfaceDefinition): unknown {
  const where = `WebAssembly.${definition.name}`;
  const prototype = {};
  // A bound class can be constructed and has no `prototype` yet, so that all properties come in the host's order.
  const target: object = Object.bind(undefined);
  Object.defineProperty(target, 'name', { value: definition.name });
  Object.defineProperty(target, 'length', { value: hostClassLength(definition.name) });
  copyRelics(target);
  Object.defineProperty(target, 'prototype', { value: prototype, writable: false });
  addMembers(target, definition.statics);

  const apply = (): never => {
    throw leavingEngine(typeError(`${where}(): ${where} must be invoked with 'new'`), apply);
  };
  const construct = (_target: object, args: unknown[], newTarget: object): object => {
    const asked = member(newTarget, 'prototype');
    const object = Object.create(isObject(asked) ? asked : prototype) as object;
    try {
      definition.construct(object, args, construct);
    } catch (error) {
      throw leavingEngine(error, construct);
    }
    return object;
  };
  const interfaceConstructor = new Proxy(target, { apply, construct });
  Object.defineProperty(prototype, 'constructor', { value: interfaceConstructor, writable: true, configurable: true });
  addMembers(prototype, definition.members);
  Object.defineProperty(prototype, Symbol.toStringTag, { value: where, configurable: true });
  return interfaceConstructor;
}

/** A function that stands where the host has a built-in one. */
export function builtin(name: string, length: number, body: Body): Body {
  return disguised(boundary(name, length, body));
}

/** Calls `body`; the engine's errors leave it without frames of the engine. */
function boundary(name: string, length: number, body: Body): Body {
  // A method, since those have no `prototype` and cannot be constructed.
  const { [name]: call } = {
    [name](this: unknown, ...args: unknown[]): unknown {
      try {
        return Reflect.apply(body, this, args);
      } catch (error) {
        throw leavingEngine(error, call);
      }
    },
  };
  Object.defineProperty(call, 'length', { value: length });
  return call;
}

/**
 * A function that returns a promise, and never throws. `run` gets the arguments, and the function where the stacks of errors are to
 * begin; it is called at once, and may return a promise.
 */
export function promiseFunction(
  name: string,
  length: number,
  run: (args: readonly unknown[], callee: unknown) => unknown,
): Body {
  const settle = async (args: readonly unknown[]): Promise<unknown> => {
    try {
      return await run(args, call);
    } catch (error) {
      throw leavingEngine(error, call);
    }
  };
  const { [name]: call } = { [name]: (...args: unknown[]): unknown => settle(args) };
  Object.defineProperty(call, 'length', { value: length });
  return disguised(call);
}

function disguised(call: Body): Body {
  return new Proxy(call, {});
}

function addMembers(target: object, members: object | undefined): void {
  if (members === undefined) return;
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(members))) {
    const made: PropertyDescriptor = { configurable: true, enumerable: true };
    for (const part of ['get', 'set', 'value'] as const) {
      const body: Body | undefined = descriptor[part];
      if (body === undefined) continue;
      if (part === 'value') made.value = builtin(key, body.length, body);
      else made[part] = boundary(`${part} ${key}`, part === 'set' ? 1 : 0, body);
    }
    if (made.value !== undefined) made.writable = true;
    Object.defineProperty(target, key, made);
  }
}
