// (module (memory 1) (func (export "f") (param $p i32) (param $n i32) (result f64)
//   (i32.store8 offset=3 (local.get $p) (local.get $n))
//   (i64.store (i32.const 64) (i64.load32_u offset=4 (local.get $p)))
//   (drop (memory.grow (local.get $n)))
//   (f64.add (f64.load (local.get $p)) (f64.load offset=8 (i32.shl (local.get $n) (i32.const 3))))))

function make() {
  function wasm_f(l0, l1, d, fp) {
    let i0 = 0, x0 = 0, p = 0, t, u;
    let I8 = views0.i8, I32 = views0.i32, I64 = views0.i64, DV = views0.dv, F64 = views0.f64;
    if (I8.length === 0) { views0.refresh(); I8 = views0.i8; I32 = views0.i32; I64 = views0.i64; DV = views0.dv; F64 = views0.f64; }
    try {
      if (I8[u = (l0 >>> 0) + 3] !== undefined) I8[u] = l1; else { p = 1; m0.setInt8(l0, 3, l1); }
      t = BigInt(((u = I32[(l0 >>> 2) + 1 | l0 << 30]) !== undefined ? u : (p = 2, m0.getInt32(l0, 4))) >>> 0); if (I64[8] !== undefined) I64[8] = t; else { p = 3; m0.setBigInt64(64, 0, t); }
      i0 = memoryGrow(memory0, (l1) >>> 0);
      if (I8.length === 0) { views0.refresh(); I8 = views0.i8; I32 = views0.i32; I64 = views0.i64; DV = views0.dv; F64 = views0.f64; }
      x0 = DV.getFloat64(l0 >>> 0, p = 4) + ((u = F64[((t = l1 << 3) >>> 3) + 1 | t << 29]) !== undefined ? u : (p = 5, m0.getFloat64(t, 8)));
      return x0;
    } catch (x) {
      throw caught(x, p);
    }
  }
}
