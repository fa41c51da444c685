;; Says "ready", then waits: for nothing in an endless loop, for input, or for a clock.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 100) "ready\n")
  (func $ready
    (i32.store (i32.const 0) (i32.const 100))
    (i32.store (i32.const 4) (i32.const 6))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func (export "loop")
    (call $ready)
    (loop $again (br $again)))
  ;; Returns the number of bytes read.
  (func (export "input") (result i32)
    (call $ready)
    (i32.store (i32.const 0) (i32.const 200))
    (i32.store (i32.const 4) (i32.const 100))
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.load (i32.const 8)))
  ;; A subscription to the monotonic clock, an hour from now.
  (func (export "clock") (result i32)
    (call $ready)
    (i32.store (i32.const 1016) (i32.const 1))
    (i64.store (i32.const 1024) (i64.const 3600000000000))
    (call $poll (i32.const 1000) (i32.const 2000) (i32.const 1) (i32.const 3000)))
  ;; Waits until input can be read; returns the number of bytes that are there.
  (func (export "poll-input") (result i64)
    (call $ready)
    (i32.store8 (i32.const 1008) (i32.const 1))
    (drop (call $poll (i32.const 1000) (i32.const 2000) (i32.const 1) (i32.const 3000)))
    (i64.load (i32.const 2016))))
