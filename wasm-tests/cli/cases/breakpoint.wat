;; RUN: wiz --probe breakpoint:at=fac+17,stack=1,limit=2 --invoke fac %s 4
;; RUN: wiz --probe 'breakpoint:when=$n == 2,show=$n * global.scale' --invoke fac %s 3
;; RUN: wiz --probe breakpoint:at=fac+19 --invoke fac %s 4
;; RUN: wiz --probe breakpoint:at=fak --invoke fac %s 4
;; RUN: wiz --probe breakpoint:at=0x5 --invoke fac %s 4
;; RUN: wiz --probe 'breakpoint:at=fac,when=$m > 3' --invoke fac %s 4
;; RUN: wiz --probe 'breakpoint:at=fac,when=$n > ' --invoke fac %s 4
;; RUN: wiz --probe breakpoint:limit=-1 --invoke fac %s 4
(module
  (global $scale i32 (i32.const 10))
  (func $fac (export "fac") (param $n i32) (result i32)
    (if (result i32) (i32.le_s (local.get $n) (i32.const 1))
      (then (i32.const 1))
      (else (i32.mul (local.get $n) (call $fac (i32.sub (local.get $n) (i32.const 1))))))))
