;; RUN: wiz %s
;; RUN: wiz %s one --two 'three four'
;; RUN: wiz --env GREETING --env LANG=C %s one
;; RUN: wiz --env NOT_SET_HERE %s
;; RUN: wiz --env =x %s
;; Prints its arguments and its environment, each on a line.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $arg_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; Prints $size bytes of strings at 4096, their final zeros as ends of lines.
  (func $print (param $size i32)
    (local $i i32)
    (loop $next
      (if (i32.lt_u (local.get $i) (local.get $size))
        (then
          (if (i32.eqz (i32.load8_u offset=4096 (local.get $i)))
            (then (i32.store8 offset=4096 (local.get $i) (i32.const 10))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $next))))
    (i32.store (i32.const 16) (i32.const 4096))
    (i32.store (i32.const 20) (local.get $size))
    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24))))
  (func (export "_start")
    (drop (call $arg_sizes (i32.const 0) (i32.const 4)))
    (drop (call $args (i32.const 1024) (i32.const 4096)))
    (call $print (i32.load (i32.const 4)))
    (drop (call $environ_sizes (i32.const 0) (i32.const 4)))
    (drop (call $environ (i32.const 1024) (i32.const 4096)))
    (call $print (i32.load (i32.const 4)))))
