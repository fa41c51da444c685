;; RUN: wiz --invoke divide %s 1 0
;; RUN: wiz --invoke outer %s
;; RUN: wiz --tier interpreter --invoke endless %s
;; RUN: wiz --invoke load %s 65536
(module $traps
  (memory (export "memory") 1)
  (table 1 funcref)
  (func $divide (export "divide") (param i32 i32) (result i32)
    (i32.div_s (local.get 0) (local.get 1)))
  (func $inner (unreachable))
  (func $middle (call $inner))
  (func (export "outer") (call $middle))
  (func $endless (export "endless") (call $endless))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))
