import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { MinerResult, ModuleMix } from '../../analyses/index.ts';
import { kernelFile, kernels } from '../../bench/kernels.ts';
import { tierNames } from '../support/tiers.ts';
import { wat } from './support/programs.ts';
import { type BytesOptions, runBytes } from './support/run.ts';

function mixOf(bytes: Uint8Array, options: BytesOptions): ModuleMix {
  return (runBytes(bytes, [{ name: 'miner' }], options).results[0] as MinerResult).modules[0] as ModuleMix;
}

async function kernelMix(name: string): Promise<ModuleMix> {
  const kernel = kernels.find((candidate) => candidate.name === name);
  if (kernel === undefined) throw new Error(`there is no kernel ${name}`);
  const bytes = new Uint8Array(readFileSync(await kernelFile(kernel)));
  return mixOf(bytes, { tier: 'js', calls: [{ name: 'run', args: [kernel.small.n] }] });
}

describe('programs', { timeout: 60_000 }, () => {
  test.each(['sha256', 'sha512', 'siphash'])('%s is seen to hash', async (name) => {
    const { verdict, functions } = await kernelMix(name);
    expect(verdict).toBe('dominates');
    expect(functions.find(({ name }) => name.includes('compress'))?.isHashLike).toBe(true);
  });

  test.each([
    'quicksort',
    'base64',
    'queens',
    'hash-map',
    'bytecode-switch',
    'bytecode-indirect',
    'gemm',
    'nussinov',
    'n-body',
    'mandelbrot',
    'bignum',
    'crc32',
    'xorshift',
  ])('%s is not', async (name) => {
    const { verdict, executedInHashes, executed } = await kernelMix(name);
    expect(executed).toBeGreaterThan(100);
    expect([verdict, executedInHashes]).toEqual(['none', 0]);
  });
});

test.each(tierNames)('operations are counted by kind, for i32, i64 and integer lanes, in tier %s', async (tier) => {
  const bytes = await wat(`(module
    (func (export "main") (local i32 i64 v128) (local $i i32)
      (loop $l
        (local.set 0 (i32.xor (i32.rotl (local.get 0) (i32.const 7)) (i32.shr_u (local.get 0) (i32.const 3))))
        (local.set 1 (i64.or (i64.rotr (local.get 1) (i64.const 7)) (i64.shl (local.get 1) (i64.const 3))))
        (local.set 2 (v128.xor (i32x4.add (local.get 2) (local.get 2)) (i64x2.shl (local.get 2) (i32.const 1))))
        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10)))))
    (func $never (drop (i32.xor (i32.const 1) (i32.const 2)))))`);
  const mix = mixOf(bytes, { tier });
  expect(mix.operations).toEqual({ add: 20, and: 0, or: 10, xor: 20, shift: 30, rotate: 20 });
  // The comparison computes, too.
  expect(mix.computing).toBe(110);
  expect(mix.functions.map(({ index }) => index)).toEqual([0]);
  expect(mix).toMatchObject({ verdict: 'dominates', executedInHashes: mix.executed });
});
