/** Functions whose compiled code is kept to be read. */

interface GoldenFunction {
  /** A module that exports it as `f`. */
  readonly wat: string;
  readonly args: readonly unknown[];
}

const plain: Readonly<Record<string, GoldenFunction>> = {
  arithmetic: {
    wat: `
(module (func (export "f") (param $a i32) (param $b i32) (result i32)
  (local $c i32)
  (local.set $c (i32.rotl (i32.mul (local.get $a) (i32.const 31)) (local.get $b)))
  (i32.add
    (i32.div_u (local.get $c) (i32.or (local.get $b) (i32.const 1)))
    (select (i32.shr_u (local.get $a) (i32.const 3)) (i32.const -1) (i32.lt_u (local.get $a) (local.get $c))))))`,
    args: [5, 6],
  },
  i64: {
    wat: `
(module (func (export "f") (param $a i64) (param $b i64) (result i64)
  (i64.xor
    (i64.add (i64.mul (local.get $a) (local.get $b)) (i64.shr_u (local.get $a) (i64.const 33)))
    (i64.or
      (i64.shl (local.get $b) (local.get $a))
      (i64.extend_i32_u (i32.wrap_i64 (i64.rem_s (local.get $a) (local.get $b))))))))`,
    args: [5n, 6n],
  },
  memory: {
    wat: `
(module (memory 1) (func (export "f") (param $p i32) (param $n i32) (result f64)
  (i32.store8 offset=3 (local.get $p) (local.get $n))
  (i64.store (i32.const 64) (i64.load32_u offset=4 (local.get $p)))
  (drop (memory.grow (local.get $n)))
  (f64.add (f64.load (local.get $p)) (f64.load offset=8 (i32.shl (local.get $n) (i32.const 3))))))`,
    args: [8, 1],
  },
  'f32-nan': {
    wat: `
(module (func (export "f") (param $x f32) (param $bits i32) (result i32)
  (local $y f32)
  (local.set $y (f32.reinterpret_i32 (local.get $bits)))
  (i32.xor
    (i32.reinterpret_f32 (f32.copysign (local.get $y) (local.get $x)))
    (i32.reinterpret_f32 (f32.min (f32.mul (local.get $x) (local.get $y)) (f32.const nan:0x200001))))))`,
    args: [1, 0x7fa00000],
  },
  'if-else': {
    wat: `
(module (func (export "f") (param $n i32) (result i32 i32)
  (local.get $n)
  (if (result i32) (i32.gt_s (local.get $n) (i32.const 9))
    (then (if (i32.eqz (local.get $n)) (then (local.set $n (i32.const 4)))) (local.get $n))
    (else (local.set $n (i32.mul (local.get $n) (local.get $n))) (i32.const 3)))))`,
    args: [5],
  },
  'if-as-an-expression': {
    wat: `
(module (memory 1) (func (export "f") (param $i i32) (param $n i32) (result i32)
  (local.set $n
    (if (result i32) (i32.lt_s (local.get $i) (i32.const 8))
      (then (i32.add (local.get $n) (i32.const 1)))
      (else (local.get $i))))
  (if
    (if (result i32) (i32.lt_u (local.get $i) (local.get $n))
      (then (i32.ne (i32.load (local.get $i)) (i32.const 3)))
      (else (i32.const 0)))
    (then (return (local.get $i))))
  (i32.const -1)))`,
    args: [5, 6],
  },
  loop: {
    wat: `
(module (func (export "f") (param $n i32) (result i32)
  (local $sum i32)
  (block $done
    (loop $next
      (br_if $done (i32.eqz (local.get $n)))
      (local.set $sum (i32.add (local.get $sum) (local.get $n)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br $next)))
  (local.get $sum)))`,
    args: [5],
  },
  'br-table': {
    wat: `
(module (func (export "f") (param $n i32) (result i32)
  (block $c (result i32)
    (block $b (result i32)
      (block $a (result i32)
        (i32.const 10)
        (br_table $a $b $a $c (local.get $n)))
      (i32.add (i32.const 1)))
    (i32.mul (i32.const 3)))))`,
    args: [5],
  },
  switch: {
    wat: `
(module (func (export "f") (param $n i32) (result i32) (local $r i32)
  (block $out
    (block $default
      (block $one
        (block $zero (br_table $zero $one $zero $default (local.get $n)))
        (local.set $r (i32.const 10)))
      (local.set $r (i32.add (local.get $r) (i32.const 20)))
      (br $out))
    (local.set $r (i32.const 30)))
  (local.get $r)))`,
    args: [1],
  },
  'multi-value': {
    wat: `
(module
  (func $two (param i32) (result i64 i32) (i64.extend_i32_s (local.get 0)) (i32.const 3))
  (func (export "f") (param $n i32) (result i32 i64)
    (local $x i64)
    (call $two (local.get $n))
    (i32.add (local.get $n))
    (local.set $n)
    (local.set $x)
    (local.get $n) (local.get $x)))`,
    args: [5],
  },
  'quiet-call': {
    wat: `
(module
  (func $square (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))
  (func (export "f") (param $n i32) (result i32)
    (i32.sub (call $square (local.get $n)) (call $square (i32.add (local.get $n) (i32.const 1))))))`,
    args: [5],
  },
  'call-that-is-not-quiet': {
    wat: `
(module (import "e" "host" (func $host (param i32) (result i32)))
  (func (export "f") (param $n i32) (result i32)
    (i32.sub (i32.mul (local.get $n) (i32.const 3)) (call $host (local.get $n)))))`,
    args: [5],
  },
  'ways-that-meet': {
    wat: `
(module (import "e" "host" (func $host (param i32)))
  (func (export "f") (param $n i32) (local $a i32) (local $b i32) (local $c i32)
    (loop $next
      (block $end
        (block $two
          (block $one
            (br_table $one $two $end (local.get $n)))
          (local.set $a (local.get $n))
          (br $end))
        (local.set $b (i32.const 5))
        (call $host (local.get $b))
        (local.set $c (i32.const 7)))
      (call $host (local.get $a))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))`,
    args: [3],
  },
  'call-indirect': {
    wat: `
(module (type $t (func (param i64) (result i64))) (import "e" "host" (func $host (param i32) (result i32)))
  (table funcref (elem $g))
  (func $g (type $t) (i64.extend_i32_s (call $host (i32.wrap_i64 (local.get 0)))))
  (func (export "f") (param $n i64) (param $at i32) (result i64)
    (i64.add (local.get $n) (call_indirect (type $t) (i64.const 7) (local.get $at)))))`,
    args: [5n, 0],
  },
  'call-indirect-by-cases': {
    wat: `
(module (type $t (func (param i32) (result i32))) (table 3 funcref) (elem (i32.const 1) func $g $h)
  (func $g (type $t) (i32.mul (local.get 0) (i32.const 3)))
  (func $h (type $t) (i32.sub (local.get 0) (i32.const 1)))
  (func (export "f") (param $n i32) (param $x i32) (result i32)
    (loop $l
      (local.set $x (call_indirect (type $t) (local.get $x)
        (i32.add (i32.and (local.get $n) (i32.const 1)) (i32.const 1))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x)))`,
    args: [5, 1],
  },
  'tail-call': {
    wat: `
(module (func $f (export "f") (param $n i32) (param $x f64) (result f64)
  (if (i32.eqz (local.get $n)) (then (return (local.get $x))))
  (return_call $f (i32.sub (local.get $n) (i32.const 1)) (f64.add (local.get $x) (f64.const 0.5)))))`,
    args: [5, 1],
  },
  simd: {
    wat: `
(module (memory 1) (func (export "f") (param $p i32) (result i32)
  (local $v v128)
  (local.set $v (i32x4.add (v128.load (local.get $p)) (i32x4.splat (local.get $p))))
  (v128.store offset=16 (local.get $p) (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $v) (local.get $v)))
  (i32x4.extract_lane 2 (local.get $v))))`,
    args: [16],
  },
};

const loops: Readonly<Record<string, GoldenFunction>> = {
  'entry-at-a-nested-loop': {
    wat: `
(module (func (export "f") (param $n i32) (result i32)
  (local $i i32) (local $j i32) (local $sum i32)
  (i32.const 1000)
  (loop $outer
    (local.set $j (i32.const 0))
    (i32.mul (local.get $i) (i32.const 7))
    (loop $inner
      (local.set $sum (i32.add (local.get $sum) (local.get $j)))
      (br_if $inner (i32.lt_s (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 9))))
    (local.set $sum (i32.add (local.get $sum)))
    (br_if $outer (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
  (i32.add (local.get $sum))))`,
    args: [5],
  },
};

/** The function on which probes are shown. */
// A loop without a call would be unrolled.
const probed: GoldenFunction = {
  wat: `
(module (memory 1) (func $g) (func (export "f") (param $n i32) (result i32)
  (local $i i32)
  (loop $next
    (call $g)
    (if (i32.and (local.get $i) (i32.const 1))
      (then (i32.store (i32.shl (local.get $i) (i32.const 2)) (i32.add (local.get $i) (local.get $n)))))
    (br_if $next (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
  (i32.load (i32.const 4))))`,
  args: [5],
};

export const golden = { plain, loops, probed };
