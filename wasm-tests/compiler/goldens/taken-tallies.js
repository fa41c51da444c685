// (module (memory 1) (func $g) (func (export "f") (param $n i32) (result i32)
//   (local $i i32)
//   (loop $next
//     (call $g)
//     (if (i32.and (local.get $i) (i32.const 1))
//       (then (i32.store (i32.shl (local.get $i) (i32.const 2)) (i32.add (local.get $i) (local.get $n)))))
//     (br_if $next (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
//   (i32.load (i32.const 4))))

function make() {
  function wasm_f(l0, d, fp) {
    const cells = $cells;
    let l1 = 0, i0 = 0, p = 0, u;
    let I8 = views0.i8, DV = views0.dv, I32 = views0.i32;
    if (I8.length === 0) { views0.refresh(); I8 = views0.i8; DV = views0.dv; I32 = views0.i32; }
    try {
      L3: for (;;) {
        p = 1;
        (callee0.code ?? callee0.ready())(d, fp);
        i0 = l1 & 1;
        if (i0 !== 0) cells[0] += 1n; else cells[1] += 1n;
        if (i0 !== 0) {
          DV.setInt32(l1 << 2 >>> 0, l1 + l0 | 0, p = 2);
        }
        l1 = l1 + 1 | 0;
        if (l1 < l0) cells[2] += 1n; else cells[3] += 1n;
        if (l1 < l0) continue L3;
        break;
      }
      i0 = (u = I32[1]) !== undefined ? u : (p = 3, m0.getInt32(4, 0));
      return i0;
    } catch (x) {
      throw caught(x, p);
    }
  }
}
