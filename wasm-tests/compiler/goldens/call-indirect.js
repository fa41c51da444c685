// (module (type $t (func (param i64) (result i64))) (import "e" "host" (func $host (param i32) (result i32)))
//   (table funcref (elem $g))
//   (func $g (type $t) (i64.extend_i32_s (call $host (i32.wrap_i64 (local.get 0)))))
//   (func (export "f") (param $n i64) (param $at i32) (result i64)
//     (i64.add (local.get $n) (call_indirect (type $t) (i64.const 7) (local.get $at)))))

function make() {
  function wasm_f(l0, l1, d, fp) {
    let j0 = 0n, j1 = 0n, p = 0, framed = false, q;
    if (fp > 240000) return deep(l0, l1, d, fp);
    if (d > 8191 || fp > 262124) throw exhausted();
    after: {
      try {
        q = t0_0[l1];
        if (q === undefined) { p = 1; q = find0_0(l1); }
        j0 = l0;
        i64s[fp >> 1] = l0;
        i32s[fp + 4] = l1;
        funcs[d] = self; bases[d] = fp; serials[d] = lastSerial[0] += 1; framed = true;
        i64s[(fp >> 1) + 4] = j0;
        ips[d] = 11;
        p = 2;
        j1 = q(7n, d + 1, fp + 116);
        if (validity.isOver) { i64s[(fp >> 1) + 6] = j1; break after; }
        return BigInt.asIntN(64, j0 + j1);
      } catch (x) {
        if (!framed) push(d, fp);
        throw caught(x, d, fp, p);
      }
    }
    return resume(d, fp, p);
  }
}
