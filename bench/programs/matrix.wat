;; n x n matrices of f64, multiplied: address arithmetic, f64 loads and stores. n is at most 64.
(module
  (memory 2)
  (func $at (param $matrix i32) (param $row i32) (param $column i32) (result i32)
    (i32.add (local.get $matrix)
      (i32.shl (i32.add (i32.shl (local.get $row) (i32.const 6)) (local.get $column)) (i32.const 3))))
  (func $run (export "run") (param $n i32) (result f64)
    (local $i i32) (local $j i32) (local $k i32) (local $sum f64) (local $a i32) (local $b i32)
    (loop $fill
      (f64.store (local.get $i) (f64.div (f64.convert_i32_u (i32.and (local.get $i) (i32.const 1023))) (f64.const 8)))
      (f64.store offset=32768 (local.get $i) (f64.convert_i32_s (i32.sub (i32.const 300) (i32.and (local.get $i) (i32.const 511)))))
      (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 8))) (i32.const 32768))))
    (local.set $i (i32.const 0))
    (loop $rows
      (local.set $j (i32.const 0))
      (loop $columns
        (local.set $sum (f64.const 0))
        (local.set $k (i32.const 0))
        (local.set $a (call $at (i32.const 0) (local.get $i) (i32.const 0)))
        (local.set $b (call $at (i32.const 32768) (i32.const 0) (local.get $j)))
        (loop $inner
          (local.set $sum
            (f64.add (local.get $sum) (f64.mul (f64.load (local.get $a)) (f64.load (local.get $b)))))
          (local.set $a (i32.add (local.get $a) (i32.const 8)))
          (local.set $b (i32.add (local.get $b) (i32.const 512)))
          (br_if $inner (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (local.get $n))))
        (f64.store (call $at (i32.const 65536) (local.get $i) (local.get $j)) (local.get $sum))
        (br_if $columns (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (local.get $n))))
      (br_if $rows (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (f64.load (call $at (i32.const 65536) (i32.sub (local.get $n) (i32.const 1)) (i32.const 1)))))
