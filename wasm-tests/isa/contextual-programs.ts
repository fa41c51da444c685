/**
 * Programs for the rows of the instruction table that the interpreter has rules of its own for: control, calls,
 * variables, tables, references, bulk operations.
 */

export interface ContextualProgram {
  readonly name: string;
  readonly wat: string;
  /** Exports to call, with their arguments, one after another on the same instance. */
  readonly calls: readonly (readonly [name: string, ...args: unknown[]])[];
  /** V8 of Node 20 lacks a feature: what each call must come to. */
  readonly expected?: readonly string[];
}

interface NumericType {
  readonly name: string;
  /** Three values of 16 bytes; NaNs are signalling ones with payloads. */
  readonly data: string;
}

const bytes = (hex: string): string => hex.replace(/../g, '\\$&');
const wide = '0123456789abcdeffedcba9876543210';
const numericTypes: readonly NumericType[] = [
  { name: 'i32', data: bytes(`01020384${wide.slice(8)}ffffff7f${wide.slice(8)}00000000${wide.slice(8)}`) },
  { name: 'i64', data: bytes(`0102030405060788${wide.slice(16)}ffffffff00000000${wide.slice(16)}`) },
  { name: 'f32', data: bytes(`0100a07f${wide.slice(8)}020090ff${wide.slice(8)}00000080${wide.slice(8)}`) },
  { name: 'f64', data: bytes(`010000000000f47f${wide.slice(16)}0200000000fcf1ff${wide.slice(16)}`) },
  { name: 'v128', data: bytes(`0100a07f010000000000f47f0807060500112233445566778899aabbccddeeff`) },
];

/** Every way in which an operand of the type moves, its bits going from memory (0, 16, 32) to memory (256, 272, ...). */
function moves({ name: t, data }: NumericType): ContextualProgram {
  const input = (k: number): string => `(${t}.load (i32.const ${16 * k}))`;
  const store = (k: number, value: string): string => `(${t}.store (i32.const ${256 + 16 * k}) ${value})`;
  return {
    name: `moves of ${t}`,
    wat: `(module (memory (export "m") 1) (data (i32.const 0) "${data}")
      (global $g (export "${t === 'v128' ? 'unseen' : 'g'}") (mut ${t}) ${t === 'v128' ? '(v128.const i64x2 1 2)' : `(${t}.const 1)`})
      (global $h (mut ${t}) ${t === 'v128' ? '(v128.const i64x2 1 2)' : `(${t}.const 1)`})
      (table funcref (elem $second $first)) (type $two (func (param ${t} ${t}) (result ${t})))
      (func $first (type $two) (local.get 0)) (func $second (type $two) (local.get 1))
      (func (export "locals") (param i32 i64) (local $a ${t}) (local i32) (local $b ${t})
        ${store(0, '(local.get $a)')}
        (local.set $a ${input(0)}) ${store(1, '(local.get $b)')} (local.set $b ${input(1)})
        ${store(2, '(local.get $a)')} ${store(3, `(local.tee $a ${input(2)})`)} ${store(4, '(local.get $a)')} ${store(5, '(local.get $b)')}
        ${store(6, '(local.tee $b (local.get $a))')} ${store(7, '(local.get $b)')})
      (func (export "globals")
        ${store(0, '(global.get $g)')} (global.set $g ${input(0)}) (global.set $h ${input(1)})
        ${store(1, '(global.get $g)')} ${store(2, '(global.get $h)')} (global.set $g (global.get $h)) ${store(3, '(global.get $g)')})
      (func (export "select") (param i32)
        ${store(0, `(select ${input(0)} ${input(1)} (local.get 0))`)}
        ${store(1, `(select (result ${t}) ${input(1)} ${input(2)} (local.get 0))`)})
      (func (export "drop") (i32.const 256) ${input(0)} ${input(1)} drop ${t}.store)
      (func (export "blocks") (param i32)
        ${store(0, `(block (result ${t}) ${input(0)})`)}
        ${store(1, `(if (result ${t}) (local.get 0) (then ${input(0)}) (else ${input(1)}))`)}
        ${store(2, `(loop (result ${t}) ${input(2)})`)}
        ${input(0)} (loop (param ${t}) (result ${t}) (block (param ${t}) (result ${t})))
        (if (param ${t}) (local.get 0) (then (drop)) (else (drop))))
      (func (export "branches") (param i32)
        ${store(0, `(block (result ${t}) (i64.const 7) ${input(0)} (br 0))`)}
        ${store(1, `(block (result ${t}) ${input(0)} (br 0))`)}
        ${store(2, `(block (result ${t}) (i64.const 7) ${input(1)} (br_if 0 (local.get 0)) (br 0))`)}
        ${store(3, `(block (result ${t}) ${input(2)} (br_if 0 (local.get 0)))`)}
        ${store(4, `(block (result ${t}) (f32.const 7) ${input(0)} (f64.const 1) ${input(1)} (br_if 0 (local.get 0)) (drop) (drop) (br 0))`)})
      (func (export "table") (param i32)
        (block $c (result ${t})
          (block $b (result ${t})
            (block $a (result ${t})
              (i64.const 9) ${input(0)} (br_table $a $b $a $c (local.get 0)))
            ${store(0, input(1))} (drop) ${input(0)} (br $b))
          ${store(1, input(1))} (drop) ${input(1)})
        (i32.const 288) (block (param ${t} i32) (result i32 ${t}) (local.set 0) (local.set $t) (local.get 0) (local.get $t))
        ${t}.store (i32.const 304) (i64.const 3) ${input(2)} (block (param i64 ${t}) (result ${t}) (local.set $t) (drop) (local.get $t) (br 0)) ${t}.store)
      (func $three (param ${t} i32) (result i32 ${t} ${t})
        (if (i32.eqz (local.get 1)) (then (return (i32.const 5) (local.get 0) ${input(0)})))
        (i64.const 4) (i32.const 6) ${input(1)} (local.get 0) (return))
      (func (export "calls") (param i32)
        ${input(0)} (local.get 0) (call $three) (local.set $t) (local.set $u)
        ${store(0, '(local.get $t)')} ${store(1, '(local.get $u)')} (drop)
        ${store(2, `(call_indirect (type $two) ${input(0)} ${input(1)} (local.get 0))`)}
        ${store(3, `(call $tail ${input(1)} ${input(2)} (local.get 0))`)})
      (func $tail (param ${t} ${t} i32) (result ${t})
        (if (local.get 2) (then (return_call $first (local.get 0) (local.get 1))))
        (i64.const 1) (return_call_indirect (type $two) (local.get 0) (local.get 1) (local.get 2))))`
      // Locals that only some functions have, declared where they are used.
      .replace('(func (export "table") (param i32)', `(func (export "table") (param i32) (local $t ${t})`)
      .replace(
        '(func (export "calls") (param i32)',
        `(func (export "calls") (param i32) (local $t ${t}) (local $u ${t})`,
      ),
    calls: [
      ['locals', 0, 0n],
      ['globals'],
      ...[0, 1].flatMap((n) => ['select', 'blocks', 'branches', 'calls'].map((f) => [f, n] as const)),
      ['select', -1],
      ['branches', 0x100],
      ...[0, 1, 2, 3, 4, -1].map((n) => ['table', n] as const),
      ['drop'],
    ],
  };
}

const control: ContextualProgram = {
  name: 'control',
  wat: `(module (memory (export "m") 1)
    (func (export "unreachable") (result i32) (nop) (unreachable))
    (func (export "loop") (param i32) (result i32) (local i32)
      (block $out (loop $again (br_if $out (i32.eqz (local.get 0)))
        (local.set 1 (i32.add (local.get 1) (local.get 0))) (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br $again)))
      (local.get 1))
    (func (export "fac") (param i64) (result i64)
      (i64.const 1) (local.get 0)
      (loop $l (param i64 i64) (result i64) (local.set 0) (local.get 0) (i64.mul)
        (i64.sub (local.get 0) (i64.const 1)) (br_if $l (i64.ne (i64.const 1) (local.get 0))) (drop)))
    (func (export "if") (param i32 i32) (result i32)
      (if (local.get 0) (then (if (local.get 1) (then (return (i32.const 11))))) (else (nop) (if (local.get 1) (then (return (i32.const 22))) (else (nop)))))
      (i32.const 33))
    (func (export "if br") (param i32) (result i32)
      (if (result i32) (local.get 0) (then (i32.const 1) (br 0)) (else (i64.const 5) (i32.const 2) (br_if 0 (i32.eqz (local.get 0))) (drop) (drop) (i32.const 3))))
    (func (export "br_table") (param i32) (result i32)
      (block (block (block (block (br_table 0 1 2 3 1 (local.get 0))) (return (i32.const 100))) (return (i32.const 101))) (return (i32.const 102)))
      (i32.const 103))
    (func (export "surplus br") (param i32) (result i32) (i32.const 1) (block (i32.const 5) (i64.const 6) (br 0)) (i32.const 2) (i32.sub))
    (func (export "surplus br_if") (param i32) (result i32) (i32.const 1) (block (i32.const 5) (br_if 0 (local.get 0)) (drop)) (i32.const 2) (i32.sub))
    (func (export "surplus br_table") (param i32) (result i32) (i32.const 1) (block (block (i32.const 5) (i64.const 6) (br_table 0 1 (local.get 0)))) (i32.const 2) (i32.sub))
    (func (export "surplus loop") (param i32) (result i32) (i32.const 1) (loop $l (i32.const 9) (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if $l (i32.gt_s (local.get 0) (i32.const 0))) (drop)) (i32.const 2) (i32.sub))
    (func (export "only default") (param i32) (result i32) (block (result i32) (i32.const 1) (i32.const 8) (br_table 0 (local.get 0))) (i32.add (i32.const 1)))
    (func (export "br_table loop") (param i32) (result i32) (local i32)
      (block $out (loop $l (local.set 1 (i32.add (local.get 1) (i32.const 1))) (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
        (br_table $l $l $l $out (local.get 0)))) (local.get 1))
    (func (export "return from depth") (param i32) (result i64 f32)
      (i32.const 1) (block (i64.const 2) (loop (f64.const 3) (return (i64.const 44) (f32.const 5.5)))  (drop)) (drop) (i64.const 1) (f32.const 2))
    (func (export "br to function") (param i32) (result i32 i32) (i32.const 1) (i32.const 2) (i32.const 3) (block (br_if 1 (i32.const 7) (i32.const 8) (local.get 0)) (drop) (drop)) (drop) (br 0))
    (func (export "dead") (param i32) (result i32) (block (result i32) (i32.const 4) (br 0) (i32.add) (if (result i32) (then (i32.const 5)) (else (i32.const 6))) (select)
       (block (param i32) (br 0)) (loop (br 0)) (i32.const 7)))
    (func (export "swap") (param i32 i64) (result i64 i32) (local.get 0) (local.get 1) (block (param i32 i64) (result i64 i32) (local.set 1) (local.set 0) (local.get 1) (local.get 0)))
    (func (export "shift down") (param i32) (result i32 i32 i32)
      (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (br_if 0 (local.get 0)) (drop) (drop) (br 0)))`,
  calls: [
    ['unreachable'],
    ...[0, 1, 10].map((n) => ['loop', n] as const),
    ...[1n, 2n, 20n].map((n) => ['fac', n] as const),
    ...[0, 1, -1].flatMap((a) => [0, 1].map((b) => ['if', a, b] as const)),
    ...[0, 1].flatMap((n) =>
      [
        'if br',
        'surplus br',
        'surplus br_if',
        'surplus br_table',
        'surplus loop',
        'only default',
        'return from depth',
        'br to function',
        'dead',
        'shift down',
      ].map((f) => [f, n] as const),
    ),
    ...[0, 1, 2, 3, 4, 5, -1].map((n) => ['br_table', n] as const),
    ...[1, 2, 3, 4, 5, 0].map((n) => ['br_table loop', n] as const),
    ['swap', 6, 7n],
  ],
};

const calls: ContextualProgram = {
  name: 'calls',
  wat: `(module (type $ii (func (param i32) (result i32))) (type $also (func (param i32) (result i32))) (type $v (func)) (type $i (func (result i32)))
    (import "e" "host" (func $host (param i32 i64 f64) (result f64 i32)))
    (table $t 6 6 funcref) (elem (table $t) (i32.const 0) func $inc $double $nothing) (elem (table $t) (i32.const 4) func $host $even)
    (table $u 2 funcref) (elem (table $u) (i32.const 1) func $double)
    (func $inc (type $ii) (i32.add (local.get 0) (i32.const 1))) (func $double (type $also) (i32.mul (local.get 0) (i32.const 2))) (func $nothing)
    (func (export "indirect") (param i32 i32) (result i32) (call_indirect $t (type $ii) (local.get 0) (local.get 1)))
    (func (export "indirect u") (param i32 i32) (result i32) (call_indirect $u (type $ii) (local.get 0) (local.get 1)))
    (func (export "indirect v") (param i32) (call_indirect $t (type $v) (local.get 0)))
    (func (export "host") (param i32) (result i32 f64) (local f64) (call $host (local.get 0) (i64.const -5) (f64.const 0.5)) (i32.add (i32.const 1)) (local.set 0) (local.set 1) (local.get 0) (local.get 1))
    (func (export "host indirect") (param i32) (result f64 i32) (call_indirect $t (param i32 i64 f64) (result f64 i32) (local.get 0) (i64.const 9) (f64.const -0) (i32.const 4)))
    (func $even (param i32) (result i32) (if (result i32) (local.get 0) (then (call $odd (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 1))))
    (func $odd (param i32) (result i32) (if (result i32) (local.get 0) (then (call_indirect $t (type $ii) (i32.sub (local.get 0) (i32.const 1)) (i32.const 5))) (else (i32.const 0))))
    (func $fib (export "fib") (param i32) (result i32) (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0))
      (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
    (func $many (param i32 i64 f32 f64) (result f64 f32 i64 i32) (local i32 i64) (local.get 3) (local.get 2) (i64.add (local.get 1) (local.get 5)) (i32.add (local.get 0) (local.get 4)))
    (func (export "many") (param i32 i64 f32 f64) (result f64 f32 i64 i32) (call $many (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
    (func $dirty (param i32) (local i64 i64 i64) (local.set 1 (i64.const -1)) (local.set 2 (i64.const -1)) (local.set 3 (i64.const -1)))
    (func (export "below") (param i32) (result i32) (i32.const 1) (call $dirty (i32.const 70)) (call $early (local.get 0)) (i32.const 2) (i32.sub))
    (func $early (param i32) (local i64) (block (i32.const 5) (br_if 1 (local.get 0)) (i64.const 6) (return)))
    (func $clean (param i32) (result i64) (local i64 i64 i64) (i64.or (local.get 1) (i64.or (local.get 2) (local.get 3))))
    (func (export "locals are zero") (param i32) (result i64) (call $dirty (local.get 0)) (call $clean (local.get 0)))
    (func (export "tail") (param i32 i32) (result i32) (if (i32.eqz (local.get 1)) (then (return_call $inc (local.get 0)))) (return_call_indirect $t (type $ii) (local.get 0) (i32.sub (local.get 1) (i32.const 1))))
    (func (export "tail u") (param i32 i32) (result i32) (i64.const 5) (return_call_indirect $u (type $ii) (local.get 0) (local.get 1)))
    (func (export "tail host") (param i32) (result f64 i32) (local i64 i64) (i64.const 5) (return_call $host (local.get 0) (i64.const 7) (f64.const 1.5)))
    (func (export "tail host indirect") (param i32) (result f64 i32) (return_call_indirect $t (param i32 i64 f64) (result f64 i32) (local.get 0) (i64.const 7) (f64.const 1.5) (i32.const 4)))
    (func $after (result i32) (local f64 i32) (call_indirect $t (param i32 i64 f64) (result f64 i32) (i32.const 1) (i64.const 2) (f64.const 3) (i32.const 4)) (local.set 1) (drop) (local.get 1))
    (func $tailed (param i32) (result f64 i32) (return_call $host (local.get 0) (i64.const 70) (f64.const 1.5)))
    (func (export "tail host from below") (param i32) (result i32 f64 i32) (i32.const 77) (call $tailed (local.get 0)))
    (func (export "after") (result i32) (call $after))
    (func $count (export "count") (param i32 i32) (result i32) (if (result i32) (local.get 0) (then (return_call $count2 (i32.sub (local.get 0) (i32.const 1)) (i64.const 1) (local.get 1))) (else (local.get 1))))
    (func $count2 (param i32 i64 i32) (result i32) (local f64) (return_call $count (local.get 0) (i32.add (local.get 2) (i32.wrap_i64 (local.get 1))))))`,
  calls: [
    ...[0, 1, 2, 3, 4, 5, 6, -1].map((n) => ['indirect', 21, n] as const),
    ...[0, 1, 2, -1].flatMap((n) => ['indirect u', 'tail u'].map((f) => [f, 21, n] as const)),
    ...[0, 1, 2, 3, 4, 5, 6, 7, 0x80000000].map((n) => ['tail', 20, n] as const),
    ...[2, 3, 0].map((n) => ['indirect v', n] as const),
    ...['host', 'host indirect', 'tail host', 'tail host indirect', 'tail host from below'].map((f) => [f, 5] as const),
    ['fib', 12],
    ['many', -1, 2n ** 40n, 1.5, -0.1],
    ['locals are zero', 1],
    ['below', 0],
    ['below', 1],
    ['after'],
    ['count', 1000, 0],
  ],
};

const references: ContextualProgram = {
  name: 'references and tables',
  wat: `(module (table $t (export "t") 4 10 externref) (table $u (export "u") 3 externref) (table $f (export "f") 5 8 funcref)
    (elem $e funcref (ref.func $a) (ref.null func) (ref.func $b)) (elem $d declare func $c) (elem $x externref (ref.null extern) (ref.null extern))
    (global $g (mut externref) (ref.null extern)) (global $h (mut funcref) (ref.func $b))
    (func $a (export "a") (result i32) (i32.const 1)) (func $b (export "b") (result i32) (i32.const 2)) (func $c (export "c") (result i32) (i32.const 3))
    (func (export "null") (result externref funcref) (ref.null extern) (ref.null func))
    (func (export "is_null") (param externref) (result i32 i32 i32) (ref.is_null (local.get 0)) (ref.is_null (ref.null func)) (ref.is_null (ref.func $c)))
    (func (export "func") (result funcref funcref) (ref.func $c) (ref.func $a))
    (func (export "locals") (param externref) (result externref externref externref) (local externref externref)
      (local.get 1) (local.set 1 (local.get 0)) (local.get 1) (local.tee 2 (local.get 1)))
    (func (export "globals") (param externref funcref) (result externref funcref externref funcref)
      (global.get $g) (global.get $h) (global.set $g (local.get 0)) (global.set $h (local.get 1)) (global.get $g) (global.get $h))
    (func (export "select") (param externref externref i32) (result externref) (select (result externref) (local.get 0) (local.get 1) (local.get 2)))
    (func (export "drop") (param externref externref) (result externref) (local.get 0) (local.get 1) (drop))
    (func (export "blocks") (param externref i32) (result externref)
      (block (result externref) (i32.const 1) (ref.null extern) (local.get 0) (br_if 0 (local.get 1)) (drop) (drop) (drop) (ref.null extern)))
    (func (export "br_table") (param externref i32) (result i32 externref)
      (block (result i32 externref) (i64.const 1) (block (result i32 externref) (ref.null extern) (i32.const 7) (local.get 0) (br_table 0 1 (local.get 1))) (br 0)))
    (func $mixed (param i32 externref i64 funcref) (result funcref i64 externref i32) (local externref) (local.get 3) (local.get 2) (local.get 1) (local.get 0))
    (func (export "mixed") (param i32 externref i64 funcref) (result funcref i64 externref i32) (call $mixed (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
    (func (export "tail") (param externref i32) (result funcref i64 externref i32) (ref.null extern) (return_call $mixed (local.get 1) (local.get 0) (i64.const 6) (ref.func $b)))
    (func $keep (param externref) (local externref) (local.set 1 (local.get 0)))
    (func $fresh (result externref) (local externref) (local.get 0))
    (func (export "locals are null") (param externref) (result externref) (call $keep (local.get 0)) (call $fresh))
    (func (export "get") (param i32) (result externref) (table.get $t (local.get 0)))
    (func (export "set") (param i32 externref) (table.set $t (local.get 0) (local.get 1)))
    (func (export "get f") (param i32) (result funcref) (table.get $f (local.get 0)))
    (func (export "set f") (param i32 funcref) (table.set $f (local.get 0) (local.get 1)))
    (func (export "size") (result i32 i32 i32) (table.size $t) (table.size $u) (table.size $f))
    (func (export "grow") (param externref i32) (result i32) (table.grow $t (local.get 0) (local.get 1)))
    (func (export "grow f") (param funcref i32) (result i32) (table.grow $f (local.get 0) (local.get 1)))
    (func (export "fill") (param i32 externref i32) (table.fill $t (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy") (param i32 i32 i32) (table.copy $t $t (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy u") (param i32 i32 i32) (table.copy $u $t (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init") (param i32 i32 i32) (table.init $f $e (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init x") (param i32 i32 i32) (table.init $t $x (local.get 0) (local.get 1) (local.get 2)))
    (func (export "elem.drop") (elem.drop $e))
    (func (export "call f") (param i32) (result i32) (call_indirect $f (result i32) (local.get 0))))`,
  calls: [
    ['null'],
    ['is_null', null],
    ['is_null', 'x'],
    ['is_null', undefined],
    ['func'],
    ['locals', 'one'],
    ['globals', 'two', null],
    ['globals', null, null],
    ...[0, 1, 256].map((n) => ['select', 'yes', 'no', n] as const),
    ['drop', 'kept', 'dropped'],
    ...[0, 1].flatMap((n) => ['blocks', 'br_table', 'tail'].map((f) => [f, 'value', n] as const)),
    ['mixed', 1, 'x', 2n, null],
    ['locals are null', 'stale'],
    ...[0, 3, 4, -1].flatMap((n) => [['get', n] as const, ['set', n, `at ${n}`] as const, ['get', n] as const]),
    ['size'],
    ...[0, 2, 5, 4, -1, 1].map((n) => ['grow', 'new', n] as const),
    ...[0, 1, 3, 2].map((n) => ['grow f', null, n] as const),
    ['size'],
    ...[
      [1, 'fill', 2],
      [9, 'last', 1],
      [10, 'none', 0],
      [11, 'out', 0],
      [9, 'out', 2],
      [-1, 'out', 1],
      [1, 'out', -1],
    ].map((args) => ['fill', ...args] as const),
    ['set', 0, 'a'],
    ['set', 1, 'b'],
    ['set', 2, 'c'],
    ...[
      [1, 0, 3],
      [0, 1, 3],
      [10, 0, 0],
      [0, 10, 0],
      [8, 0, 3],
      [0, 8, 3],
      [0, 11, 0],
      [11, 0, 0],
      [-1, 0, 1],
      [0, -1, 1],
      [0, 0, -1],
    ].flatMap((args) => [['copy', ...args] as const, ['copy u', ...args] as const]),
    ...[
      [1, 0, 2],
      [0, 2, 1],
      [8, 3, 0],
      [0, 3, 1],
      [0, 4, 0],
      [9, 0, 0],
      [8, 0, 1],
      [0, 0, 4],
      [-1, 0, 0],
    ].flatMap((args) => [['init', ...args] as const, ['init x', ...args] as const]),
    ...[0, 1, 2, 8].flatMap((n) => [['get f', n] as const, ['call f', n] as const]),
    ['set f', 0, null],
    ['call f', 0],
    ['elem.drop'],
    ['init', 0, 0, 0],
    ['init', 0, 0, 1],
    ['elem.drop'],
  ],
};

const memories: ContextualProgram = {
  name: 'sizes and bulk operations of memory',
  wat: `(module (memory (export "m") 1 3) (data $d "abcdefgh") (data $e "") (data (i32.const 65530) "active") (data $z "zz")
    (func (export "size") (result i32) (memory.size)) (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "grow and use") (param i32) (result i32 i32) (memory.grow (i32.const 1)) (i32.store (local.get 0) (i32.const 99)) (i32.load (local.get 0)))
    (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init") (param i32 i32 i32) (memory.init $d (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init z") (param i32 i32 i32) (memory.init $z (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init active") (param i32) (memory.init 2 (i32.const 0) (i32.const 0) (local.get 0)))
    (func (export "drop") (data.drop $d)) (func (export "drop z") (data.drop $z)))`,
  calls: [
    ['size'],
    ['fill', 3, 0x1234, 5],
    ['fill', 65535, -1, 1],
    ['fill', 65536, 1, 0],
    ['fill', 65537, 1, 0],
    ['fill', 65535, 1, 2],
    ['fill', -1, 1, 1],
    ['fill', 0, 1, -1],
    ['init', 10, 2, 3],
    ['init', 65535, 7, 1],
    ['init', 65536, 8, 0],
    ['init', 65537, 0, 0],
    ['init', 0, 9, 0],
    ['init', 0, 7, 2],
    ['init', 65535, 0, 2],
    ['init', -1, 0, 1],
    ['init', 0, -1, 1],
    ['init', 0, 0, -1],
    ['copy', 11, 10, 5],
    ['copy', 9, 10, 5],
    ['copy', 20, 3, 0],
    ['copy', 65536, 0, 0],
    ['copy', 0, 65536, 0],
    ['copy', 65537, 0, 0],
    ['copy', 0, 65537, 0],
    ['copy', 65530, 0, 7],
    ['copy', 0, 65530, 7],
    ['copy', -1, 0, 1],
    ['copy', 0, -1, 1],
    ['copy', 0, 0, -1],
    ['drop z'],
    ['init z', 0, 0, 0],
    ['init z', 0, 0, 1],
    ['init', 100, 0, 8],
    ['drop'],
    ['init', 0, 0, 1],
    ['drop'],
    ['init active', 0],
    ['init active', 1],
    ['grow', 0],
    ['grow and use', 131068],
    ['grow and use', 131069],
    ['grow', -1],
    ['grow', 1],
    ['fill', 196607, 7, 1],
    ['size'],
  ],
};

/** The first memory is small, so that an access to the wrong one traps or shows. */
const manyMemories: ContextualProgram = {
  name: 'several memories',
  wat: `(module (memory $a (export "a") 1) (memory $b (export "b") 2 3) (memory $c (export "c") 0) (data $d "abc") (data (memory $b) (i32.const 65536) "second")
    (func (export "size") (result i32 i32 i32) (memory.size $a) (memory.size $b) (memory.size $c))
    (func (export "grow b") (param i32) (result i32) (memory.grow $b (local.get 0)))
    (func (export "grow c") (param i32) (result i32 i32) (memory.grow $c (local.get 0)) (memory.size $c))
    (func (export "load b") (param i32) (result i32) (i32.load8_u $b (local.get 0)))
    (func (export "fill b") (param i32 i32 i32) (memory.fill $b (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init b") (param i32 i32 i32) (memory.init $b $d (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy ab") (param i32 i32 i32) (memory.copy $a $b (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy ba") (param i32 i32 i32) (memory.copy $b $a (local.get 0) (local.get 1) (local.get 2)))
    (func (export "sum a") (param i32) (result i32) (i32.add (i32.load8_u $a (local.get 0)) (i32.load8_u $a (i32.const 0)))))`,
  calls: [
    ['size'],
    ['load b', 65536],
    ['fill b', 65535, 7, 1],
    ['fill b', 131072, 7, 1],
    ['init b', 131069, 0, 3],
    ['load b', 131071],
    ['copy ab', 5, 65535, 7],
    ['sum a', 6],
    ['copy ab', 65530, 65535, 7],
    ['copy ab', 0, 131066, 7],
    ['copy ba', 131066, 5, 6],
    ['load b', 131066],
    ['copy ba', 131067, 5, 6],
    ['copy ba', 0, 65531, 6],
    ['grow b', 1],
    ['grow b', 1],
    ['load b', 196607],
    ['load b', 196608],
    ['grow c', 2],
    ['size'],
  ],
  expected: [
    '[1, 2, 0]',
    '115',
    'undefined',
    'RuntimeError: memory access out of bounds',
    'undefined',
    '99',
    'undefined',
    '115',
    'RuntimeError: memory access out of bounds',
    'RuntimeError: memory access out of bounds',
    'undefined',
    '7',
    'RuntimeError: memory access out of bounds',
    'RuntimeError: memory access out of bounds',
    '2',
    '-1',
    '0',
    'RuntimeError: memory access out of bounds',
    '[0, 2]',
    '[1, 3, 2]',
  ],
};

const typedReferences: ContextualProgram = {
  name: 'typed function references',
  wat: `(module (type $ii (func (param i32) (result i32))) (type $v (func (result i32)))
    (import "e" "inc" (func $host (param i32) (result i32)))
    (elem declare func $double $host $loop) (global $g (mut (ref null $ii)) (ref.null $ii)) (table $t (export "t") 3 funcref)
    (func $double (export "double") (type $ii) (i32.mul (local.get 0) (i32.const 2)))
    (func $pick (param i32) (result (ref null $ii)) (if (result (ref null $ii)) (i32.eqz (local.get 0)) (then (ref.null $ii))
      (else (if (result (ref null $ii)) (i32.eq (local.get 0) (i32.const 1)) (then (ref.func $double)) (else (ref.func $host))))))
    (func (export "call_ref") (param i32) (result i32) (call_ref $ii (i32.const 21) (call $pick (local.get 0))))
    (func (export "call_ref below") (param i32) (result i64 i32) (i64.const 3) (call_ref $ii (i32.const 21) (call $pick (local.get 0))))
    (func (export "return_call_ref") (param i32) (result i32) (i64.const 1) (return_call_ref $ii (i32.const 31) (call $pick (local.get 0))))
    (func $loop (export "loop") (type $ii) (if (i32.eqz (local.get 0)) (then (return (i32.const 5)))) (return_call_ref $ii (i32.sub (local.get 0) (i32.const 1)) (ref.func $loop)))
    (func (export "as_non_null") (param i32) (result i32) (call_ref $ii (i32.const 1) (ref.as_non_null (call $pick (local.get 0)))))
    (func (export "on_null") (param i32) (result i32) (local $f (ref null $ii))
      (block (result i32) (i64.const 5) (i32.const -7) (br_on_null 0 (call $pick (local.get 0))) (local.set $f) (drop) (drop) (call_ref $ii (i32.const 4) (local.get $f))))
    (func (export "as_non_null only") (param i32) (result i32) (drop (ref.as_non_null (call $pick (local.get 0)))) (i32.const 1))
    (func (export "on_non_null below") (param i32) (result i32)
      (block (result (ref $ii)) (i32.const 40) (br_on_non_null 0 (call $pick (local.get 0))) (i32.const 2) (i32.add) (return)) (drop) (i32.const -1))
    (func (export "on_null plain") (param i32) (result i32)
      (block (br_on_null 0 (call $pick (local.get 0))) (drop) (return (i32.const 1))) (i32.const 0))
    (func (export "on_non_null") (param i32) (result i32)
      (block (result i32 (ref $ii)) (i64.const 5) (i32.const 40) (br_on_non_null 0 (call $pick (local.get 0))) (drop) (drop) (return (i32.const -9)))
      (call_ref $ii))
    (func (export "on_non_null extern") (param externref) (result externref i32)
      (block (result externref) (i32.const 1) (br_on_non_null 0 (local.get 0)) (drop) (return (ref.null extern) (i32.const 0))) (i32.const 1))
    (func (export "local") (param i32) (result i32) (local $f (ref $ii)) (local.set $f (ref.as_non_null (call $pick (local.get 0)))) (call_ref $ii (i32.const 9) (local.get $f)))
    (func (export "global") (param i32) (result i32) (global.set $g (call $pick (local.get 0))) (call_ref $ii (i32.const 100) (global.get $g)))
    (func (export "table") (param i32) (result i32) (table.set $t (local.get 0) (call $pick (local.get 0))) (call_indirect $t (type $ii) (i32.const 60) (local.get 0))))`,
  calls: [
    ...[
      ...['call_ref', 'call_ref below', 'return_call_ref', 'as_non_null', 'on_null', 'on_null plain', 'on_non_null'],
      ...['local', 'global', 'table'],
    ].flatMap((f) => [0, 1, 2].map((n) => [f, n] as const)),
    ['loop', 100],
    ...[0, 1].flatMap((n) => [['as_non_null only', n] as const, ['on_non_null below', n] as const]),
    ['on_non_null extern', null],
    ['on_non_null extern', 'there'],
  ],
  expected: [
    'RuntimeError: dereferencing a null pointer',
    '42',
    '22',
    'RuntimeError: dereferencing a null pointer',
    '[3n, 42]',
    '[3n, 22]',
    'RuntimeError: dereferencing a null pointer',
    '62',
    '32',
    'RuntimeError: dereferencing a null pointer',
    '2',
    '2',
    '-7',
    '8',
    '5',
    '0',
    '1',
    '1',
    '-9',
    '80',
    '41',
    'RuntimeError: dereferencing a null pointer',
    '18',
    '10',
    'RuntimeError: dereferencing a null pointer',
    '200',
    '101',
    'RuntimeError: null function or function signature mismatch',
    '120',
    '61',
    '5',
    'RuntimeError: dereferencing a null pointer',
    '42',
    '1',
    '-1',
    '[null, 0]',
    '["there", 1]',
  ],
};

export const contextualPrograms: readonly ContextualProgram[] = [
  ...numericTypes.map(moves),
  control,
  calls,
  references,
  memories,
  manyMemories,
  typedReferences,
];
