(module
  (memory (export "memory") 1)
  (data (i32.const 0) "the quick brown fox jumps over the lazy dog")

  (func (export "fnv1a64") (param $length i32) (result i64) (local $hash i64) (local $i i32)
    (local.set $hash (i64.const 0xcbf29ce484222325))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $length)))
        (local.set $hash
          (i64.mul
            (i64.xor (local.get $hash) (i64.load8_u (local.get $i)))
            (i64.const 0x100000001b3)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $hash))

  (global $state (export "state") (mut i64) (i64.const 1))
  (func $splitmix (export "splitmix") (result i64) (local $z i64)
    (global.set $state (i64.add (global.get $state) (i64.const 0x9e3779b97f4a7c15)))
    (local.set $z (global.get $state))
    (local.set $z
      (i64.mul
        (i64.xor (local.get $z) (i64.shr_u (local.get $z) (i64.const 30)))
        (i64.const 0xbf58476d1ce4e5b9)))
    (local.set $z
      (i64.mul
        (i64.xor (local.get $z) (i64.shr_u (local.get $z) (i64.const 27)))
        (i64.const 0x94d049bb133111eb)))
    (i64.xor (local.get $z) (i64.shr_u (local.get $z) (i64.const 31))))

  ;; Every i64 operation folded into one number, over many random operands.
  (func (export "stir") (param $rounds i32) (result i64) (local $a i64) (local $b i64) (local $h i64)
    (loop $next
      (local.set $a (call $splitmix))
      (local.set $b (i64.shr_s (call $splitmix) (i64.and (local.get $a) (i64.const 63))))
      (local.set $h (i64.add (i64.rotl (local.get $h) (i64.const 9)) (i64.mul (local.get $a) (local.get $b))))
      (local.set $h (i64.xor (local.get $h) (i64.sub (local.get $a) (local.get $b))))
      (local.set $h (i64.add (local.get $h) (i64.rotr (local.get $a) (local.get $b))))
      (local.set $h (i64.xor (local.get $h) (i64.shl (local.get $a) (local.get $b))))
      (local.set $h (i64.add (local.get $h) (i64.clz (local.get $b))))
      (local.set $h (i64.add (i64.mul (local.get $h) (i64.const 3)) (i64.ctz (local.get $b))))
      (local.set $h (i64.add (i64.mul (local.get $h) (i64.const 5)) (i64.popcnt (local.get $a))))
      (local.set $h (i64.xor (local.get $h) (i64.and (local.get $a) (local.get $b))))
      (local.set $h (i64.add (local.get $h) (i64.or (local.get $a) (local.get $b))))
      (if (i64.ne (local.get $b) (i64.const 0))
        (then
          (local.set $h (i64.xor (local.get $h) (i64.div_u (local.get $a) (local.get $b))))
          (local.set $h (i64.add (local.get $h) (i64.rem_u (local.get $a) (local.get $b))))
          (if (i64.ne (local.get $b) (i64.const -1))
            (then (local.set $h (i64.xor (local.get $h) (i64.div_s (local.get $a) (local.get $b))))))
          (local.set $h (i64.add (local.get $h) (i64.rem_s (local.get $a) (local.get $b))))))
      (local.set $h
        (i64.add (local.get $h)
          (i64.extend_i32_s
            (i32.add
              (i32.add (i64.lt_s (local.get $a) (local.get $b)) (i32.shl (i64.lt_u (local.get $a) (local.get $b)) (i32.const 1)))
              (i32.add
                (i32.shl (i64.gt_s (local.get $h) (local.get $b)) (i32.const 2))
                (i32.shl (i64.ge_u (local.get $h) (local.get $b)) (i32.const 3)))))))
      (local.set $h
        (i64.xor
          (i64.add (i64.extend8_s (local.get $h)) (i64.extend16_s (local.get $a)))
          (i64.add (local.get $h) (i64.extend32_s (local.get $b)))))
      (br_if $next (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
    (local.get $h))

  ;; The same for i32, with a linear congruential generator.
  (func (export "stir32") (param $rounds i32) (result i32) (local $a i32) (local $b i32) (local $h i32)
    (local.set $a (i32.const 12345))
    (loop $next
      (local.set $a (i32.add (i32.mul (local.get $a) (i32.const 1103515245)) (i32.const 12345)))
      (local.set $b (i32.shr_s (local.get $a) (i32.and (local.get $h) (i32.const 31))))
      (local.set $h (i32.add (i32.rotl (local.get $h) (i32.const 5)) (i32.mul (local.get $a) (local.get $b))))
      (local.set $h (i32.xor (local.get $h) (i32.rotr (local.get $a) (local.get $b))))
      (local.set $h (i32.add (local.get $h) (i32.shl (local.get $b) (local.get $a))))
      (local.set $h (i32.sub (local.get $h) (i32.shr_u (local.get $a) (local.get $b))))
      (local.set $h (i32.add (i32.mul (local.get $h) (i32.const 3)) (i32.clz (local.get $b))))
      (local.set $h (i32.add (i32.mul (local.get $h) (i32.const 5)) (i32.ctz (local.get $a))))
      (local.set $h (i32.add (i32.mul (local.get $h) (i32.const 7)) (i32.popcnt (local.get $a))))
      (if (i32.gt_u (i32.add (local.get $b) (i32.const 1)) (i32.const 1))
        (then
          (local.set $h (i32.xor (local.get $h) (i32.div_u (local.get $a) (local.get $b))))
          (local.set $h (i32.add (local.get $h) (i32.rem_u (local.get $a) (local.get $b))))
          (local.set $h (i32.xor (local.get $h) (i32.div_s (local.get $a) (local.get $b))))
          (local.set $h (i32.add (local.get $h) (i32.rem_s (local.get $a) (local.get $b))))))
      (local.set $h (i32.add (local.get $h) (i32.extend8_s (local.get $a))))
      (local.set $h (i32.xor (local.get $h) (i32.extend16_s (local.get $b))))
      (local.set $h (i32.add (local.get $h) (i32.wrap_i64 (i64.mul (i64.extend_i32_u (local.get $a)) (i64.extend_i32_s (local.get $b))))))
      (br_if $next (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
    (local.get $h))
)
