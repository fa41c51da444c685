;; RUN: wiz overhead --help
;; RUN: wiz overhead
;; RUN: wiz overhead missing.wasm
;; RUN: wiz overhead --probe hotness:nonsense=1 %s
;; RUN: wiz overhead --probe hotness, %s
;; RUN: wiz overhead --probe calls,calls %s
;; RUN: wiz overhead --runs 0 %s
;; RUN: wiz overhead --warmup -1 %s
;; RUN: wiz overhead --tier jit %s
;; RUN: wiz overhead --tier js --threshold 5 %s
;; RUN: wiz overhead --format xml %s
;; RUN: wiz overhead --format text,json %s
;; RUN: wiz overhead --out no/such/folder/x.txt %s
;; RUN: wiz overhead --invoke nothing %s
;; RUN: wiz overhead --dir missing-folder %s
;; RUN: wiz overheat %s
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
  (func $main (export "_start")))
