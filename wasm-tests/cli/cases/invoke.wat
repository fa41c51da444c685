;; RUN: wiz --invoke fib %s 20
;; RUN: wiz --invoke swap %s 1 -2
;; RUN: wiz --invoke nothing %s
;; RUN: wiz --invoke fbi %s 20
;; RUN: wiz --invoke quite-different %s
;; RUN: wiz --invoke fib %s
;; RUN: wiz --invoke fib %s 1 2
;; RUN: wiz --invoke table %s
;; RUN: wiz --invoke vector %s 1
;; RUN: wiz %s
(module
  (table (export "table") 1 funcref)
  (func $fib (export "fib") (param $n i32) (result i32)
    (if (result i32) (i32.lt_s (local.get $n) (i32.const 2))
      (then (local.get $n))
      (else (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1)))
                     (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
  (func (export "swap") (param i32 i64) (result i64 i32) (local.get 1) (local.get 0))
  (func (export "nothing"))
  (func (export "vector") (param v128)))
