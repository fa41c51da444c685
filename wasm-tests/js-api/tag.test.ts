import { describe, expect, test } from 'vitest';
import { specified } from './deviations.ts';
import { expected, implementations, loose, outcomeOf, summary, wat } from './support.ts';

const exporting = await wat('(module (tag (export "t") (param i32)) (tag (export "u") (param i32)))');
const importing = await wat('(module (import "a" "t" (tag (param i32))) (export "t" (tag 0)))');

const tagArguments: readonly (readonly [what: string, args: readonly unknown[], result: string])[] = [
  ['nothing', [], 'TypeError: WebAssembly.Tag(): Argument 0 must be a tag type'],
  ['no parameters', [{}], "TypeError: WebAssembly.Tag(): Argument 0 must be a tag type with 'parameters'"],
  [
    'a number of parameters',
    [{ parameters: 1 }],
    "TypeError: WebAssembly.Tag(): Argument 0 must be a tag type with 'parameters'",
  ],
  [
    'an unknown type',
    [{ parameters: ['i32', 'x'] }],
    'TypeError: WebAssembly.Tag(): Argument 0 parameter type at index #1 must be a value type',
  ],
  ['a symbol as a type', [{ parameters: [Symbol('s')] }], 'TypeError: Cannot convert a Symbol value to a string'],
  [
    'no list of parameters',
    [{ parameters: {} }],
    "TypeError: WebAssembly.Tag(): Argument 0 contains parameters without 'length'",
  ],
  [
    'too many parameters',
    [{ parameters: new Array(1001).fill('i32') }],
    'TypeError: WebAssembly.Tag(): Argument 0 contains too many parameters',
  ],
  ['many parameters', [{ parameters: new Array(1000).fill('i32') }], 'ok'],
  ['converted types', [{ parameters: [{ toString: () => 'i32' }] }], 'ok'],
  ['an object with a length', [{ parameters: { length: 1, 0: 'i32' } }], 'ok'],
  ['types', [{ parameters: ['i32', 'i64', 'f32', 'f64', 'externref', 'anyfunc'] }], 'ok'],
];

const twice = await wat(`(module (import "a" "x" (tag (param i32))) (import "a" "y" (tag (param i32)))
  (export "x" (tag 0)) (export "y" (tag 1)))`);

describe.each(implementations)('WebAssembly.Tag of $name', (implementation) => {
  const { W, hasKnownMessages } = implementation;

  test.each(tagArguments)('a tag is made of %s', (_what, args, result) => {
    const make = W.Tag as unknown as new (...args: readonly unknown[]) => object;
    const outcome = outcomeOf(() => (new make(...args) instanceof W.Tag ? 'ok' : 'no tag'));
    expect(summary(outcome, hasKnownMessages)).toBe(expected(result, hasKnownMessages));
  });

  specified(implementation, 'a tag is made of any iterable', () => {
    const Tag = loose(W).Tag;
    expect(new Tag({ parameters: new Set(['i32', 'i64']) })).toBeInstanceOf(Tag);
  });

  test('a tag keeps its identity through modules', () => {
    const { t, u } = new W.Instance(new W.Module(exporting)).exports;
    expect(t).toBeInstanceOf(W.Tag);
    expect(t).not.toBe(u);
    const again = new W.Instance(new W.Module(importing), { a: { t } }).exports;
    expect(again.t).toBe(t);
    const own = new W.Tag({ parameters: ['i32'] });
    expect(new W.Instance(new W.Module(importing), { a: { t: own } }).exports.t).toBe(own);
  });

  test('a tag is as good for two imports as for one', () => {
    const both = new W.Module(twice);
    const x = new W.Tag({ parameters: ['i32'] });
    const { exports } = new W.Instance(both, { a: { x, y: x } });
    expect([exports.x === x, exports.y === x]).toEqual([true, true]);
  });
});
