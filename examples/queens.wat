;; In how many ways do n queens stand on an n x n board without threatening each other?
;;
;;   wiz --invoke queens queens.wasm 8
;;
;; Shows deep recursion, and a search whose branch counts tell its story: rows are tried by bit masks.

(module
  ;; Threatened squares of the next row: straight down, down to the left, down to the right.
  (func $place (param $all i32) (param $columns i32) (param $left i32) (param $right i32) (result i32)
    (local $free i32) (local $queen i32) (local $ways i32)
    (if (i32.eq (local.get $columns) (local.get $all))
      (then (return (i32.const 1))))
    (local.set $free
      (i32.and
        (local.get $all)
        (i32.xor
          (i32.or (local.get $columns) (i32.or (local.get $left) (local.get $right)))
          (i32.const -1))))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $free)))
        ;; the lowest free square
        (local.set $queen (i32.and (local.get $free) (i32.sub (i32.const 0) (local.get $free))))
        (local.set $free (i32.xor (local.get $free) (local.get $queen)))
        (local.set $ways
          (i32.add
            (local.get $ways)
            (call $place
              (local.get $all)
              (i32.or (local.get $columns) (local.get $queen))
              (i32.shl (i32.or (local.get $left) (local.get $queen)) (i32.const 1))
              (i32.shr_u (i32.or (local.get $right) (local.get $queen)) (i32.const 1)))))
        (br $next)))
    (local.get $ways))

  (func $queens (export "queens") (param $n i32) (result i32)
    ;; 32 columns do not fit the shifts of one mask
    (if (i32.gt_u (local.get $n) (i32.const 31)) (then unreachable))
    (call $place
      (i32.sub (i32.shl (i32.const 1) (local.get $n)) (i32.const 1))
      (i32.const 0) (i32.const 0) (i32.const 0)))
)
