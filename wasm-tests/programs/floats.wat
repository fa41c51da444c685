(module
  ;; A sum in which the order and the rounding of every step matters.
  (func (export "harmonic32") (param $n i32) (result f32) (local $sum f32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $n)))
        (local.set $sum
          (f32.add (local.get $sum) (f32.div (f32.const 1) (f32.convert_i32_u (local.get $n)))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $next)))
    (local.get $sum))
  (func (export "harmonic64") (param $n i32) (result f64) (local $sum f64)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $n)))
        (local.set $sum
          (f64.add (local.get $sum) (f64.div (f64.const 1) (f64.convert_i32_u (local.get $n)))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $next)))
    (local.get $sum))

  ;; Newton's method: converges only when division and rounding are exact.
  (func (export "cube_root") (param $x f64) (result f64) (local $y f64) (local $i i32)
    (local.set $y (local.get $x))
    (loop $next
      (local.set $y
        (f64.div
          (f64.add
            (f64.mul (f64.const 2) (local.get $y))
            (f64.div (local.get $x) (f64.mul (local.get $y) (local.get $y))))
          (f64.const 3)))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100))))
    (local.get $y))

  (func (export "minmax32") (param f32 f32) (result f32 f32)
    (f32.min (local.get 0) (local.get 1)) (f32.max (local.get 0) (local.get 1)))
  (func (export "minmax64") (param f64 f64) (result f64 f64)
    (f64.min (local.get 0) (local.get 1)) (f64.max (local.get 0) (local.get 1)))
  (func (export "round32") (param f32) (result f32 f32 f32 f32 f32)
    (f32.nearest (local.get 0)) (f32.floor (local.get 0)) (f32.ceil (local.get 0))
    (f32.trunc (local.get 0)) (f32.sqrt (local.get 0)))
  (func (export "round64") (param f64) (result f64 f64 f64 f64 f64)
    (f64.nearest (local.get 0)) (f64.floor (local.get 0)) (f64.ceil (local.get 0))
    (f64.trunc (local.get 0)) (f64.sqrt (local.get 0)))
  (func (export "compare64") (param f64 f64) (result i32 i32 i32 i32 i32 i32)
    (f64.eq (local.get 0) (local.get 1)) (f64.ne (local.get 0) (local.get 1))
    (f64.lt (local.get 0) (local.get 1)) (f64.gt (local.get 0) (local.get 1))
    (f64.le (local.get 0) (local.get 1)) (f64.ge (local.get 0) (local.get 1)))

  (func (export "trunc_i32_s") (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
  (func (export "trunc_i32_u") (param f64) (result i32) (i32.trunc_f64_u (local.get 0)))
  (func (export "trunc_i64_s") (param f64) (result i64) (i64.trunc_f64_s (local.get 0)))
  (func (export "trunc_i64_u") (param f64) (result i64) (i64.trunc_f64_u (local.get 0)))
  (func (export "trunc32_i32_u") (param f32) (result i32) (i32.trunc_f32_u (local.get 0)))
  (func (export "trunc32_i64_u") (param f32) (result i64) (i64.trunc_f32_u (local.get 0)))
  (func (export "saturate") (param f64) (result i32 i32 i64 i64)
    (i32.trunc_sat_f64_s (local.get 0)) (i32.trunc_sat_f64_u (local.get 0))
    (i64.trunc_sat_f64_s (local.get 0)) (i64.trunc_sat_f64_u (local.get 0)))
  (func (export "convert_i64") (param i64) (result f32 f32 f64 f64)
    (f32.convert_i64_s (local.get 0)) (f32.convert_i64_u (local.get 0))
    (f64.convert_i64_s (local.get 0)) (f64.convert_i64_u (local.get 0)))
  (func (export "convert_i32") (param i32) (result f32 f32 f64 f64)
    (f32.convert_i32_s (local.get 0)) (f32.convert_i32_u (local.get 0))
    (f64.convert_i32_s (local.get 0)) (f64.convert_i32_u (local.get 0)))
  (func (export "demote") (param f64) (result f32) (f32.demote_f64 (local.get 0)))
)
