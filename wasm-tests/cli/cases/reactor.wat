;; RUN: wiz %s
;; RUN: wiz --invoke get %s
;; A reactor: its functions work once it is initialised.
(module
  (global $value (mut i32) (i32.const 0))
  (func (export "_initialize") (global.set $value (i32.const 42)))
  (func (export "get") (result i32) (global.get $value)))
