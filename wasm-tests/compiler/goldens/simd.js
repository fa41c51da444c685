// (module (memory 1) (func (export "f") (param $p i32) (result i32)
//   (local $v v128)
//   (local.set $v (i32x4.add (v128.load (local.get $p)) (i32x4.splat (local.get $p))))
//   (v128.store offset=16 (local.get $p) (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $v) (local.get $v)))
//   (i32x4.extract_lane 2 (local.get $v))))

function make() {
  function wasm_f(l0, d, fp) {
    let i0 = 0, p = 0;
    if (fp > 262124) throw exhausted();
    i32s.fill(0, fp + 4, fp + 8);
    try {
      p = 1;
      v_v128_load(fp + 8, memory0.refresh(), (l0) >>> 0);
      i32s[fp + 12] = l0;
      v_i32x4_splat(fp + 12, fp + 12);
      v_i32x4_add(fp + 8, fp + 8, fp + 12);
      copy128(fp + 4, fp + 8);
      copy128(fp + 12, fp + 4);
      copy128(fp + 16, fp + 4);
      v_i8x16_shuffle(fp + 12, fp + 12, fp + 16, units, 17);
      p = 2;
      v_v128_store(fp + 12, memory0.refresh(), ((l0) >>> 0) + 16);
      copy128(fp + 8, fp + 4);
      v_i32x4_extract_lane(fp + 8, fp + 8, 2);
      i0 = i32s[fp + 8];
      return i0;
    } catch (x) {
      throw caught(x, p);
    }
  }
}
