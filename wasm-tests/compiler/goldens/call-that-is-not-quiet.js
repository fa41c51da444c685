// (module (import "e" "host" (func $host (param i32) (result i32)))
//   (func (export "f") (param $n i32) (result i32)
//     (i32.sub (i32.mul (local.get $n) (i32.const 3)) (call $host (local.get $n)))))

function make() {
  function wasm_f(l0, d, fp) {
    let i0 = 0, i1 = 0, p = 0, framed = false;
    if (fp > 240000) return deep(l0, d, fp);
    if (d > 8191 || fp > 262132) throw exhausted();
    after: {
      try {
        i0 = Math.imul(l0, 3);
        i32s[fp] = l0;
        funcs[d] = self; bases[d] = fp; serials[d] = lastSerial[0] += 1; framed = true;
        i32s[fp + 4] = i0;
        ips[d] = 10;
        p = 1;
        i1 = (callee0.code ?? callee0.ready())(l0, d + 1, fp + 108);
        if (validity.isOver) { i32s[fp + 8] = i1; break after; }
        return i0 - i1 | 0;
      } catch (x) {
        if (!framed) push(d, fp);
        throw caught(x, d, fp, p);
      }
    }
    return resume(d, fp, p);
  }
}
