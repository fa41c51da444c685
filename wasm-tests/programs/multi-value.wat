(module
  (func $divmod (export "divmod") (param i32 i32) (result i32 i32)
    (i32.div_u (local.get 0) (local.get 1)) (i32.rem_u (local.get 0) (local.get 1)))
  (func $swap (export "swap") (param i32 i64) (result i64 i32) (local.get 1) (local.get 0))
  (func (export "mixed") (param f32) (result f32 i64 f64 i32)
    (local.get 0) (i64.const -1) (f64.promote_f32 (local.get 0)) (i32.trunc_sat_f32_s (local.get 0)))
  ;; Block parameters: a loop that carries a pair of numbers on the stack.
  (func (export "gcd") (param i32 i32) (result i32) (local $r i32)
    local.get 0
    local.get 1
    (loop $next (param i32 i32) (result i32)
      local.set $r
      (if (param i32) (result i32)
        (i32.eqz (local.get $r))
        (then)
        (else
          local.set 0
          local.get $r
          (i32.rem_u (local.get 0) (local.get $r))
          br $next))))
  (func (export "digits") (param $n i32) (result i32) (local $sum i32)
    (loop $next
      (call $divmod (local.get $n) (i32.const 10))
      (local.set $sum (i32.add (local.get $sum)))
      (br_if $next (local.tee $n)))
    (local.get $sum))
  ;; Branches that keep the top results and drop what is below.
  (func (export "unwind") (param i32) (result i32 i64)
    (block $out (result i32 i64)
      (i32.const 11)
      (i64.const 12)
      (f32.const 13)
      (i32.const 14)
      (i64.const 15)
      (br_if $out (local.get 0))
      drop drop drop))
  (func (export "table") (param i32) (result i32 i32)
    (block $a (result i32 i32)
      (block $b (result i32 i32)
        (i32.const 1) (i32.const 2) (i32.const 3)
        (br_table $a $b $a (local.get 0)))
      (i32.add)
      (i32.const 100)))
  (func (export "many") (result i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (call $divmod (i32.const 17) (i32.const 5)) (call $divmod (i32.const 23) (i32.const 7))
    (call $divmod (i32.const 99) (i32.const 8)) (call $divmod (i32.const 41) (i32.const 6))
    (call $divmod (i32.const 77) (i32.const 9)) (call $divmod (i32.const 31) (i32.const 4)))
)
