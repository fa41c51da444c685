;; Conway's game of life on a torus of 32 x 16 cells: a glider, for 8 generations.
;;
;;   wiz life.wasm
;;
;; Shows a WASI command written by hand: data segments, a start function, byte loads and stores,
;; bulk memory, and `fd_write`.
;;
;; Memory:
;;       0 ..   511  the cells, one byte each, row by row
;;    1024 ..  1535  the cells of the next generation
;;    2048 ..  2591  the picture: 16 lines of 32 characters and a line feed, then one line feed more
;;    4096 ..  4107  the io vector, and the number of bytes written

(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data $glider "\00\01\00" "\00\00\01" "\01\01\01")
  (global $generation (export "generation") (mut i32) (i32.const 0))

  ;; The address of a cell, coordinates wrapped around.
  (func $cell (param $x i32) (param $y i32) (result i32)
    (i32.add
      (i32.mul (i32.and (local.get $y) (i32.const 15)) (i32.const 32))
      (i32.and (local.get $x) (i32.const 31))))

  ;; Puts the glider's three rows of three cells at (1, 1), when the module is instantiated.
  (func $seed
    (local $row i32)
    (loop $rows
      (memory.init $glider
        (call $cell (i32.const 1) (i32.add (local.get $row) (i32.const 1)))
        (i32.mul (local.get $row) (i32.const 3))
        (i32.const 3))
      (br_if $rows
        (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 1))) (i32.const 3))))
    (data.drop $glider))
  (start $seed)

  (func $alive (export "alive") (param $x i32) (param $y i32) (result i32)
    (i32.load8_u (call $cell (local.get $x) (local.get $y))))

  (func $neighbours (param $x i32) (param $y i32) (result i32)
    (local $dx i32) (local $dy i32) (local $count i32)
    (local.set $dy (i32.const -1))
    (loop $rows
      (local.set $dx (i32.const -1))
      (loop $columns
        (if (i32.or (local.get $dx) (local.get $dy))
          (then
            (local.set $count
              (i32.add
                (local.get $count)
                (call $alive
                  (i32.add (local.get $x) (local.get $dx))
                  (i32.add (local.get $y) (local.get $dy)))))))
        (br_if $columns
          (i32.le_s (local.tee $dx (i32.add (local.get $dx) (i32.const 1))) (i32.const 1))))
      (br_if $rows
        (i32.le_s (local.tee $dy (i32.add (local.get $dy) (i32.const 1))) (i32.const 1))))
    (local.get $count))

  ;; A cell lives on with two or three neighbours, and is born with three.
  (func $rule (param $alive i32) (param $neighbours i32) (result i32)
    (block $dead
      (block $same
        (block $born
          (br_table $dead $dead $same $born $dead (local.get $neighbours)))
        (return (i32.const 1)))
      (return (local.get $alive)))
    (i32.const 0))

  (func $step (export "step")
    (local $x i32) (local $y i32)
    (loop $rows
      (local.set $x (i32.const 0))
      (loop $columns
        (i32.store8 offset=1024
          (call $cell (local.get $x) (local.get $y))
          (call $rule
            (call $alive (local.get $x) (local.get $y))
            (call $neighbours (local.get $x) (local.get $y))))
        (br_if $columns
          (i32.lt_u (local.tee $x (i32.add (local.get $x) (i32.const 1))) (i32.const 32))))
      (br_if $rows
        (i32.lt_u (local.tee $y (i32.add (local.get $y) (i32.const 1))) (i32.const 16))))
    (memory.copy (i32.const 0) (i32.const 1024) (i32.const 512))
    (global.set $generation (i32.add (global.get $generation) (i32.const 1))))

  ;; Draws the picture and writes it to standard output.
  (func $show (export "show")
    (local $x i32) (local $y i32) (local $to i32)
    (local.set $to (i32.const 2048))
    (loop $rows
      (local.set $x (i32.const 0))
      (loop $columns
        (i32.store8
          (local.get $to)
          (select
            (i32.const 0x23) ;; #
            (i32.const 0x2e) ;; .
            (call $alive (local.get $x) (local.get $y))))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (br_if $columns
          (i32.lt_u (local.tee $x (i32.add (local.get $x) (i32.const 1))) (i32.const 32))))
      (i32.store8 (local.get $to) (i32.const 10))
      (local.set $to (i32.add (local.get $to) (i32.const 1)))
      (br_if $rows
        (i32.lt_u (local.tee $y (i32.add (local.get $y) (i32.const 1))) (i32.const 16))))
    (i32.store8 (local.get $to) (i32.const 10))
    (i32.store (i32.const 4096) (i32.const 2048))
    (i32.store (i32.const 4100) (i32.sub (i32.add (local.get $to) (i32.const 1)) (i32.const 2048)))
    (if (call $fd_write (i32.const 1) (i32.const 4096) (i32.const 1) (i32.const 4104))
      (then unreachable)))

  (func (export "_start")
    (call $show)
    (loop $generations
      (call $step)
      (br_if $generations (i32.lt_u (global.get $generation) (i32.const 8))))
    (call $show))
)
