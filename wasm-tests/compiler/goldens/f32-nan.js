// (module (func (export "f") (param $x f32) (param $bits i32) (result i32)
//   (local $y f32)
//   (local.set $y (f32.reinterpret_i32 (local.get $bits)))
//   (i32.xor
//     (i32.reinterpret_f32 (f32.copysign (local.get $y) (local.get $x)))
//     (i32.reinterpret_f32 (f32.min (f32.mul (local.get $x) (local.get $y)) (f32.const nan:0x200001))))))

function make() {
  function wasm_f(l0, l1, d, fp) {
    let l2 = 0;
    l2 = exactF32(l1);
    return exactBitsOfF32(copysign64(l2, l0)) ^ (sf32[0] = Math.min(Math.fround(l0 * l2), NaN), s32[0]);
  }
}
