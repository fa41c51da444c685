(module
  (import "host" "log" (func $log (param i32)))
  (import "host" "trap" (global $trap i32))
  (memory (export "memory") 1)
  (data (i32.const 0) "\2a")
  (func $main
    (call $log (i32.load8_u (i32.const 0)))
    (i32.store8 (i32.const 1) (i32.const 43))
    (if (global.get $trap) (then unreachable))
    (call $log (i32.const 2)))
  (func (export "seen") (result i32) (i32.load16_u (i32.const 0)))
  (start $main)
)
