// (module (import "e" "host" (func $host (param i32)))
//   (func (export "f") (param $n i32) (local $a i32) (local $b i32) (local $c i32)
//     (loop $next
//       (block $end
//         (block $two
//           (block $one
//             (br_table $one $two $end (local.get $n)))
//           (local.set $a (local.get $n))
//           (br $end))
//         (local.set $b (i32.const 5))
//         (call $host (local.get $b))
//         (local.set $c (i32.const 7)))
//       (call $host (local.get $a))
//       (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))

function make() {
  function wasm_f(l0, d, fp) {
    const i32s = $i32s, bases = $bases, serials = $serials, lastSerial = $lastSerial, ips = $ips, validity = $validity;
    let l1 = 0, l2 = 0, l3 = 0, p = 0, framed = false;
    const dNext = d + 1, fpNext = fp + 120;
    if (fp > 240000) return deep(l0, d, fp);
    if (d > 8191 || fp > 262120) throw exhausted();
    after: {
      try {
        i32s[fp] = l0;
        i32s[fp + 4] = l1;
        i32s[fp + 8] = l2;
        i32s[fp + 12] = l3;
        funcs[d] = self; bases[d] = fp; serials[d] = lastSerial[0] += 1; framed = true;
        L3: for (;;) {
          L5: {
            switch (l0) {
              default:
                break L5;
              case 0:
                l1 = l0;
                i32s[fp + 4] = l1;
                break L5;
              case 1:
                l2 = 5;
                i32s[fp + 8] = l2;
                ips[d] = 38;
                p = 1;
                (callee0.code ?? callee0.ready())(l2, dNext, fpNext);
                if (validity.isOver) { break after; }
                l3 = 7;
                i32s[fp + 12] = l3;
            }
          }
          ips[d] = 47;
          p = 2;
          (callee0.code ?? callee0.ready())(l1, dNext, fpNext);
          if (validity.isOver) { break after; }
          l0 = l0 - 1 | 0;
          if (l0 !== 0) {
            i32s[fp] = l0;
            continue L3;
          }
          break;
        }
        return;
      } catch (x) {
        if (!framed) push(d, fp);
        throw caught(x, d, fp, p);
      }
    }
    return resume(d, fp, p);
  }
}
