;; f32x4 multiplication and addition over 64 KiB, n times.
(module
  (memory 1)
  (func $run (export "run") (param $n i32) (result f32) (local $i i32) (local $sum v128)
    (loop $next
      (local.set $i (i32.const 0))
      (loop $vectors
        (local.set $sum
          (f32x4.add (local.get $sum)
            (f32x4.mul (v128.load (local.get $i)) (f32x4.convert_i32x4_s (i32x4.splat (local.get $i))))))
        (v128.store (local.get $i) (f32x4.splat (f32.convert_i32_u (i32.shr_u (local.get $i) (i32.const 8)))))
        (br_if $vectors
          (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (i32.const 65536))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (f32x4.extract_lane 1 (local.get $sum))))
