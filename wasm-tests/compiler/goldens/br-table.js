// (module (func (export "f") (param $n i32) (result i32)
//   (block $c (result i32)
//     (block $b (result i32)
//       (block $a (result i32)
//         (i32.const 10)
//         (br_table $a $b $a $c (local.get $n)))
//       (i32.add (i32.const 1)))
//     (i32.mul (i32.const 3)))))

function make() {
  function wasm_f(l0, d, fp) {
    let i0 = 0;
    L1: {
      L3: {
        L5: {
          switch (l0) {
            case 0: case 2:
              i0 = 10;
              break L5;
            case 1:
              i0 = 10;
              break L3;
            default:
              i0 = 10;
              break L1;
          }
        }
        i0 = i0 + 1 | 0;
      }
      i0 = Math.imul(i0, 3);
    }
    return i0;
  }
}
