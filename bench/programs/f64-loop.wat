;; The logistic map: f64 arithmetic, comparisons and a conversion.
(module
  (func $run (export "run") (param $n i32) (result f64) (local $x f64) (local $sum f64)
    (local.set $x (f64.const 0.3))
    (loop $next
      (local.set $x
        (f64.mul (f64.mul (f64.const 3.9) (local.get $x)) (f64.sub (f64.const 1) (local.get $x))))
      (if (f64.gt (local.get $x) (f64.const 0.5))
        (then (local.set $sum (f64.add (local.get $sum) (local.get $x))))
        (else (local.set $sum (f64.sub (local.get $sum) (f64.convert_i32_u (i32.and (local.get $n) (i32.const 1)))))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))
