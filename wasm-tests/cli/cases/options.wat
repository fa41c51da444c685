;; RUN: wiz --version
;; RUN: wiz --help
;; RUN: wiz inspect --help
;; RUN: wiz dump --help
;; RUN: wiz
;; RUN: wiz missing.wasm
;; RUN: wiz .
;; RUN: wiz --invok f %s
;; RUN: wiz --invoke
;; RUN: wiz inspect
;; RUN: wiz inspect --jsn %s
;; RUN: wiz inspect %s more
;; RUN: wiz --tier jit %s
;; RUN: wiz --dir missing-folder %s
;; RUN: wiz --dir ::/data %s
;; RUN: wiz --dir a::b::c %s
;; RUN: wiz --format json %s
;; RUN: wiz --out report.json %s
;; RUN: wiz --probe nonsense %s
;; RUN: wiz %s --invoke is for the program
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
  (func (export "_start")))
