// (module (func (export "f") (param $a i32) (param $b i32) (result i32)
//   (local $c i32)
//   (local.set $c (i32.rotl (i32.mul (local.get $a) (i32.const 31)) (local.get $b)))
//   (i32.add
//     (i32.div_u (local.get $c) (i32.or (local.get $b) (i32.const 1)))
//     (select (i32.shr_u (local.get $a) (i32.const 3)) (i32.const -1) (i32.lt_u (local.get $a) (local.get $c))))))

function make() {
  function wasm_f(l0, l1, d, fp) {
    let l2 = 0, i0 = 0, i1 = 0, p = 0;
    try {
      i0 = Math.imul(l0, 31);
      l2 = i0 << l1 | i0 >>> 32 - l1;
      i1 = l1 | 1;
      i0 = (i1 === 0 ? (p = 1, divU32(l2, i1)) : (l2 >>> 0) / (i1 >>> 0) | 0) + (l0 >>> 0 < l2 >>> 0 ? l0 >>> 3 : -1) | 0;
      return i0;
    } catch (x) {
      throw caught(x, p);
    }
  }
}
