;; RUN: wiz inspect %s
;; RUN: wiz inspect --json %s
(module $everything
  (type $binary (func (param i32 i32) (result i32)))
  (import "env" "f" (func $imported (type $binary)))
  (import "env" "g" (global $g i64))
  (memory (export "memory") 1 16)
  (table $t 2 10 funcref)
  (global $counter (export "counter") (mut i32) (i32.const 0))
  (start $init)
  (func $init (global.set $counter (i32.const 1)))
  (func (export "add") (type $binary) (i32.add (local.get 0) (local.get 1)))
  (func $fill (memory.fill (i32.const 0) (i32.const 1) (i32.const 2)))
  (func $splat (result v128) (i32x4.splat (i32.const 1)))
  (func $again (param i32) (result i32) (return_call $imported (local.get 0) (local.get 0)))
  (elem (i32.const 0) $imported $init)
  (data (i32.const 8) "data"))
