/** An operand that a probe writes inside a block, below its own operands, is what was written when the block has ended. */

import { describe, expect, test } from 'vitest';
import { Engine, insertProbe, type LocalProbe } from '../../engine/index.ts';
import { load } from '../support/program.ts';
import { engineIn } from '../support/tiers.ts';

const LOOP = '(loop $l (nop) (br_if $l (i32.lt_s (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 20))))';

const blocks: readonly (readonly [string, string, string])[] = [
  ['a block', '(block (nop))', 'nop'],
  ['the header of a loop', '(loop (nop))', 'loop'],
  ['a loop', '(loop (nop))', 'nop'],
  ['an if', '(if (local.get 0) (then (nop)))', 'nop'],
  ['an if with else', '(if (local.get 0) (then (nop)) (else (unreachable)))', 'nop'],
  ['a hot loop', LOOP, 'nop'],
  ['the header of a hot loop', LOOP, 'loop'],
];
const operands = [
  ['a constant', '(i32.const 1000)'],
  ['a local', '(local.get 0)'],
  ['the result of a load', '(i32.load (local.get 0))'],
] as const;

describe.each(operands)('%s below', (_operand, operand) => {
  test.each(blocks)('%s', (_block, block, at) => {
    const wat = `(module (memory 1) (func (export "f") (param i32) (result i32) (local i32) ${operand} ${block}))`;
    for (const [name, make] of Object.entries({
      interpreter: () => engineIn('interpreter'),
      js: () => engineIn('js'),
      mixed: () => engineIn('mixed'),
      'entered at loops': () => new Engine({ threshold: 5 }),
    })) {
      for (const what of ['operand', 'local'] as const) {
        const p = load(wat, { engine: make() });
        const before = p.call('f', 8);
        let events = 0;
        const writer: LocalProbe = {
          needs: { writes: true, operands: 'all' },
          fire: (frame) => {
            if (++events !== 1) return;
            if (what === 'operand') frame.setOperand(0, 5);
            else frame.setLocal(0, 5);
          },
        };
        insertProbe(p.instance, p.func('f'), p.pc('f', at), writer);
        // A local that is written later is not what lies on the stack already.
        expect(p.call('f', 8), `${name}, ${what}`).toBe(what === 'operand' ? 5 : before);
        expect(events).toBeGreaterThan(0);
      }
    }
  });
});
