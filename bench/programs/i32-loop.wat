;; A linear congruential generator: i32 arithmetic, locals, one branch.
(module
  (func $run (export "run") (param $n i32) (result i32) (local $x i32) (local $sum i32)
    (loop $next
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 1013904223)))
      (local.set $sum (i32.xor (local.get $sum) (i32.shr_u (local.get $x) (i32.const 7))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))
