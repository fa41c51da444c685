/** The parts of the fuzzers that decide what is compared. */

import { describe, expect, test } from 'vitest';
import { assembleWat } from '../../examples/build.ts';
import { native } from '../diff/namespace.ts';
import { callAll } from './call-all.ts';
import { exposeState, sections } from './expose.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { allowedDifference } from './verdict.ts';

function hidden(stored: number): Promise<Uint8Array> {
  return assembleWat(
    'hidden.wat',
    `(module
      (import "host" "value" (global externref))
      (memory 1) (table 3 funcref) (global $g (mut i64) (i64.const 5))
      (elem (i32.const 1) $f)
      (func $f (export "f") (param i64) (result i64)
        (i32.store8 (i32.const 77) (i32.const ${stored}))
        (global.set $g (local.get 0)) (global.get $g)))`,
  );
}

describe('fuzzing', () => {
  test('sees the state of a module that exports none', async () => {
    const lines = callAll(native.W, exposeState(await hidden(9)), 3);
    const text = lines.join('\n');
    expect(text).toMatch(/^all memory 0: 65536 bytes, 1 not zero/m);
    expect(text).toMatch(/^all table 0: 3 elements: null, function 0\/1, null$/m);
    expect(text).toMatch(/^all global 0.value = "value of value"$/m);
    expect(text).toMatch(/^all global 1.value = -?\d+n$/m);
  });

  test('notices one bit that differs', async () => {
    const [one, other] = [await hidden(9), await hidden(11)].map((bytes) => callAll(native.W, exposeState(bytes), 3));
    expect(one).not.toEqual(other);
  });

  test('exposing keeps all sections', async () => {
    const before = await hidden(1);
    const ids = (bytes: Uint8Array) => sections(bytes).map(({ id }) => id);
    expect(ids(exposeState(before))).toEqual(ids(before));
  });

  test('a seed gives the same damage each time, and leaves the original alone', () => {
    const original = new Random(1).bytes(500);
    const copy = original.slice();
    const damage = (seed: number) => Array.from({ length: 50 }, () => mutate(new Random(seed), original));
    expect(damage(7)).toEqual(damage(7));
    expect(damage(7)).not.toEqual(damage(8));
    expect(original).toEqual(copy);
  });

  test('engines may differ for a feature that one of them lacks, and for nothing else', () => {
    const accepted = { accepted: true } as const;
    const refused = (message: string) => ({ accepted: false, message }) as const;
    expect(allowedDifference(accepted, accepted)).toBeNull();
    expect(allowedDifference(accepted, refused('throw needs the feature "exceptions", which ...'))).toMatch(
      /exceptions/,
    );
    expect(allowedDifference(accepted, refused('type mismatch'))).toBeNull();
    expect(allowedDifference(refused('enable with --experimental-wasm-gc'), accepted)).toMatch(/gc/);
    expect(allowedDifference(refused('type error in fallthru'), accepted)).toBeNull();
  });
});
