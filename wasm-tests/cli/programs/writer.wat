;; Writes 128 blocks of 64 KiB, each of its number; exits with the errno of the first write that fails.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2)
  (func (export "_start")
    (local $block i32) (local $errno i32)
    (loop $next
      (memory.fill (i32.const 65536) (local.get $block) (i32.const 65536))
      (i32.store (i32.const 0) (i32.const 65536))
      (i32.store (i32.const 4) (i32.const 65536))
      (local.set $errno (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (if (local.get $errno) (then (call $exit (local.get $errno))))
      (local.set $block (i32.add (local.get $block) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $block) (i32.const 128))))))
