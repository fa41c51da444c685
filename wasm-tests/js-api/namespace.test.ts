import { describe, expect, test } from 'vitest';
import { Engine, WebAssembly as ours } from '../../engine/index.ts';
import { native } from './support.ts';

/** The properties of an object, with their attributes and what can be seen of functions; one line each. */
function shapeOf(object: object, name: string): string[] {
  return Reflect.ownKeys(object).map((key) => {
    const d = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
    const attributes = `${d.writable === true} ${d.enumerable === true} ${d.configurable === true}`;
    const value = 'value' in d ? valueShape(d.value) : `get ${valueShape(d.get)} set ${valueShape(d.set)}`;
    return `${name}.${String(key)}: ${attributes} ${value}`;
  });
}

function valueShape(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name}/${value.length} ${Reflect.ownKeys(value)}`;
  return typeof value === 'object' ? 'object' : String(value);
}

/** The engine's own addition, and what newer versions of V8 have besides. */
const differences = /^RuntimeError\.prototype\.wasmTrace: |^Exception\.prototype\.stack: /;

function comparable(lines: readonly string[]): string[] {
  return lines.filter((line) => !differences.test(line));
}

const classes = ['Module', 'Instance', 'Memory', 'Table', 'Global', 'Tag', 'Exception'] as const;
const errors = ['CompileError', 'LinkError', 'RuntimeError'] as const;

describe('the namespace object', () => {
  test("has the names, attributes, lengths, order and class string of the host's", () => {
    const known = new Set(Reflect.ownKeys(ours).map(String));
    // A newer host may have more.
    const ofHost = shapeOf(native, 'W').filter((line) => known.has(line.slice(2).split(':')[0] as string));
    expect(shapeOf(ours, 'W')).toEqual(ofHost);
    expect(ofHost.length).toBe(16);
    expect(String(ours)).toBe('[object WebAssembly]');
  });

  test.each([...classes, ...errors])('%s has the shape of its model', (name) => {
    expect(comparable(shapeOf(ours[name], name))).toEqual(comparable(shapeOf(native[name], name)));
    const prototype = `${name}.prototype`;
    expect(comparable(shapeOf(ours[name].prototype, prototype))).toEqual(
      comparable(shapeOf(native[name].prototype, prototype)),
    );
  });

  test.each([...errors])('%s is a native error in all but name', (name) => {
    for (const W of [native, ours]) {
      const ErrorClass = W[name];
      const error = ErrorClass('text', { cause: 7 });
      expect(error).toBeInstanceOf(ErrorClass);
      expect(error).toBeInstanceOf(Error);
      expect(Object.getPrototypeOf(ErrorClass)).toBe(Error);
      expect(String(error)).toBe(`${name}: text`);
      expect(error.cause).toBe(7);
      expect(error.stack).toMatch(new RegExp(`^${name}: text\n +at .*namespace.test.ts`));
      expect(Object.hasOwn(new ErrorClass(), 'message')).toBe(false);
      class Derived extends ErrorClass {}
      const derived = new Derived('x') as Error;
      expect(derived).toBeInstanceOf(Derived);
      expect(derived).toBeInstanceOf(ErrorClass);
      expect(derived.stack).toMatch(new RegExp(`^${name}: x\\n +at .*namespace.test.ts`));
      expect(Reflect.ownKeys(ErrorClass('text'))).toEqual(['stack', 'message']);
      expect(ErrorClass({ toString: () => 'converted' } as never).message).toBe('converted');
      expect(() => ErrorClass(Symbol('s') as never)).toThrow(TypeError);
      function Target(): void {}
      Target.prototype = null;
      expect(Object.getPrototypeOf(Reflect.construct(ErrorClass, [], Target))).toBe(ErrorClass.prototype);
      expect(Object.getPrototypeOf(Reflect.construct(ErrorClass, [], Error))).toBe(Error.prototype);
    }
  });

  test('is made anew for each engine, with modules and instances of its own', () => {
    const a = new Engine({ stackSlots: 1024 }).WebAssembly;
    const b = new Engine({ stackSlots: 1024 }).WebAssembly;
    expect(a.Module).not.toBe(b.Module);
    expect(a.Table).toBe(b.Table);
    const module = new a.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    expect(module).not.toBeInstanceOf(b.Module);
    // What counts is the engine's module inside, so an engine runs what another one compiled.
    expect(new b.Instance(module)).toBeInstanceOf(b.Instance);
  });
});
