// (module
//   (func $two (param i32) (result i64 i32) (i64.extend_i32_s (local.get 0)) (i32.const 3))
//   (func (export "f") (param $n i32) (result i32 i64)
//     (local $x i64)
//     (call $two (local.get $n))
//     (i32.add (local.get $n))
//     (local.set $n)
//     (local.set $x)
//     (local.get $n) (local.get $x)))

function make() {
  function wasm_f(l0, d, fp) {
    let l1 = 0n, j0 = 0n, i1 = 0, p = 0;
    if (fp > 262124) throw exhausted();
    try {
      p = 1;
      (callee0.code ?? callee0.ready())(l0, d, fp + 20);
      j0 = i64s[fp + 20 >> 1];
      i1 = i32s[fp + 20 + 4];
      l0 = i1 + l0 | 0;
      l1 = j0;
      i32s[fp] = l0;
      i64s[(fp >> 1) + 2] = l1;
      return;
    } catch (x) {
      throw caught(x, p);
    }
  }
}
