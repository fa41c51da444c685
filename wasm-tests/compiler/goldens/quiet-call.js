// (module
//   (func $square (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))
//   (func (export "f") (param $n i32) (result i32)
//     (i32.sub (call $square (local.get $n)) (call $square (i32.add (local.get $n) (i32.const 1))))))

function make() {
  function wasm_f(l0, d, fp) {
    let i0 = 0, i1 = 0, p = 0;
    try {
      p = 1;
      i0 = (callee0.code ?? callee0.ready())(l0, d, fp);
      p = 2;
      i1 = (callee0.code ?? callee0.ready())(l0 + 1 | 0, d, fp);
      return i0 - i1 | 0;
    } catch (x) {
      throw caught(x, p);
    }
  }
}
