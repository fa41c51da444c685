(module $dates
  ;; Gregorian calendar. Days are counted from 1 January of the year 1.
  (func $is_leap (export "is_leap") (param $year i32) (result i32)
    (if (i32.and (local.get $year) (i32.const 3)) (then (return (i32.const 0))))
    (if (i32.rem_s (local.get $year) (i32.const 100)) (then (return (i32.const 1))))
    (i32.eqz (i32.rem_s (local.get $year) (i32.const 400))))

  (func $days_in_month (export "days_in_month") (param $year i32) (param $month i32) (result i32)
    (block $never
      (block $february
        (block $short
          (block $long
            (br_table $never $long $february $long $short $long $short $long $long $short $long $short $long $never
              (local.get $month)))
          (return (i32.const 31)))
        (return (i32.const 30)))
      (return (i32.add (i32.const 28) (call $is_leap (local.get $year)))))
    unreachable)

  ;; Days before the first of January of a year.
  (func $days_before (param $year i32) (result i32)
    (local $past i32)
    (local.set $past (i32.sub (local.get $year) (i32.const 1)))
    (i32.add
      (i32.sub
        (i32.add (i32.mul (local.get $past) (i32.const 365)) (i32.div_s (local.get $past) (i32.const 4)))
        (i32.div_s (local.get $past) (i32.const 100)))
      (i32.div_s (local.get $past) (i32.const 400))))

  (func $day_number (export "day_number") (param $year i32) (param $month i32) (param $day i32) (result i32)
    (local $sum i32)
    (local.set $sum (i32.add (call $days_before (local.get $year)) (local.get $day)))
    (loop $months
      (local.set $month (i32.sub (local.get $month) (i32.const 1)))
      (if (i32.gt_s (local.get $month) (i32.const 0))
        (then
          (local.set $sum (i32.add (local.get $sum) (call $days_in_month (local.get $year) (local.get $month))))
          (br $months))))
    (local.get $sum)))
