// (module (memory 1) (func (export "f") (param $i i32) (param $n i32) (result i32)
//   (local.set $n
//     (if (result i32) (i32.lt_s (local.get $i) (i32.const 8))
//       (then (i32.add (local.get $n) (i32.const 1)))
//       (else (local.get $i))))
//   (if
//     (if (result i32) (i32.lt_u (local.get $i) (local.get $n))
//       (then (i32.ne (i32.load (local.get $i)) (i32.const 3)))
//       (else (i32.const 0)))
//     (then (return (local.get $i))))
//   (i32.const -1)))

function make() {
  function wasm_f(l0, l1, d, fp) {
    let i0 = 0, p = 0;
    let I8 = views0.i8, DV = views0.dv;
    if (I8.length === 0) { views0.refresh(); I8 = views0.i8; DV = views0.dv; }
    try {
      l1 = l0 < 8 ? l1 + 1 | 0 : l0;
      if (l0 >>> 0 < l1 >>> 0 && DV.getInt32(l0 >>> 0, p = 1) !== 3) {
        return l0;
      }
      return -1;
    } catch (x) {
      throw caught(x, p);
    }
  }
}
