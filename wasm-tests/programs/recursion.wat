(module
  (func $ackermann (export "ackermann") (param $m i32) (param $n i32) (result i32)
    (if (i32.eqz (local.get $m)) (then (return (i32.add (local.get $n) (i32.const 1)))))
    (if (i32.eqz (local.get $n))
      (then (return (call $ackermann (i32.sub (local.get $m) (i32.const 1)) (i32.const 1)))))
    (call $ackermann
      (i32.sub (local.get $m) (i32.const 1))
      (call $ackermann (local.get $m) (i32.sub (local.get $n) (i32.const 1)))))

  (func $even (export "even") (param i64) (result i32)
    (if (result i32) (i64.eqz (local.get 0))
      (then (i32.const 1))
      (else (call $odd (i64.sub (local.get 0) (i64.const 1))))))
  (func $odd (export "odd") (param i64) (result i32)
    (if (result i32) (i64.eqz (local.get 0))
      (then (i32.const 0))
      (else (call $even (i64.sub (local.get 0) (i64.const 1))))))

  ;; Moves of the towers of Hanoi, written down: from * 4 + to, as a number in base 16 modulo 2^64.
  (global $moves (export "moves") (mut i64) (i64.const 0))
  (global $count (export "count") (mut i32) (i32.const 0))
  (func $hanoi (export "hanoi") (param $discs i32) (param $from i32) (param $to i32)
    (local $other i32)
    (if (i32.eqz (local.get $discs)) (then (return)))
    (local.set $other (i32.sub (i32.const 3) (i32.add (local.get $from) (local.get $to))))
    (call $hanoi (i32.sub (local.get $discs) (i32.const 1)) (local.get $from) (local.get $other))
    (global.set $moves
      (i64.add
        (i64.rotl (global.get $moves) (i64.const 4))
        (i64.extend_i32_u (i32.add (i32.mul (local.get $from) (i32.const 4)) (local.get $to)))))
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (call $hanoi (i32.sub (local.get $discs) (i32.const 1)) (local.get $other) (local.get $to)))

  ;; Every frame holds values of all number types across the call.
  (func $factorial (export "factorial") (param $n f64) (result f64)
    (local $i i32) (local $l i64) (local $f f32)
    (local.set $i (i32.trunc_f64_s (local.get $n)))
    (local.set $l (i64.trunc_f64_s (local.get $n)))
    (local.set $f (f32.demote_f64 (local.get $n)))
    (if (f64.lt (local.get $n) (f64.const 2)) (then (return (f64.const 1))))
    (f64.mul
      (call $factorial (f64.sub (local.get $n) (f64.const 1)))
      (f64.div
        (f64.add
          (f64.add (f64.convert_i32_s (local.get $i)) (f64.convert_i64_s (local.get $l)))
          (f64.promote_f32 (local.get $f)))
        (f64.const 3))))

  (func $endless (export "endless") (result i32)
    (i32.add (call $endless) (i32.const 1)))
)
