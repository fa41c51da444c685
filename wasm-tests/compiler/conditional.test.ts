/** An `if` that is an expression computes what it does as statements: generated nests of them, against V8's WebAssembly. */

import { describe, expect, test } from 'vitest';
import { native } from '../js-api/support.ts';
import { assemble } from '../support/program.ts';
import { randomFrom } from '../support/random.ts';
import { engineIn, tierNames } from '../support/tiers.ts';

type Random = () => number;

function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

const leaves = [
  '(i32.const 0)',
  '(i32.const 1)',
  '(i32.const 5)',
  '(local.get $a)',
  '(local.get $b)',
  '(i32.lt_s (local.get $a) (local.get $b))',
  '(i32.eqz (local.get $b))',
  '(i32.load (local.get $a))',
  '(i32.div_s (i32.const 12) (local.get $b))',
  '(global.get $g)',
  '(local.tee $b (i32.sub (local.get $b) (i32.const 1)))',
  '(call $count (local.get $a))',
];

function value(random: Random, depth: number): string {
  const kind = random();
  if (depth === 0 || kind < 0.2) return pick(random, leaves);
  const sub = () => value(random, depth - 1);
  if (kind < 0.75) return `(if (result i32) ${sub()} (then ${sub()}) (else ${sub()}))`;
  if (kind < 0.85) return `(i32.eqz ${sub()})`;
  return `(${pick(random, ['i32.add', 'i32.and', 'i32.ne'])} ${sub()} ${sub()})`;
}

/** What uses a value: at once, or when something has changed that it may be made of. */
const uses: readonly ((text: string) => string)[] = [
  (v) => `(local.set $r (i32.add (i32.mul (local.get $r) (i32.const 31)) ${v}))`,
  (v) => `(if ${v} (then (local.set $r (i32.add (local.get $r) (i32.const 7)))))`,
  (v) => `(block (br_if 0 ${v}) (local.set $r (i32.xor (local.get $r) (i32.const 99))))`,
  (v) => `${v} (local.set $a (i32.add (local.get $a) (i32.const 4))) (global.set $g (i32.const 3)) (local.set $r)`,
  (v) => `${v} (i32.store (i32.const 4) (local.get $r)) (local.set $r)`,
  (v) => `(local.set $r (select (local.get $r) (local.get $a) ${v}))`,
];

function moduleText(seed: number): string {
  const random = randomFrom(seed);
  const statements = Array.from({ length: 6 }, () => pick(random, uses)(value(random, 3)));
  return `(module
  (memory (export "memory") 1)
  (data (i32.const 0) "\\01\\00\\00\\00\\00\\00\\00\\00\\02")
  (global $g (export "g") (mut i32) (i32.const 1))
  (global $calls (export "calls") (mut i32) (i32.const 0))
  (func $count (param i32) (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.and (local.get 0) (i32.const 1)))
  (func (export "f") (param $a i32) (param $b i32) (result i32) (local $r i32)
    ${statements.join('\n    ')}
    (local.get $r)))`;
}

const args = [
  [0, 1],
  [4, 2],
  [1, 0],
  [-1, 3],
  [8, -5],
] as const;

interface Exports {
  f(a: number, b: number): number;
  readonly g: { readonly value: number };
  readonly calls: { readonly value: number };
  readonly memory: { readonly buffer: ArrayBuffer };
}

/** Everything that can be seen of calls: results, that they trap, globals, memory. */
function transcript({ f, g, calls, memory }: Exports): string[] {
  return args.map(([a, b]) => {
    let result: unknown;
    try {
      result = f(a, b);
    } catch (error) {
      result = (error as Error).name;
    }
    return `${result} ${g.value} ${calls.value} ${new Int32Array(memory.buffer, 0, 4).join()}`;
  });
}

describe.each(tierNames)('in tier %s', (tier) => {
  test('values that ifs choose', () => {
    let trapped = 0;
    for (let seed = 0; seed < 150; seed++) {
      const bytes = assemble(moduleText(seed));
      const { Module, Instance } = engineIn(tier).WebAssembly;
      const ours = new Instance(new Module(bytes)).exports as unknown as Exports;
      const expected = transcript(new native.Instance(new native.Module(bytes)).exports as unknown as Exports);
      expect(transcript(ours), `seed ${seed}: ${moduleText(seed)}`).toEqual(expected);
      trapped += expected.filter((line) => line.startsWith('RuntimeError')).length;
    }
    expect(trapped).toBeGreaterThan(50);
  });

  test.each([
    ['if', '(if (result funcref) (local.get 0) (then (ref.null func)) (else (ref.func $f)))'],
    ['select', '(select (result funcref) (ref.null func) (ref.func $f) (local.get 0))'],
  ])('ref.is_null of a reference that %s chooses', (_, reference) => {
    const bytes = assemble(`(module
      (elem declare func $f)
      (func $f (export "f") (param i32) (result i32) (ref.is_null ${reference})))`);
    const { Module, Instance } = engineIn(tier).WebAssembly;
    const { f } = new Instance(new Module(bytes)).exports as unknown as { f: (choice: number) => number };
    expect([f(0), f(1), f(0)]).toEqual([0, 1, 0]);
  });
});
