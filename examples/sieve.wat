;; The sieve of Eratosthenes, one byte a number.
;;
;;   wiz --invoke primes sieve.wasm 1000000
;;
;; Shows loops over memory, and memory that grows with the argument.

(module
  (memory (export "memory") 1)

  ;; Makes room for `bytes` bytes; traps where the host has no more.
  (func $reserve (param $bytes i32)
    (local $missing i32)
    (local.set $missing
      (i32.sub
        (i32.shr_u (i32.add (local.get $bytes) (i32.const 65535)) (i32.const 16))
        (memory.size)))
    (if (i32.gt_s (local.get $missing) (i32.const 0))
      (then
        (if (i32.eq (memory.grow (local.get $missing)) (i32.const -1))
          (then unreachable)))))

  ;; Marks every multiple of `prime` from its square on.
  (func $strike (param $prime i32) (param $limit i32)
    (local $multiple i32)
    (local.set $multiple (i32.mul (local.get $prime) (local.get $prime)))
    (block $done
      (loop $next
        (br_if $done (i32.gt_u (local.get $multiple) (local.get $limit)))
        (i32.store8 (local.get $multiple) (i32.const 1))
        (local.set $multiple (i32.add (local.get $multiple) (local.get $prime)))
        (br $next))))

  ;; The number of primes up to and including `limit`.
  (func $primes (export "primes") (param $limit i32) (result i32)
    (local $n i32) (local $count i32)
    (call $reserve (i32.add (local.get $limit) (i32.const 1)))
    (memory.fill (i32.const 0) (i32.const 0) (i32.add (local.get $limit) (i32.const 1)))
    (local.set $n (i32.const 2))
    (block $done
      (loop $next
        (br_if $done (i32.gt_u (local.get $n) (local.get $limit)))
        (if (i32.eqz (i32.load8_u (local.get $n)))
          (then
            (local.set $count (i32.add (local.get $count) (i32.const 1)))
            ;; The square of a larger number would not fit 32 bits, and is above every limit.
            (if (i32.le_u (local.get $n) (i32.const 65535))
              (then (call $strike (local.get $n) (local.get $limit))))))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br $next)))
    (local.get $count))
)
