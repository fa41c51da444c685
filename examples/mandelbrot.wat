;; The Mandelbrot set, four points at a time with SIMD.
;;
;;   wiz --invoke inside mandelbrot.wasm 64 100
;;
;; Shows v128 arithmetic, comparisons that make masks, and a loop that ends when all lanes are done.

(module
  (memory (export "memory") 16)

  ;; Iterations until each of four points left the circle of radius 2, at most `limit`.
  (func $escape (param $cx v128) (param $cy v128) (param $limit i32) (result v128)
    (local $x v128) (local $y v128) (local $xx v128) (local $yy v128)
    (local $inside v128) (local $count v128)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $limit)))
        (local.set $xx (f32x4.mul (local.get $x) (local.get $x)))
        (local.set $yy (f32x4.mul (local.get $y) (local.get $y)))
        (local.set $inside
          (f32x4.le
            (f32x4.add (local.get $xx) (local.get $yy))
            (v128.const f32x4 4 4 4 4)))
        (br_if $done (i32.eqz (v128.any_true (local.get $inside))))
        ;; a mask is -1 in the lanes still inside
        (local.set $count (i32x4.sub (local.get $count) (local.get $inside)))
        (local.set $y
          (f32x4.add
            (f32x4.mul (v128.const f32x4 2 2 2 2) (f32x4.mul (local.get $x) (local.get $y)))
            (local.get $cy)))
        (local.set $x (f32x4.add (f32x4.sub (local.get $xx) (local.get $yy)) (local.get $cx)))
        (local.set $limit (i32.sub (local.get $limit) (i32.const 1)))
        (br $next)))
    (local.get $count))

  ;; Renders size x size points of [-2, 1] x [-1.5, 1.5], one i32 a point, from address 0 on.
  ;; `size` is a multiple of four, at most 512.
  (func $render (export "render") (param $size i32) (param $limit i32)
    (local $row i32) (local $column i32) (local $to i32) (local $step f32) (local $cx v128)
    (if (i32.or
          (i32.gt_u (local.get $size) (i32.const 512))
          (i32.and (local.get $size) (i32.const 3)))
      (then unreachable))
    (local.set $step (f32.div (f32.const 3) (f32.convert_i32_u (local.get $size))))
    (block $done
      (loop $rows
        (br_if $done (i32.ge_u (local.get $row) (local.get $size)))
        (local.set $column (i32.const 0))
        (loop $columns
          (local.set $cx
            (f32x4.add
              (f32x4.mul
                (f32x4.splat (local.get $step))
                (f32x4.add
                  (f32x4.splat (f32.convert_i32_u (local.get $column)))
                  (v128.const f32x4 0 1 2 3)))
              (v128.const f32x4 -2 -2 -2 -2)))
          (v128.store
            (local.get $to)
            (call $escape
              (local.get $cx)
              (f32x4.splat
                (f32.sub
                  (f32.mul (local.get $step) (f32.convert_i32_u (local.get $row)))
                  (f32.const 1.5)))
              (local.get $limit)))
          (local.set $to (i32.add (local.get $to) (i32.const 16)))
          (br_if $columns
            (i32.lt_u
              (local.tee $column (i32.add (local.get $column) (i32.const 4)))
              (local.get $size))))
        (local.set $row (i32.add (local.get $row) (i32.const 1)))
        (br $rows))))

  ;; How many of the size x size points are still inside after `limit` iterations.
  (func $inside (export "inside") (param $size i32) (param $limit i32) (result i32)
    (local $at i32) (local $end i32) (local $count i32)
    (call $render (local.get $size) (local.get $limit))
    (local.set $end
      (i32.mul (i32.const 4) (i32.mul (local.get $size) (local.get $size))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $count
          (i32.add
            (local.get $count)
            (i32.eq (i32.load (local.get $at)) (local.get $limit))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br $next)))
    (local.get $count))
)
