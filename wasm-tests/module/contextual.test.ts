/** Typing of the instructions whose type depends on context: what is valid, what is not, and where. */

import { describe, expect, test } from 'vitest';
import { type ContextualName, instructions } from '../../engine/isa/instructions.ts';
import { declarations } from './contextual-case.ts';
import { contextualCases } from './contextual-cases.ts';
import { bytesOf, isValidInV8, offsetsOf, verdict } from './support.ts';

/** What V8 of Node 20 has no encoding for. */
const isBeyondV8 = /\(ref |\$n\b|\$en\b|\$ii call_ref|struct|\$s\b|ref\.null \$|nofunc/;

/** The declarations as far as V8 knows them: another module, in which the same bodies mean the same. */
const plainDeclarations = declarations
  .replace('(type $s (struct (field i32)))', '(type $s (func (param f64)))')
  .replace('(table $n 1 (ref null $ii))', '(table $n 1 funcref)')
  .replace('(global $nn (ref $ii) (ref.func $id))', '(global $nn funcref (ref.func $id))')
  .replace('(elem $en (ref $ii) (ref.func $id))', '(elem $en funcref (ref.func $id))');

const moduleOf = (body: string, around = declarations): Promise<Uint8Array> =>
  bytesOf(`(module ${around} (func $test ${body}))`.replaceAll('(type $two2)', '(param i64 f32) (result f32 i64)'));

const names = Object.keys(contextualCases) as ContextualName[];

/** The bodies of a rule on which V8 has something to say. */
function isForV8(name: ContextualName, body: string): boolean {
  return contextualCases[name].isUnknownToV8 !== true && !isBeyondV8.test(body);
}

describe('the typing of', () => {
  test.each(names)('%s accepts what is right', async (name) => {
    for (const body of contextualCases[name].accepted) {
      expect(verdict(await moduleOf(body)), body).toMatchObject({ kind: 'valid' });
      if (isForV8(name, body)) expect(isValidInV8(await moduleOf(body, plainDeclarations)), `V8: ${body}`).toBe(true);
    }
  });

  test.each(names.filter((name) => contextualCases[name].refused.length > 0))(
    '%s refuses what is wrong, there where it stands',
    async (name) => {
      for (const [body, detail] of contextualCases[name].refused) {
        const bytes = await moduleOf(body);
        const found = verdict(bytes);
        expect(found, body).toMatchObject({ kind: 'invalid', detail: expect.stringMatching(detail) });
        // The reader cannot walk past a type index that leads nowhere; there the offset is that of the immediate.
        if (!/^unknown type/.test(found.detail)) {
          expect(found, body).toMatchObject({ offset: offsetsOf(bytes, -1, name).at(-1), func: 3 });
        }
        if (isForV8(name, body)) {
          expect(isValidInV8(await moduleOf(body, plainDeclarations)), `V8: ${body}`).toBe(false);
        }
      }
    },
  );

  test('every row that depends on context is in the cases', () => {
    const rows = instructions.filter((i) => i.isContextual && !i.isDecodedOnly).map((i) => i.name);
    expect(new Set<string>(names)).toEqual(new Set(rows));
    const withoutRefusal = names.filter((name) => contextualCases[name].refused.length === 0);
    expect(withoutRefusal).toEqual(['unreachable']);
    expect(names.filter((name) => contextualCases[name].accepted.length === 0)).toEqual([]);
  });
});

describe('an if without else', () => {
  test.each([
    'i32.const 0 if (result i32) i32.const 1 end drop',
    'i32.const 0 i32.const 0 if (param i32) (result i64) drop i64.const 0 end drop',
  ])('must give what it takes: %s', async (body) => {
    const bytes = await moduleOf(body);
    const [inner] = offsetsOf(bytes, -1, 'end');
    expect(verdict(bytes)).toMatchObject({ kind: 'invalid', offset: inner });
    expect(isValidInV8(await moduleOf(body, plainDeclarations))).toBe(false);
  });
});

describe('locals of non-null references', () => {
  const accepted = [
    '(param (ref $ii)) local.get 0 drop',
    '(local (ref $ii)) ref.func $id local.set 0 local.get 0 drop',
    '(local (ref $ii)) ref.func $id local.tee 0 drop local.get 0 drop',
    '(local (ref $ii)) ref.func $id local.set 0 block local.get 0 drop end local.get 0 drop',
    '(local (ref $ii)) i32.const 1 if ref.func $id local.set 0 local.get 0 drop else ref.func $id local.set 0 local.get 0 drop end',
    '(local (ref $ii)) block ref.func $id local.set 0 end ref.func $id local.set 0 local.get 0 drop',
    '(local (ref null $ii)) local.get 0 drop',
    '(local i32 (ref $ii) i64) local.get 0 drop local.get 2 drop',
  ];
  const refused = [
    '(local (ref $ii)) local.get 0 drop',
    '(local (ref $ii)) block ref.func $id local.set 0 end local.get 0 drop',
    '(local (ref $ii)) loop ref.func $id local.set 0 end local.get 0 drop',
    '(local (ref $ii)) i32.const 1 if ref.func $id local.set 0 else ref.func $id local.set 0 end local.get 0 drop',
    '(local (ref $ii)) i32.const 1 if ref.func $id local.set 0 else local.get 0 drop end',
    '(local (ref $ii)) block block ref.func $id local.set 0 end local.get 0 drop end',
    '(local (ref $ii)) unreachable block ref.func $id local.set 0 end local.get 0 drop',
    '(local (ref $ii) (ref $ii)) ref.func $id local.set 0 local.get 1 drop',
    '(param i32) (local (ref extern)) local.get 1 drop',
  ];

  test.each(accepted)('may be read once they are set: %s', async (body) => {
    expect(verdict(await moduleOf(body))).toMatchObject({ kind: 'valid' });
  });

  test.each(refused)('may not be read before, nor after the block that set them: %s', async (body) => {
    const bytes = await moduleOf(body);
    expect(verdict(bytes)).toMatchObject({
      kind: 'invalid',
      detail: expect.stringMatching(/^uninitialized local/),
      offset: offsetsOf(bytes, -1, 'local.get').at(-1),
    });
  });

  test('one function does not see what another one set', async () => {
    const bytes = await bytesOf(`(module ${declarations}
      (func (local (ref $ii)) (local.set 0 (ref.func $id))) (func (local i32) (local.set 0 (i32.const 1))) (func (local (ref $ii)) (drop (local.get 0))))`);
    expect(verdict(bytes)).toMatchObject({ kind: 'invalid', func: 5, detail: 'uninitialized local 0' });
  });
});

describe('unreachable code', () => {
  const accepted = [
    'unreachable drop drop',
    '(result i32) i32.const 1 return i32.add',
    '(result i32) i32.const 1 br 0 i64.const 1 i32.wrap_i64',
    '(result i64) unreachable i32.const 1 i64.extend_i32_s i32.const 0 select',
    '(result f32) loop (result f32) br 0 end',
    '(result i32) block (result i32) unreachable end',
    'block i32.const 0 br_table 0 drop drop i32.add drop end',
    '(result i32) unreachable block (param i32 i32) (result i32) i32.add end',
    '(result i32) unreachable if (result i32) i32.const 1 else i32.const 2 end',
    '(result i32 f32) unreachable i32.const 1 f32.const 2',
    'unreachable block br 0 end unreachable',
  ];
  const refused: readonly (readonly [string, Parameters<typeof offsetsOf>[2]])[] = [
    ['unreachable f32.const 0 i32.eqz drop', 'i32.eqz'],
    ['unreachable i32.const 0 i64.const 0 i32.add drop', 'i32.add'],
    ['unreachable block drop end', 'drop'],
    ['unreachable block i32.add drop end', 'i32.add'],
    ['unreachable i32.add f32.neg drop', 'f32.neg'],
    ['br 0 i32.const 1', 'end'],
    ['(result i32) unreachable i64.const 1 i32.const 2', 'end'],
    ['block (result i32) unreachable end f32.neg drop', 'f32.neg'],
    ['return local.get 5 drop', 'local.get'],
    ['unreachable br 7', 'br'],
    ['unreachable call 77', 'call'],
    ['unreachable i32.const 0 global.set $c', 'global.set'],
  ];

  test.each(accepted)('takes operands that are missing: %s', async (body) => {
    expect(verdict(await moduleOf(body))).toMatchObject({ kind: 'valid' });
    expect(isValidInV8(await moduleOf(body, plainDeclarations))).toBe(true);
  });

  test.each(refused)('is typed all the same: %s', async (body, name) => {
    const bytes = await moduleOf(body);
    expect(verdict(bytes)).toMatchObject({ kind: 'invalid', offset: offsetsOf(bytes, -1, name).at(-1) });
    expect(isValidInV8(await moduleOf(body, plainDeclarations))).toBe(false);
  });
});
