// (module (func (export "f") (param $n i32) (result i32) (local $r i32)
//   (block $out
//     (block $default
//       (block $one
//         (block $zero (br_table $zero $one $zero $default (local.get $n)))
//         (local.set $r (i32.const 10)))
//       (local.set $r (i32.add (local.get $r) (i32.const 20)))
//       (br $out))
//     (local.set $r (i32.const 30)))
//   (local.get $r)))

function make() {
  function wasm_f(l0, d, fp) {
    let l1 = 0;
    L3: {
      switch (l0) {
        case 0: case 2:
          l1 = 10;
        case 1:
          l1 = l1 + 20 | 0;
          break L3;
        default:
          l1 = 30;
      }
    }
    return l1;
  }
}
