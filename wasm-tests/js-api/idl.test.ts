/**
 * The interfaces as the Web IDL of the JavaScript API and of the Web API declares them, written down here: attributes of
 * properties, names and lengths of functions (Web IDL 3.7), class strings.
 */

import { describe, expect, test } from 'vitest';
import { implementations } from './support.ts';

interface Idl {
  /** Operations with the number of their required arguments. */
  readonly operations?: Readonly<Record<string, number>>;
  readonly statics?: Readonly<Record<string, number>>;
  /** Attributes, and whether they can be set. */
  readonly attributes?: Readonly<Record<string, boolean>>;
}

const interfaces: Readonly<Record<string, Idl>> = {
  Module: { statics: { exports: 1, imports: 1, customSections: 2 } },
  Instance: { attributes: { exports: false } },
  Memory: { operations: { grow: 1 }, attributes: { buffer: false } },
  Table: { operations: { grow: 1, get: 1, set: 1 }, attributes: { length: false } },
  Global: { operations: { valueOf: 0 }, attributes: { value: true } },
  Tag: {},
  Exception: { operations: { getArg: 2, is: 1 } },
};

const functions = { validate: 1, compile: 1, instantiate: 1, compileStreaming: 1, instantiateStreaming: 1 };

type AnyFunction = (...args: unknown[]) => unknown;
type AnyObject = Readonly<Record<string, unknown>>;

function descriptor(object: object, key: PropertyKey): PropertyDescriptor {
  const found = Object.getOwnPropertyDescriptor(object, key);
  if (found === undefined) throw new Error(`no own property ${String(key)}`);
  return found;
}

/** A function of the namespace: its name, length and attributes of both; it is no constructor. */
function expectBuiltin(value: unknown, name: string, length: number): void {
  const f = value as AnyFunction;
  expect(typeof f).toBe('function');
  const hidden = { writable: false, enumerable: false, configurable: true };
  expect(descriptor(f, 'name')).toEqual({ value: name, ...hidden });
  expect(descriptor(f, 'length')).toEqual({ value: length, ...hidden });
  expect(Reflect.ownKeys(f)).toEqual(['length', 'name']);
  expect(Object.getPrototypeOf(f)).toBe(Function.prototype);
  expect(Object.prototype.toString.call(f)).toBe('[object Function]');
  expect(() => Reflect.construct(Object, [], f)).toThrow(TypeError);
}

const OPERATION = { writable: true, enumerable: true, configurable: true };

describe.each(implementations)('the interfaces of $name', ({ W, isHost }) => {
  test('the namespace has a class string and is an ordinary object', () => {
    expect(descriptor(W, Symbol.toStringTag)).toEqual({
      value: 'WebAssembly',
      writable: false,
      enumerable: false,
      configurable: true,
    });
    expect(Object.getPrototypeOf(W)).toBe(Object.prototype);
    expect(Object.isExtensible(W)).toBe(true);
    expect(typeof W).toBe('object');
  });

  test.each(Object.entries(functions))('%s is an operation of the namespace', (name, length) => {
    expect(descriptor(W, name)).toMatchObject(OPERATION);
    expectBuiltin((W as unknown as AnyObject)[name], name, length);
  });

  test.each(Object.entries(interfaces))('%s', (name, { operations = {}, statics = {}, attributes = {} }) => {
    const { value: cls, ...flags } = descriptor(W, name);
    expect(flags).toEqual({ writable: true, enumerable: false, configurable: true });
    const hidden = { writable: false, enumerable: false, configurable: true };
    expect(descriptor(cls, 'name')).toEqual({ value: name, ...hidden });
    // The second argument of Exception is required, which V8 has not always known; the engine has what the host has.
    const lengths = name === 'Exception' ? [1, 2] : [1];
    expect(descriptor(cls, 'length')).toEqual({ value: expect.toBeOneOf(lengths), ...hidden });
    const { value: prototype, ...fixed } = descriptor(cls, 'prototype');
    expect(fixed).toEqual({ writable: false, enumerable: false, configurable: false });
    expect(descriptor(prototype, 'constructor')).toEqual({
      value: cls,
      writable: true,
      enumerable: false,
      configurable: true,
    });
    expect(descriptor(prototype, Symbol.toStringTag)).toEqual({ value: `WebAssembly.${name}`, ...hidden });
    expect(Object.keys(cls).sort()).toEqual(Object.keys(statics).sort());
    for (const [key, length] of Object.entries(statics)) {
      expect(descriptor(cls, key)).toMatchObject(OPERATION);
      expectBuiltin(cls[key], key, length);
    }
    for (const [key, length] of Object.entries(operations)) {
      expect(descriptor(prototype, key)).toMatchObject(OPERATION);
      expectBuiltin(prototype[key], key, length);
    }
    for (const [key, isWritable] of Object.entries(attributes)) {
      const { get, set, ...rest } = descriptor(prototype, key);
      expect(rest).toEqual({ enumerable: true, configurable: true });
      expectBuiltin(get, `get ${key}`, 0);
      if (isWritable) expectBuiltin(set, `set ${key}`, 1);
      else expect(set).toBe(undefined);
    }
    // Newer versions of V8 have `stack` of Exception here.
    const members = Object.keys(prototype).filter((key) => !(isHost && key === 'stack'));
    expect(members.sort()).toEqual([...Object.keys(operations), ...Object.keys(attributes)].sort());
  });
});
