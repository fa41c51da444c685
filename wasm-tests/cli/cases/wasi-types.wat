;; RUN: wiz %s
(module
  (import "wasi_snapshot_preview1" "fd_seek" (func (param i32 i32 i32 i32) (result i32)))
  (func (export "_start")))
