/** What all interfaces have in common: `new`, derived classes, other realms' new targets, receivers. */

import { describe, expect, test } from 'vitest';
import { specified } from './deviations.ts';
import { EMPTY_MODULE, type Implementation, implementations, type LooseNamespace, loose } from './support.ts';

type InterfaceName = 'Module' | 'Instance' | 'Memory' | 'Table' | 'Global' | 'Tag' | 'Exception';

/** Arguments that each constructor takes. */
const argumentsFor: Readonly<Record<InterfaceName, (W: LooseNamespace) => unknown[]>> = {
  Module: () => [EMPTY_MODULE],
  Instance: (W) => [new W.Module(EMPTY_MODULE)],
  Memory: () => [{ initial: 1 }],
  Table: () => [{ element: 'anyfunc', initial: 1 }],
  Global: () => [{ value: 'i32' }],
  Tag: () => [{ parameters: [] }],
  Exception: (W) => [new W.Tag({ parameters: [] }), []],
};
const names = Object.keys(argumentsFor) as InterfaceName[];

/** Every method and accessor of a prototype, with how V8 names it in messages. */
function membersOf(prototype: object): { key: string; call: (...args: unknown[]) => unknown }[] {
  return Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([key, { value, get, set }]) => {
    if (key === 'constructor') return [];
    return [value, get, set]
      .filter((f) => typeof f === 'function')
      .map((call) => ({ key: `${key} ${call.name}`, call }));
  });
}

describe.each(implementations)('the classes of $name', (implementation: Implementation) => {
  const W = loose(implementation.W);

  for (const name of names) {
    const Class = W[name];
    const args = () => argumentsFor[name](W);
    const make = () => new Class(...args());

    test(`${name} wants new, with the words of V8`, () => {
      const call = Class as unknown as (...args: unknown[]) => unknown;
      const error = new TypeError(`WebAssembly.${name}(): WebAssembly.${name} must be invoked with 'new'`);
      expect(() => call(...args())).toThrow(error);
      expect(() => Reflect.apply(call, make(), args())).toThrow(error);
    });

    test(`${name} makes objects without own properties`, () => {
      const object = make();
      expect(Reflect.ownKeys(object)).toEqual([]);
      expect(Object.isExtensible(object)).toBe(true);
      expect(Object.getPrototypeOf(object)).toBe(Class.prototype);
      expect(object).toBeInstanceOf(Class);
      expect(String(object)).toBe(`[object WebAssembly.${name}]`);
      expect((object as { constructor: unknown }).constructor).toBe(Class);
    });

    specified(implementation, `${name}: a derived class makes objects of its own`, () => {
      class Derived extends Class {
        readonly isDerived = true;
      }
      const object = new Derived(...args());
      expect(object.isDerived).toBe(true);
      expect(object).toBeInstanceOf(Derived);
      expect(object).toBeInstanceOf(Class);
      for (const { call } of membersOf(Class.prototype)) {
        const useless = [undefined, 0];
        // It has the brand: whatever else is wrong with these arguments, it is not the receiver.
        try {
          Reflect.apply(call, object, useless);
        } catch (error) {
          expect((error as Error).message).not.toMatch(/[Rr]eceiver/);
        }
      }
    });

    test(`${name} reads the prototype of the new target once, before it looks at arguments`, () => {
      const log: string[] = [];
      const target = new Proxy(class {}, {
        get: (object, key) => {
          log.push(String(key));
          return Reflect.get(object, key);
        },
      });
      expect(() => Reflect.construct(Class, [], target)).toThrow(TypeError);
      expect(log).toEqual(['prototype']);
    });

    // Memory is the host's own, in both namespaces.
    if (name !== 'Memory' || implementation.isHost) {
      specified(implementation, `${name}: a new target without a prototype gives one of the interface`, () => {
        function Target(): void {}
        Target.prototype = null;
        expect(Object.getPrototypeOf(Reflect.construct(Class, args(), Target))).toBe(Class.prototype);
      });
    }

    test.each(membersOf(Class.prototype))(`${name}: $key refuses other receivers`, ({ call }) => {
      const others = names.filter((other) => other !== name).map((other) => new W[other](...argumentsFor[other](W)));
      const wrong = [
        undefined,
        null,
        1,
        'x',
        {},
        Class.prototype,
        Object.create(make()),
        new Proxy(make(), {}),
        ...others,
      ];
      for (const receiver of wrong) {
        expect(() => Reflect.apply(call, receiver, [0, 0])).toThrow(TypeError);
        expect(() => Reflect.apply(call, receiver, [0, 0])).toThrow(`Receiver is not a WebAssembly.${name}`);
      }
    });
  }

  test('show no JavaScript source, and neither do methods and functions', () => {
    const { CompileError, LinkError, RuntimeError } = implementation.W;
    const { compile, instantiate, validate, compileStreaming, instantiateStreaming } = W;
    const classes = names.map((name) => W[name]);
    const methods = classes.flatMap((Class) =>
      [Class, Class.prototype].flatMap((object) =>
        Object.values(Object.getOwnPropertyDescriptors(object)).map(({ value }): unknown => value),
      ),
    );
    const functions = [compile, instantiate, validate, compileStreaming, instantiateStreaming];
    for (const f of [...classes, ...methods, ...functions, CompileError, LinkError, RuntimeError]) {
      if (typeof f !== 'function') continue;
      expect(Function.prototype.toString.call(f)).toMatch(/^function \w*\(\) \{ \[native code\] \}$/);
    }
  });
});
