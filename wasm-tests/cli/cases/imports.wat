;; RUN: wiz --invoke main %s
;; RUN: wiz --stub-imports --invoke main %s
;; RUN: wiz --stub-imports --invoke count %s
(module
  (import "env" "log" (func $log (param i32 f64)))
  (import "env" "now" (func $now (result i64)))
  (import "env" "pair" (func $pair (result i32 f32)))
  (import "env" "memory" (memory 1 2))
  (import "env" "table" (table 3 funcref))
  (import "config" "level" (global $level (mut i32)))
  (func (export "main") (result i64)
    (call $log (i32.const 42) (f64.const 0.5))
    (drop (drop (call $pair)))
    (i64.add (call $now) (i64.const 1)))
  (func (export "count") (result i32 i32 i32)
    (memory.size) (table.size 0) (global.get $level)))
