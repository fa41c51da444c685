;; RUN: wiz --tier %s
;; RUN: wiz --tier
;; RUN: wiz --threshold few %s
;; RUN: wiz --threshold -1 %s
;; RUN: wiz --threshold 1.5 %s
;; RUN: wiz --threshold 1000000001 %s
;; RUN: wiz --threshold 5 --tier interpreter %s
;; RUN: wiz --threshold 5 --tier js %s
;; RUN: wiz --tier-report --format lcov %s
;; RUN: wiz --tier-report --format json --probe coverage %s
;; RUN: wiz %s --tier js
(module (func (export "f")))
