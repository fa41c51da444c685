;; Fibonacci numbers, twice: the slow way and the fast way.
;;
;;   wiz --invoke fib fib.wasm 30
;;
;; `fib` is little but calls, so it shows what a call costs; `fib_fast` never recurses, so
;; coverage, branch and call reports of the two differ for the same result.

(module
  ;; i32: exact up to fib(46).
  (func $fib (export "fib") (param $n i32) (result i32)
    (if (i32.lt_u (local.get $n) (i32.const 2))
      (then (return (local.get $n))))
    (i32.add
      (call $fib (i32.sub (local.get $n) (i32.const 1)))
      (call $fib (i32.sub (local.get $n) (i32.const 2)))))

  ;; i64: exact up to fib_fast(92).
  (func $fib_fast (export "fib_fast") (param $n i32) (result i64)
    (local $a i64) (local $b i64)
    (local.set $b (i64.const 1))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $n)))
        ;; a, b = b, a + b
        local.get $b
        (i64.add (local.get $a) (local.get $b))
        local.set $b
        local.set $a
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $next)))
    (local.get $a))
)
