// (module (func (export "f") (param $n i32) (result i32 i32)
//   (local.get $n)
//   (if (result i32) (i32.gt_s (local.get $n) (i32.const 9))
//     (then (if (i32.eqz (local.get $n)) (then (local.set $n (i32.const 4)))) (local.get $n))
//     (else (local.set $n (i32.mul (local.get $n) (local.get $n))) (i32.const 3)))))

function make() {
  function wasm_f(l0, d, fp) {
    let i0 = 0, i1 = 0;
    if (fp > 262128) throw exhausted();
    i0 = l0;
    if (l0 > 9) {
      if (l0 === 0) {
        l0 = 4;
      }
      i1 = l0;
    } else {
      l0 = Math.imul(l0, l0);
      i1 = 3;
    }
    i32s[fp] = i0;
    i32s[fp + 4] = i1;
    return;
  }
}
