;; RUN: wiz %s
;; RUN: wiz %s one
;; RUN: wiz %s one two
;; RUN: wiz --invoke exit %s 0
;; RUN: wiz --invoke exit %s -1
;; RUN: wiz --invoke exit %s 258
;; Exits with 10 and the number of its arguments.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $arg_sizes (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "exit") (param i32) (call $exit (local.get 0)))
  (func (export "_start")
    (drop (call $arg_sizes (i32.const 0) (i32.const 4)))
    (call $exit (i32.add (i32.const 9) (i32.load (i32.const 0))))
    unreachable))
