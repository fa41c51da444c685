// (module (func (export "f") (param $a i64) (param $b i64) (result i64)
//   (i64.xor
//     (i64.add (i64.mul (local.get $a) (local.get $b)) (i64.shr_u (local.get $a) (i64.const 33)))
//     (i64.or
//       (i64.shl (local.get $b) (local.get $a))
//       (i64.extend_i32_u (i32.wrap_i64 (i64.rem_s (local.get $a) (local.get $b))))))))

function make() {
  function wasm_f(l0, l1, d, fp) {
    let j0 = 0n, p = 0;
    try {
      j0 = BigInt.asIntN(64, BigInt.asIntN(64, BigInt.asIntN(64, l0 * l1) + BigInt.asIntN(64, BigInt.asUintN(64, l0) >> 33n)) ^ BigInt.asIntN(64, shl64(l1, (s64[0] = l0, s32[0])) | BigInt((s64[0] = l1 === 0n ? (p = 1, remS64(l0, l1)) : BigInt.asIntN(64, l0 % l1), s32[0]) >>> 0)));
      return j0;
    } catch (x) {
      throw caught(x, p);
    }
  }
}
