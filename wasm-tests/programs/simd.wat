(module
  (memory (export "memory") 1)

  ;; Fills 0 .. 4095 with pseudo-random bytes.
  (func (export "seed") (local $i i32) (local $x i32)
    (local.set $x (i32.const 1))
    (loop $next
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 1013904223)))
      (i32.store8 (local.get $i) (i32.shr_u (local.get $x) (i32.const 24)))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 4096)))))

  ;; The dot product of two vectors of i16 with 8 * n elements.
  (func (export "dot") (param $a i32) (param $b i32) (param $n i32) (result i32) (local $sum v128)
    (loop $next
      (local.set $sum
        (i32x4.add (local.get $sum)
          (i32x4.dot_i16x8_s (v128.load (local.get $a)) (v128.load (local.get $b)))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.add
      (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
      (i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum)))))

  ;; Brightens an image of bytes and writes the result 8192 bytes further on.
  (func (export "brighten") (param $n i32) (param $by i32) (local $i i32)
    (loop $next
      (v128.store offset=8192 (local.get $i)
        (i8x16.add_sat_u (v128.load (local.get $i)) (i8x16.splat (local.get $by))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $n)))))

  ;; Where the byte occurs first; -1 where it does not.
  (func (export "find") (param $byte i32) (param $n i32) (result i32) (local $i i32) (local $mask i32)
    (loop $next
      (local.set $mask
        (i8x16.bitmask (i8x16.eq (v128.load (local.get $i)) (i8x16.splat (local.get $byte)))))
      (if (local.get $mask)
        (then (return (i32.add (local.get $i) (i32.ctz (local.get $mask))))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $n))))
    (i32.const -1))

  ;; Turns the 4 x 4 matrix of f32 at `from` into its transpose at `to`.
  (func (export "transpose") (param $from i32) (param $to i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $a (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
      (v128.load (local.get $from)) (v128.load offset=16 (local.get $from))))
    (local.set $b (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
      (v128.load (local.get $from)) (v128.load offset=16 (local.get $from))))
    (local.set $c (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
      (v128.load offset=32 (local.get $from)) (v128.load offset=48 (local.get $from))))
    (local.set $d (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
      (v128.load offset=32 (local.get $from)) (v128.load offset=48 (local.get $from))))
    (v128.store (local.get $to) (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $a) (local.get $c)))
    (v128.store offset=16 (local.get $to) (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $a) (local.get $c)))
    (v128.store offset=32 (local.get $to) (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $b) (local.get $d)))
    (v128.store offset=48 (local.get $to) (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $b) (local.get $d))))

  ;; A sum of squares in f64x2, with lanes replaced, and mixed widening steps.
  (func (export "norm") (param $n i32) (result f64) (local $sum v128) (local $i i32)
    (loop $next
      (local.set $sum
        (f64x2.add (local.get $sum)
          (f64x2.mul
            (f64x2.convert_low_i32x4_s (i32x4.extend_low_i16x8_s (i16x8.extend_high_i8x16_s (v128.load (local.get $i)))))
            (f64x2.convert_low_i32x4_u (i32x4.extend_high_i16x8_u (i16x8.extend_low_i8x16_u (v128.load (local.get $i))))))))
      (local.set $sum (f64x2.replace_lane 1 (local.get $sum) (f64.sqrt (f64.abs (f64x2.extract_lane 1 (local.get $sum))))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $n))))
    (f64.add (f64x2.extract_lane 0 (local.get $sum)) (f64x2.extract_lane 1 (local.get $sum))))

  (func (export "lanes") (param $address i32)
    (v128.store offset=16384 (local.get $address)
      (v128.load8_lane 5 (local.get $address) (v128.load64_splat (local.get $address))))
    (v128.store16_lane offset=16400 3 (local.get $address) (v128.load32_zero offset=3 (local.get $address)))
    (v128.store offset=16416 (local.get $address)
      (v128.bitselect (v128.load8x8_s (local.get $address)) (v128.load16x4_u (local.get $address))
        (i16x8.q15mulr_sat_s (v128.load (local.get $address)) (v128.load offset=16 (local.get $address))))))
  ;; One byte beyond the memory.
  (func (export "beyond") (param i32) (result i32) (i32x4.extract_lane 0 (v128.load (local.get 0))))
)
