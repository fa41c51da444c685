;; RUN: wiz --invoke i32 %s -1
;; RUN: wiz --invoke i32 %s 0xffff_ffff
;; RUN: wiz --invoke i32 %s -0x80000000
;; RUN: wiz --invoke i32 %s 4294967296
;; RUN: wiz --invoke i32 %s -2147483649
;; RUN: wiz --invoke i32 %s 1.5
;; RUN: wiz --invoke i32 %s ''
;; RUN: wiz --invoke i64 %s 18446744073709551615
;; RUN: wiz --invoke i64 %s -9223372036854775808
;; RUN: wiz --invoke i64 %s 0x1_0000_0000_0000_0000
;; RUN: wiz --invoke f32 %s 0.1
;; RUN: wiz --invoke f32 %s 16777217
;; RUN: wiz --invoke f32 %s 1e39
;; RUN: wiz --invoke f32 %s -0
;; RUN: wiz --invoke f64 %s 0.1
;; RUN: wiz --invoke f64 %s -1.5e-300
;; RUN: wiz --invoke f64 %s nan
;; RUN: wiz --invoke f64 %s -inf
;; RUN: wiz --invoke f64 %s 0x10
;; RUN: wiz --invoke f64 %s one
;; RUN: wiz --invoke reference %s null
;; RUN: wiz --invoke reference %s 1
;; RUN: wiz --invoke function %s
(module
  (func (export "i32") (param i32) (result i32) (local.get 0))
  (func (export "i64") (param i64) (result i64) (local.get 0))
  (func (export "f32") (param f32) (result f32) (local.get 0))
  (func (export "f64") (param f64) (result f64) (local.get 0))
  (func (export "reference") (param externref) (result externref) (local.get 0))
  (func $f (export "function") (result funcref) (ref.func $f)))
