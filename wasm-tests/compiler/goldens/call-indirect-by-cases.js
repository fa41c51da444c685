// (module (type $t (func (param i32) (result i32))) (table 3 funcref) (elem (i32.const 1) func $g $h)
//   (func $g (type $t) (i32.mul (local.get 0) (i32.const 3)))
//   (func $h (type $t) (i32.sub (local.get 0) (i32.const 1)))
//   (func (export "f") (param $n i32) (param $x i32) (result i32)
//     (loop $l
//       (local.set $x (call_indirect (type $t) (local.get $x)
//         (i32.add (i32.and (local.get $n) (i32.const 1)) (i32.const 1))))
//       (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
//     (local.get $x)))

function make() {
  function wasm_f(l0, l1, d, fp) {
    let i0 = 0, i1 = 0, p = 0, q;
    try {
      L1: for (;;) {
        i0 = l1;
        i1 = (l0 & 1) + 1 | 0;
        p = 2;
        switch (i1) {
          case 1:
            i0 = (callee0.code ?? callee0.ready())(i0, d, fp);
            break;
          case 2:
            i0 = (callee1.code ?? callee1.ready())(i0, d, fp);
            break;
          default:
            q = t0_0[i1];
            if (q === undefined) { p = 1; q = find0_0(i1); }
            p = 2;
            i0 = q(i0, d, fp);
        }
        l1 = i0;
        l0 = l0 - 1 | 0;
        if (l0 !== 0) continue L1;
        break;
      }
      return l1;
    } catch (x) {
      throw caught(x, p);
    }
  }
}
