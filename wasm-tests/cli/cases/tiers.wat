;; RUN: wiz --tier js --tier-report --invoke sum %s 10
;; RUN: wiz --tier js --tier-report --probe coverage --invoke sum %s 10
;; RUN: wiz --tier js --tier-report --format json --invoke sum %s 10
;; RUN: wiz --tier js --tier-report --invoke fail %s
;; RUN: wiz --threshold 0 --tier-report --invoke sum %s 10
;; RUN: wiz --tier interpreter --tier-report --invoke sum %s 10
;; RUN: wiz --threshold 1000000000 --invoke sum %s 10
(module
  (func $square (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))
  (func (export "sum") (param $n i32) (result i32) (local $sum i32)
    (loop $l
      (local.set $sum (i32.add (local.get $sum) (call $square (local.get $n))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  (func (export "fail") unreachable))
