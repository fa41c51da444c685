// (module (func $f (export "f") (param $n i32) (param $x f64) (result f64)
//   (if (i32.eqz (local.get $n)) (then (return (local.get $x))))
//   (return_call $f (i32.sub (local.get $n) (i32.const 1)) (f64.add (local.get $x) (f64.const 0.5)))))

function make() {
  function wasm_f_body(l0, l1, d, fp) {
    if (fp > 240000) return deep(l0, l1, d, fp);
    if (fp > 262124) throw exhausted();
    if (l0 === 0) {
      return l1;
    }
    i32s[fp] = l0 - 1 | 0;
    f64s[(fp >> 1) + 2] = l1 + 0.5;
    return tailTo(callee0);
  }
  function wasm_f(l0, l1, d, fp) {
    const r = wasm_f_body(l0, l1, d, fp);
    return r === TAIL ? follow(d, fp) : r;
  }
}
