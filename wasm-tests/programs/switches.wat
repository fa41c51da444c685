;; What compilers make of a switch: blocks that begin with each other, and a br_table in the innermost.
(module
  (memory 1)
  (global $calls (mut i32) (i32.const 0))
  (func $note (param i32) (result i32)
    (global.set $calls (i32.add (i32.mul (global.get $calls) (i32.const 7)) (local.get 0)))
    (global.get $calls))

  ;; Clauses that leave, and some that go on into the next.
  (func (export "plain") (param i32) (result i32) (local $r i32)
    (block $out
      (block $default
        (block $two
          (block $one
            (block $zero (br_table $zero $one $two $zero $default (local.get 0)))
            (local.set $r (i32.const 10)))
          (local.set $r (i32.add (local.get $r) (i32.const 20)))
          (br $out))
        (local.set $r (i32.add (local.get $r) (i32.const 30))))
      (local.set $r (i32.add (local.get $r) (i32.const 40))))
    (local.get $r))

  ;; A machine that the table resumes, as Go does: each clause says where to go on.
  (func (export "resumed") (param $n i32) (result i32) (local $pc i32) (local $sum i32)
    (loop $again
      (block $four
        (block $three
          (block $two
            (block $one
              (block $zero (br_table $zero $one $two $three $four (local.get $pc)))
              (local.set $sum (call $note (local.get $n)))
              (local.set $pc (i32.const 2))
              (br $again))
            (local.set $sum (i32.add (local.get $sum) (i32.const 100)))
            (if (i32.and (local.get $n) (i32.const 1))
              (then (local.set $pc (i32.const 3)) (br $again))))
          (local.set $sum (i32.mul (local.get $sum) (i32.const 3)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (if (i32.gt_s (local.get $n) (i32.const 0))
            (then (local.set $pc (i32.const 1)) (br $again)))
          (local.set $pc (i32.const 4))
          (br $again))
        (local.set $sum (i32.xor (local.get $sum) (call $note (i32.const 5))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br_if $again (i32.gt_s (local.get $n) (i32.const -3))))
      (local.set $sum (i32.add (local.get $sum) (local.get $n))))
    (local.get $sum))

  ;; A clause whose end something else leads to as well ends the switch; the blocks outside stay blocks.
  (func (export "shared") (param i32 i32) (result i32) (local $r i32)
    (block $c
      (block $b
        (block $a
          (block $first
            (block $zero (br_table $zero $a $b $first $c (local.get 0)))
            (local.set $r (i32.const 1)))
          (local.set $r (i32.add (local.get $r) (i32.const 2)))
          (br_if $b (local.get 1)))
        (local.set $r (i32.add (local.get $r) (i32.const 4))))
      (local.set $r (i32.add (local.get $r) (i32.const 8))))
    (i32.add (local.get $r) (i32.const 16)))

  ;; Operands below, a table whose default is in the middle, loops and calls in clauses, and code before the table.
  (func (export "around") (param $i i32) (param $n i32) (result i32) (local $k i32)
    (local.get $n)
    (i32.mul (local.get $i) (i32.const 5))
    (block $end
      (block $two
        (block $one
          (block $zero
            (if (i32.eq (local.get $i) (i32.const 77)) (then (br $end)))
            (local.set $k (call $note (i32.const 1)))
            (br_table $zero $two $one (i32.sub (local.get $i) (i32.const 1))))
          (loop $l
            (local.set $k (i32.add (local.get $k) (call $note (local.get $n))))
            (local.set $n (i32.sub (local.get $n) (i32.const 1)))
            (br_if $l (i32.gt_s (local.get $n) (i32.const 0)))))
        (loop $l
          (local.set $k (i32.add (local.get $k) (local.get $n)))
          (br_if $l (i32.lt_s (local.tee $n (i32.add (local.get $n) (i32.const 3))) (i32.const 20)))))
      (i32.store (i32.shl (local.get $i) (i32.const 16)) (local.get $k)))
    (i32.add)
    (i32.add (local.get $k)))

  ;; A switch in a clause of a switch, one that nothing reaches, and the function's own label in a table.
  (func (export "inner") (param i32 i32) (result i32) (local $r i32)
    (block $b
      (block $a
        (br_table $a $b (local.get 0)))
      (block $y
        (block $x
          (block $w (br_table $w $x $y (local.get 1)))
          (local.set $r (i32.const 100)))
        (local.set $r (i32.add (local.get $r) (i32.const 200)))
        (br $b)
        (block $v (block $u (br_table $u $v $b (local.get 1))) (local.set $r (i32.const 9)))
        (local.set $r (i32.const 8)))
      (local.set $r (i32.add (local.get $r) (i32.const 300))))
    (i32.add (local.get $r) (i32.const 1)))
  (func (export "leaves") (param i32) (local $k i32)
    (block $b
      (block $a (br_table $a 2 $b (local.get 0)))
      (drop (call $note (i32.const 2))))
    (drop (call $note (i32.const 3))))
  (func (export "calls") (result i32) (global.get $calls))
)
