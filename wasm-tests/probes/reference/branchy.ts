/** A program with what compilers seldom write: branches on references, tables of labels, loops left in every way. */

import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import type { WasmModule } from '../../diff/namespace.ts';
import type { CaseContext } from '../../programs/cases/common.ts';

const wat = `(module
  (type $unary (func (param i32) (result i32)))
  (type $thrower (func (param i32)))
  (import "host" "call" (func $call (param i32) (result i32)))
  (import "host" "fail" (func $fail (param i32)))
  (table $t 8 funcref)
  (elem (table $t) (i32.const 1) func $call $loops $twice $fail)
  (elem declare func $loops)

  ;; A loop in a loop, left by falling through, by branches over one and two loops, by return, by a trap,
  ;; by an error of the host and by a tail call, as the argument says.
  (func $loops (export "loops") (param $how i32) (result i32)
    (local $i i32) (local $j i32)
    (block $out
      (loop $outer
        (local.set $j (i32.const 0))
        (loop $inner
          (local.set $j (i32.add (local.get $j) (i32.const 1)))
          (br_if $outer (i32.and (i32.eq (local.get $how) (i32.const 1))
            (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 4))))
          (br_if $out (i32.eq (local.get $how) (i32.const 2)))
          (if (i32.eq (local.get $how) (i32.const 3)) (then (return (i32.const 33))))
          (if (i32.eq (local.get $how) (i32.const 4)) (then (unreachable)))
          (if (i32.eq (local.get $how) (i32.const 5)) (then (call $fail (local.get $j))))
          (if (i32.eq (local.get $how) (i32.const 6))
            (then (return_call $loops (i32.const 1))))
          (if (i32.eq (local.get $how) (i32.const 7))
            (then (return_call $call (i32.const 9))))
          (if (i32.eq (local.get $how) (i32.const 8))
            (then (local.set $how (i32.const 0))
              (drop (call $loops (i32.const 3))) (drop (call $call (i32.const 1)))))
          (br_if 3 (i32.const 77) (i32.eq (local.get $how) (i32.const 9)))
          (drop)
          (br_if $inner (i32.lt_u (local.get $j) (i32.const 3))))
        (br_if $outer (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3)))))
    (i32.add (local.get $i) (local.get $j)))

  (func $twice (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))

  ;; Labels with values, to loops with parameters and to the function itself.
  (func (export "labels") (param $x i32) (result i32)
    (block $a (result i32)
      (i32.const 5)
      (loop $l (param i32) (result i32)
        (i32.const -1) (i32.add)
        (block $b (param i32) (result i32)
          (br_table $a $b $l 3 $b (local.get $x) (local.tee $x (i32.sub (local.get $x) (i32.const 1)))))
        (i32.const 100) (i32.add)
        (br_if 1 (i32.lt_s (local.get $x) (i32.const 0)))
        (if (param i32) (result i32) (i32.and (local.get $x) (i32.const 1))
          (then (br 0 (i32.const 7) (drop)))
          (else (i32.const 1) (i32.sub)))))
    (i32.const 1000) (i32.add))

  (func (export "arms") (param i32) (result i32)
    (if (local.get 0) (then))
    (if (i32.eqz (local.get 0)) (then (nop)) (else (nop)))
    (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.const 2))))

  (func (export "nulls") (param $index i32) (result i32)
    (block $null
      (br_on_null $null (table.get $t (local.get $index))) (drop)
      (block $some (result (ref func))
        (br_on_non_null $some (table.get $t (local.get $index)))
        (return (i32.const -1)))
      (drop)
      (return (i32.const 1)))
    (i32.const 0))

  (func (export "indirect") (param $index i32) (param $x i32) (result i32)
    (call_indirect $t (type $unary) (local.get $x) (local.get $index)))
  (func (export "tail") (param $index i32) (param $x i32) (result i32)
    (return_call_indirect $t (type $unary) (local.get $x) (local.get $index)))
  (func (export "by_reference") (param $x i32) (result i32)
    (call_ref $unary (local.get $x) (ref.func $loops)))
  (func (export "tail_by_reference") (param $x i32) (result i32)
    (return_call_ref $unary (local.get $x) (ref.func $loops)))
  (func (export "null_reference") (result i32)
    (call_ref $unary (i32.const 1) (ref.null $unary)))
  (func $down (export "down") (param $n i32) (result i32)
    (if (i32.eqz (local.get $n)) (then (return (i32.const 0))))
    (i32.add (call $call (i32.sub (local.get $n) (i32.const 1))) (i32.const 1))))`;

export const branchy = {
  name: 'branches and calls of all kinds',
  bytes: async (): Promise<Uint8Array> => parse(wat), // wabt cannot read branches on references
  run: ({ W, modules, t }: CaseContext): void => {
    let exports: Readonly<Record<string, unknown>> = {};
    const host = {
      call: (n: number) =>
        n > 4 ? n : n === 4 ? (exports.loops as (n: number) => number)(4) : (exports.down as (n: number) => number)(n),
      fail: () => {
        throw new Error('of the host');
      },
    };
    ({ exports } = new W.Instance(modules[0] as WasmModule, { host }));
    const numbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    for (const n of numbers) {
      for (const name of ['loops', 'labels', 'arms', 'nulls', 'by_reference', 'tail_by_reference'])
        t.call(exports, name, n);
      for (const name of ['indirect', 'tail']) for (const x of [0, 3, 4, 5]) t.call(exports, name, n - 1, x);
    }
    for (const n of numbers.slice(0, 6)) t.call(exports, 'down', n);
    t.call(exports, 'null_reference');
  },
};
