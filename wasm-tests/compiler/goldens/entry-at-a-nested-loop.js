// (module (func (export "f") (param $n i32) (result i32)
//   (local $i i32) (local $j i32) (local $sum i32)
//   (i32.const 1000)
//   (loop $outer
//     (local.set $j (i32.const 0))
//     (i32.mul (local.get $i) (i32.const 7))
//     (loop $inner
//       (local.set $sum (i32.add (local.get $sum) (local.get $j)))
//       (br_if $inner (i32.lt_s (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 9))))
//     (local.set $sum (i32.add (local.get $sum)))
//     (br_if $outer (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
//   (i32.add (local.get $sum))))

function make() {
  function wasm_f(d, fp) {
    let l0 = i32s[fp], l1 = i32s[fp + 4], l2 = i32s[fp + 8], l3 = i32s[fp + 12], i1 = i32s[fp + 20], enters = true;
    L6: for (;;) {
      if (!enters) {
        l2 = 0;
        i1 = Math.imul(l1, 7);
      }
      L17: for (;;) {
        C17: {
          enters = false;
          l3 = l3 + l2 | 0;
          l2 = l2 + 1 | 0;
          if (l2 < 9) break C17;
          break L17;
        }
        C17: {
          enters = false;
          l3 = l3 + l2 | 0;
          l2 = l2 + 1 | 0;
          if (l2 < 9) break C17;
          break L17;
        }
        C17: {
          enters = false;
          l3 = l3 + l2 | 0;
          l2 = l2 + 1 | 0;
          if (l2 < 9) break C17;
          break L17;
        }
        C17: {
          enters = false;
          l3 = l3 + l2 | 0;
          l2 = l2 + 1 | 0;
          if (l2 < 9) break C17;
          break L17;
        }
      }
      l3 = i1 + l3 | 0;
      l1 = l1 + 1 | 0;
      if (l1 < l0) continue L6;
      break;
    }
    return 1000 + l3 | 0;
  }
}
