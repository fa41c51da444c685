// (module (func (export "f") (param $n i32) (result i32)
//   (local $sum i32)
//   (block $done
//     (loop $next
//       (br_if $done (i32.eqz (local.get $n)))
//       (local.set $sum (i32.add (local.get $sum) (local.get $n)))
//       (local.set $n (i32.sub (local.get $n) (i32.const 1)))
//       (br $next)))
//   (local.get $sum)))

function make() {
  function wasm_f(l0, d, fp) {
    let l1 = 0;
    L3: {
      L5: for (;;) {
        C5: {
          if (l0 === 0) break L3;
          l1 = l1 + l0 | 0;
          l0 = l0 - 1 | 0;
          break C5;
        }
        C5: {
          if (l0 === 0) break L3;
          l1 = l1 + l0 | 0;
          l0 = l0 - 1 | 0;
          break C5;
        }
        C5: {
          if (l0 === 0) break L3;
          l1 = l1 + l0 | 0;
          l0 = l0 - 1 | 0;
          break C5;
        }
        C5: {
          if (l0 === 0) break L3;
          l1 = l1 + l0 | 0;
          l0 = l0 - 1 | 0;
          break C5;
        }
      }
    }
    return l1;
  }
}
