/**
 * Compiles a function of each kind that is long rows of one thing, has V8 compile it as well, and prints the estimate of its
 * bytecode's size as `name estimate`. Run with `--print-bytecode`, V8 prints the size itself.
 */

import { estimatedBytecode } from '../../../engine/compiler/bytecode-size.ts';
import { load } from '../../support/program.ts';
import { engineIn } from '../../support/tiers.ts';
import { stateOf } from './states.ts';

/** How often, and what. */
const rows: Readonly<Record<string, readonly [count: number, wat: (i: number) => string]>> = {
  loads: [330, (i) => `(local.set $s (i32.xor (local.get $s) (i32.load offset=${i * 8} (local.get $s))))`],
  stores: [330, (i) => `(i32.store offset=${i * 4} (local.get $s) (i32.add (local.get $n) (i32.const ${i})))`],
  floats: [
    110,
    (i) => `(f64.store offset=${i * 8} (i32.const 8) (f64.mul (f64.load (i32.const ${i * 8})) (f64.const ${i})))`,
  ],
  arithmetic: [900, (i) => `(local.set $s (i32.add (i32.mul (local.get $s) (i32.const ${i})) (local.get $n)))`],
  rotations: [330, (i) => `(local.set $q (i64.add (i64.rotl (local.get $q) (i64.const ${i % 64})) (local.get $q)))`],
  branches: [700, (i) => `(if (i32.eq (local.get $n) (i32.const ${i})) (then (local.set $s (i32.const ${i + 1}))))`],
  calls: [900, (i) => `(local.set $s (call $leaf (local.get $s) (i32.const ${i})))`],
  imports: [280, (i) => `(local.set $s (call $h (local.get $s) (i32.const ${i})))`],
};

const functions = Object.entries(rows).map(
  ([name, [count, wat]]) =>
    `(func $${name} (export "${name}") (param $n i32) (result i32) (local $s i32) (local $q i64)
      ${Array.from({ length: count }, (_, i) => wat(i)).join('\n')} (local.get $s))`,
);
const p = load(
  `(module (import "e" "host" (func $h (param i32 i32) (result i32))) (memory 1)
    (func $leaf (param i32 i32) (result i32) (local.get 0)) ${functions.join('\n')})`,
  { engine: engineIn('js'), imports: { e: { host: () => 0 } } },
);
for (const name of Object.keys(rows)) {
  p.call(name, 0);
  process.stdout.write(`${name} ${estimatedBytecode(stateOf(p, name).unit?.source ?? '')}\n`);
}
