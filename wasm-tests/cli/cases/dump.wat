;; RUN: wiz dump %s
;; RUN: wiz dump %s second
;; RUN: wiz dump %s 2
;; RUN: wiz dump %s secnd
;; RUN: wiz dump %s 9
;; RUN: wiz dump %s log
;; RUN: wiz dump %s env.log
;; RUN: wiz dump
(module
  (import "env" "log" (func $log (param i32)))
  (memory 1)
  (table $t 1 funcref)
  (global $g (mut f32) (f32.const 0))
  (type $pair (func (param i32) (result i32 i32)))
  (func $first (export "second") (param $x i32) (result i32)
    (local $i i32) (local i64 i64)
    block $out (result i32)
      loop $again
        local.get $i
        i32.const -7
        i32.add
        local.tee $i
        br_if $again
        local.get $x
        br_table 1 $again $out
      end
      unreachable
    end
    if (result i32)
      i32.const 16
      i32.load offset=4 align=1
    else
      i32.const 0x7fffffff
    end
    i32.const 3
    call_indirect $t (type $pair)
    drop)
  (func $numbers
    f32.const 0.1
    global.set $g
    f64.const -nan:0x123
    i64.const -9223372036854775808
    v128.const i32x4 1 2 3 0xffffffff
    i8x16.extract_lane_s 3
    i32.const 5
    call $log
    ref.null extern
    i32.const 0 i32.const 0 i32.const 0 memory.copy
    i32.const 1 i32.const 2 i32.const 3 select (result i32)
    drop drop drop drop drop))
