import { describe, expect, test } from 'vitest';
import { assembleText } from '../support/wast-assemble.ts';
import { engineIn, tierNames } from '../support/tiers.ts';

/** Blocks with parameters, behind what control does not get over. */
const blocks: Readonly<Record<string, string>> = {
  loop: '(loop (param i32) (result i32) (i32.add (i32.const 2)) (br_if 0 (i32.const 0)))',
  block: '(block (param i32 v128) (result i32) (v128.any_true) (i32.add) (br 0))',
  if: '(if (param i64) (result i32) (then (i32.wrap_i64) (i32.eqz)) (else (i64.eqz)))',
  'a loop in a block': '(block (param i32) (result i32) (loop (param i32) (result i32) (br 1)))',
};

describe.each(tierNames)('in tier %s', (tier) => {
  test.each(Object.entries(blocks))('code that is never reached is compiled and left out: %s', async (_, block) => {
    const assembled = await assembleText(
      `(module (func (export "main") (result i32) (block (br 0) ${block} (drop)) (i32.const 7)))`,
    );
    expect(assembled.ok).toBe(true);
    if (!assembled.ok) return;
    const { Module, Instance } = engineIn(tier).WebAssembly;
    const { main } = new Instance(new Module(assembled.bytes)).exports;
    expect((main as () => unknown)()).toBe(7);
  });
});
