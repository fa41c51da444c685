/** Small programs that put every kind of state where compiled code can be left. Each gives what it computed. */

import type { Engine } from '../../../engine/index.ts';
import { type Call, load } from '../../support/program.ts';

type Run = (engine: Engine) => unknown;
type Imports = Record<string, Record<string, unknown>>;

/** Calls of the export `run`, with what the host functions of `imports` do. */
function program(
  wat: string,
  calls: readonly (readonly unknown[])[],
  imports: (re: Call) => Imports = () => ({}),
): Run {
  return (engine) => {
    let own: Call = () => undefined;
    const p = load(wat, { engine, imports: imports((...args) => own(...args)) });
    own = (...args) => p.call('run', ...args);
    return calls.map((args) => {
      try {
        return p.call('run', ...args);
      } catch (error) {
        return String(error);
      }
    });
  };
}

/** Loops in loops in blocks, with operands that wait below each of them. */
const nested = program(
  `(module (func (export "run") (param $n i32) (result i32) (local $i i32) (local $j i32) (local $k i32) (local $sum i32)
    (i32.const 1000)
    (block (result i32)
      (loop $outer (result i32)
        (local.set $j (i32.const 0))
        (i32.mul (local.get $i) (i32.const 7))
        (loop $middle (param i32) (result i32)
          (local.set $k (i32.const 0))
          (if (i32.and (local.get $j) (i32.const 1))
            (then (loop $inner
              (local.set $sum (i32.add (local.get $sum) (i32.xor (local.get $k) (local.get $i))))
              (br_if $inner (i32.lt_s (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 3)))))
            (else (loop $other
              (local.set $sum (i32.sub (local.get $sum) (local.get $k)))
              (br_if $other (i32.lt_s (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 2))))))
          (i32.add (local.get $k))
          (br_if $middle (i32.lt_s (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 3))))
        (local.set $sum (i32.add (local.get $sum)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (local.get $sum)
        (br_if 1 (i32.ge_s (local.get $i) (local.get $n)))
        (drop) (br $outer)))
    (i32.add)))`,
  [[3], [1]],
);

/** Calls with several results and operands of all types around them. */
const multiValue = program(
  `(module (import "e" "host" (func $host (param i64 f32) (result f64 i32)))
    (func $three (param i32) (result i64 f32 f64)
      (i64.extend_i32_s (i32.mul (local.get 0) (i32.const -3)))
      (f32.convert_i32_s (local.get 0)) (f64.const -0.5))
    (func (export "run") (param $n i32) (result i64) (local $sum i64) (local $x f64) (local $y f32)
      (loop $l
        (i64.const 5) (f64.const 2.5) (local.get $n)
        (call $three (local.get $n))
        (local.set $x) (local.set $y)
        (call $host (local.get $y))
        (i32.trunc_f64_s (local.get $x)) (i32.add) (f64.convert_i32_s) (f64.add) (local.set $x)
        (f64.convert_i32_s) (f64.add) (f64.add (local.get $x)) (i64.trunc_f64_s) (i64.add)
        (local.set $sum (i64.add (local.get $sum)))
        (call $three (i32.const 4)) (f64.promote_f32 (local.get $y)) (f64.add) (i64.trunc_f64_s)
        (local.set $sum (i64.xor (local.get $sum))) (drop) (drop)
        (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $sum)))`,
  [[4]],
  () => ({ e: { host: (a: bigint, b: number) => [Number(a) + b, 7] } }),
);

/** References and vectors on the operand stack and in locals. */
const references = program(
  `(module (type $v (func (result i32))) (table $t 4 externref) (table $f funcref (elem $one $two))
    (func $one (type $v) (i32.const 1)) (func $two (type $v) (i32.const 2))
    (func $id (param externref) (result externref) (local.get 0))
    (func $vec (param v128 i32) (result v128) (i32x4.add (local.get 0) (i32x4.splat (local.get 1))))
    (func (export "run") (param $r externref) (param $n i32) (result i32 externref) (local $v v128) (local $q externref)
      (local.get $r) (v128.const i32x4 1 2 3 4) (table.get $f (i32.const 1))
      (loop $l
        (local.set $q (call $id (local.get $r)))
        (table.set $t (i32.const 1) (local.get $q))
        (local.get $q) (local.get $v)
        (call $vec (local.get $v) (local.get $n))
        (local.set $v)
        (call $vec (i32.const 9))
        (local.set $v (i32x4.add (local.get $v)))
        (drop)
        (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (drop)
      (local.set $v (i32x4.add (local.get $v)))
      (drop)
      (i32.add (i32x4.extract_lane 3 (local.get $v)) (call_indirect $f (type $v) (i32.const 1)))
      (table.get $t (i32.const 1))))`,
  [
    ['text', 3],
    [null, 2],
  ],
);

/** Recursion, in which some activations may be compiled and others not. */
const recursion = program(
  `(module (func $r (export "run") (param $n i32) (result i64) (local $i i32) (local $sum i64)
    (if (i32.lt_s (local.get $n) (i32.const 1)) (then (return (i64.const 1))))
    (loop $l
      (i64.extend_i32_u (local.get $i))
      (call $r (i32.sub (local.get $n) (i32.const 1)))
      (local.set $sum (i64.add (local.get $sum) (i64.add)))
      (br_if $l (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2))))
    (local.get $sum)))`,
  [[4]],
);

/** A host function that calls back, with activations of the same function below it. */
const host = program(
  `(module (import "e" "back" (func $back (param i32) (result i32))) (memory (export "m") 1)
    (func (export "run") (param $n i32) (result i32) (local $i i32)
      (i32.const 3)
      (loop $l
        (i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (local.get $n)))
        (i32.store offset=8 (i32.const 64) (i32.mul (local.get $n) (call $back (i32.sub (local.get $n) (i32.const 1)))))
        (br_if $l (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2))))
      (i32.add (i32.load (i32.const 64))) (i32.add (i32.load (i32.const 72)))))`,
  [[3], [2]],
  (run) => ({ e: { back: (n: number) => (n < 1 ? 5 : run(n)) } }),
);

/** Branches out of many blocks, by number, with values. */
const branches = program(
  `(module (func $pick (param i32) (result i32)
      (block $c (result i32) (block $b (result i32) (block $a (result i32)
        (i32.const 10) (br_table $a $b $c $a (local.get 0)))
        (i32.add (i32.const 1))) (i32.add (i32.const 100))))
    (func (export "run") (param $n i32) (result i32) (local $sum i32)
      (loop $l (result i32)
        (local.set $sum (i32.add (local.get $sum) (call $pick (i32.rem_u (local.get $n) (i32.const 4)))))
        (local.get $sum)
        (block $skip (param i32) (result i32)
          (br_if $skip (i32.and (local.get $n) (i32.const 1)))
          (local.set $sum (i32.mul (local.get $sum) (call $pick (i32.const 2)))))
        (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))`,
  [[9]],
);

/** A memory that grows while code holds views of it, directly and in what it calls. */
const growing = program(
  `(module (memory 1 20)
    (func $grow (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "run") (param $n i32) (result f64) (local $at i32)
      (f64.const 0.5)
      (loop $l (param f64) (result f64)
        (f64.store (local.get $at) (f64.convert_i32_s (local.get $n)))
        (local.set $at (i32.sub (i32.mul (i32.add (call $grow (i32.const 1)) (i32.const 1)) (i32.const 65536)) (i32.const 8)))
        (f64.store (local.get $at) (f64.add (f64.load (i32.const 0)) (f64.load (local.get $at))))
        (f64.add (f64.load (local.get $at)))
        (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))) `,
  [[5]],
);

/** Traps behind loops and calls; what was written before them stays. */
const traps = program(
  `(module (global $g (mut i64) (i64.const 0))
    (func $div (param i32 i32) (result i32) (global.set $g (i64.add (global.get $g) (i64.const 1))) (i32.div_s (local.get 0) (local.get 1)))
    (func (export "run") (param $n i32) (result i64 i32) (local $sum i32)
      (loop $l
        (local.set $sum (i32.add (local.get $sum) (call $div (i32.const 100) (i32.sub (local.get $n) (i32.const 3)))))
        (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (global.get $g) (local.get $sum)))`,
  [[2], [5], [2]],
);

/** Tail calls from loops, direct and through a table. */
const tails = program(
  `(module (type $t (func (param i32 i64) (result i64))) (table funcref (elem $a $b))
    (func $a (type $t) (local $i i32)
      (loop $l (br_if $l (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2))))
      (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
      (return_call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i64.add (local.get 1) (i64.const 3)) (i32.const 1)))
    (func $b (type $t) (return_call $a (local.get 0) (i64.mul (local.get 1) (i64.const -2))))
    (func (export "run") (param i32) (result i64) (i64.add (i64.const 1) (call $a (local.get 0) (i64.const 5)))))`,
  [[6]],
);

export const leaving: Readonly<Record<string, Run>> = {
  nested,
  'multi-value': multiValue,
  references,
  recursion,
  host,
  branches,
  growing,
  traps,
  tails,
};
