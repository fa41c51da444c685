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
    let l1 = 0, i0 = 0, p = 0, u;
    const dNext = d + 1, fpNext = fp + 116;
    let I8 = views0.i8, DV = views0.dv, I32 = views0.i32;
    if (I8.length === 0) { views0.refresh(); I8 = views0.i8; DV = views0.dv; I32 = views0.i32; }
    if (fp > 240000) return deep(l0, d, fp);
    if (d > 8191 || fp > 262124) throw exhausted();
    funcs[d] = self; bases[d] = fp; serials[d] = lastSerial[0] += 1;
    machine.depth = d;
    try {
      action0.run();
      L3: for (;;) {
        p = 1;
        (callee0.code ?? callee0.ready())(dNext, fpNext);
        if ((l1 & 1) !== 0) {
          DV.setInt32(l1 << 2 >>> 0, l1 + l0 | 0, p = 2);
        }
        l1 = l1 + 1 | 0;
        if (l1 < l0) continue L3;
        break;
      }
      i0 = (u = I32[1]) !== undefined ? u : (p = 3, m0.getInt32(4, 0));
      action3.run();
      machine.depth = d - 1;
      return i0;
    } catch (x) {
      throw caught(x, d, fp, p);
    }
  }
}
