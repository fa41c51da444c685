/** Modules of random accesses to tables, memories and globals, many of them out of bounds; the same for the same seed. */

import { randomFrom } from '../../support/random.ts';

const FUNCTIONS = 16;

const statements: readonly ((a: () => string) => string)[] = [
  (a) => `(table.set $refs ${a()} (local.get 1))`,
  (a) => `(drop (table.get $refs ${a()}))`,
  (a) => `(table.fill $refs ${a()} (local.get 1) ${a()})`,
  (a) => `(table.fill $funcs ${a()} (table.get $funcs ${a()}) ${a()})`,
  (a) => `(table.copy $funcs $funcs ${a()} ${a()} ${a()})`,
  (a) => `(table.copy $more $refs ${a()} ${a()} ${a()})`,
  (a) => `(table.init $funcs $segment ${a()} ${a()} ${a()})`,
  (a) => `(drop (table.grow $refs (local.get 1) ${a()}))`,
  (a) => `(drop (table.get $refs (table.grow $refs (local.get 1) ${a()})))`,
  (a) => `(drop (table.grow $funcs (ref.func $double) ${a()}))`,
  (a) => `(drop (call_indirect $funcs (type $unary) (i32.const 3) ${a()}))`,
  (a) => `(drop (memory.grow ${a()}))`,
  (a) => `(drop (memory.grow (memory.grow ${a()})))`,
  (a) => `(drop (block $b (result i32) (drop (br_if $b ${a()} ${a()})) (memory.grow ${a()})))`,
  (a) => `(memory.copy ${a()} ${a()} ${a()})`,
  (a) => `(memory.fill ${a()} ${a()} ${a()})`,
  (a) => `(memory.init $bytes ${a()} ${a()} ${a()})`,
  (a) => `(i32.store16 offset=3 ${a()} ${a()})`,
  (a) => `(drop (i64.load16_s offset=65530 ${a()}))`,
  (a) => `(global.set $n (i32.add (global.get $n) ${a()}))`,
  (a) => `(global.set $r (table.get $refs ${a()}))`,
];

export function generatedModule(seed: number): string {
  const next = randomFrom(seed);
  const below = (n: number): number => Math.floor(next() * n);
  const address = (): string => (below(6) === 0 ? '(local.get 0)' : `(i32.const ${below(16) === 0 ? -1 : below(4)})`);
  const bodies = Array.from({ length: FUNCTIONS }, (_, i) => {
    const body = Array.from({ length: 1 + below(4) }, () => statements[below(statements.length)]?.(address));
    return `(func (export "f${i}") (param i32 externref) ${body.join(' ')})`;
  });
  return `(module (type $unary (func (param i32) (result i32)))
    (table $funcs (export "funcs") 4 9 funcref) (table $refs (export "refs") 3 8 externref) (table $more 5 externref)
    (memory (export "memory") 1 4) (data $bytes "0123456") (data (i32.const 0) "abcdefghij")
    (global $n (export "n") (mut i32) (i32.const 0)) (global $r (mut externref) (ref.null extern))
    (elem $segment func $double $double $negate) (elem (table $funcs) (i32.const 1) func $double $negate)
    (func $double (type $unary) (i32.shl (local.get 0) (i32.const 1)))
    (func $negate (type $unary) (i32.sub (i32.const 0) (local.get 0)))
    ${bodies.join('\n')})`;
}

/** Calls of its functions, with arguments. */
export function callsOf(seed: number): (readonly [string, number, unknown])[] {
  const next = randomFrom(seed + 1000);
  const below = (n: number): number => Math.floor(next() * n);
  return Array.from({ length: 3 * FUNCTIONS }, (_, i) => [`f${i % FUNCTIONS}`, below(5), `ref ${i}`] as const);
}
