/** The kernels of the benchmarks: every tier computes what V8 does, and some of them what other implementations do. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { loadRun } from '../../bench/engines.ts';
import { type Kernel, kernelFile, kernels } from '../../bench/kernels.ts';
import { native } from '../diff/namespace.ts';
import { some } from '../support/thorough.ts';

test.each(some(kernels, 4))('$name', { timeout: 120_000 }, async (kernel) => {
  const file = await kernelFile(kernel);
  const { n, result } = kernel.small;
  for (const engine of ['native', 'interpreter', 'js', 'auto'] as const) {
    const run = await loadRun(engine, file);
    // The second run finds the memory as the first has left it.
    expect([engine, run(n), run(n)]).toEqual([engine, result, result]);
  }
});

test('the kernels are as many as there should be', () => {
  const ofGroup = (group: Kernel['group']) => kernels.filter((kernel) => kernel.group === group).length;
  expect([ofGroup('polybench'), ofGroup('others'), ofGroup('i64')]).toEqual([30, 13, 4]);
});

async function exportsOf(name: string): Promise<Readonly<Record<string, (...args: number[]) => number>>> {
  const kernel = kernels.find((candidate) => candidate.name === name);
  if (kernel === undefined) throw new Error(`there is no kernel ${name}`);
  const { Module, Instance } = native.W;
  const bytes = new Uint8Array(readFileSync(await kernelFile(kernel)));
  return new Instance(new Module(bytes)).exports as Record<string, (...args: number[]) => number>; // the kernels export functions of numbers
}

async function run(name: string, n: number): Promise<number> {
  return (await exportsOf(name)).run?.(n) ?? Number.NaN;
}

/** What the kernels make of a list of 32-bit numbers. */
function fold(words: Iterable<number>): number {
  let sum = 0;
  for (const word of words) sum = (Math.imul(sum, 31) + word) | 0;
  return sum;
}

/** The message of the hash functions: 16 KB, n times. */
function message(n: number, size = 16384): Uint8Array {
  const once = Uint8Array.from({ length: size }, (_, i) => i * 31 + (i >> 8));
  return Buffer.concat(Array.from({ length: n }, () => once));
}

describe('other implementations agree', () => {
  test('fib, queens, sieve', async () => {
    expect(await run('fib', 20)).toBe(6765);
    expect(await run('queens', 9)).toBe(352);
    expect(await run('sieve', 100_000)).toBe(4 * 9592);
  });

  test.each(['bytecode-switch', 'bytecode-indirect'])('%s', async (name) => {
    let steps = 0;
    for (let i = 1; i <= 500; i++) {
      for (let x = i; x !== 1; x = x % 2 === 0 ? x / 2 : 3 * x + 1) steps++;
    }
    expect(await run(name, 500)).toBe(steps);
  });

  test('quicksort', async () => {
    const numbers = new Int32Array(3000);
    let seed = 42;
    for (let i = 0; i < numbers.length; i++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
      numbers[i] = seed;
    }
    expect(await run('quicksort', numbers.length)).toBe(fold(numbers.sort()));
  });

  test('hash-map', async () => {
    const n = 1000;
    let total = 0;
    for (let time = 0; time < 8; time++) {
      const map = new Map<number, number>();
      let sum = 0;
      let seed = time;
      for (let i = 0; i < 2 * n; i++) {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        const key = ((seed >>> 8) % n) + 1;
        map.set(key, (map.get(key) ?? 0) + 1);
        if (i % 3 !== 0) continue;
        const other = ((seed >>> 4) % n) + 1;
        sum = (sum + (map.get(other) ?? 0)) | 0;
        map.delete(other);
      }
      for (let key = 1; key <= n; key++) {
        const count = map.get(key);
        if (count !== undefined) sum = (Math.imul(sum, 31) + count) | 0;
      }
      total = (Math.imul(total, 31) + sum) | 0;
    }
    expect(await run('hash-map', n)).toBe(total);
  });

  test('base64', async () => {
    const bytes = Buffer.from(message(1, 12288));
    expect(await run('base64', 2)).toBe(fold([...Buffer.from(bytes.toString('base64'), 'latin1'), ...bytes]));
  });

  test('crc32, sha256, sha512', async () => {
    expect(await run('crc32', 3)).toBe(crc32(message(3)) | 0);
    const sha256 = createHash('sha256').update(message(3)).digest();
    expect(await run('sha256', 3)).toBe(fold(Array.from({ length: 8 }, (_, i) => sha256.readInt32BE(4 * i))));
    const sha512 = createHash('sha512').update(message(3)).digest();
    let sum = 0n;
    for (let i = 0; i < 8; i++) sum = BigInt.asUintN(64, sum * 31n + sha512.readBigUInt64BE(8 * i));
    expect(await run('sha512', 3)).toBe(Number(BigInt.asIntN(32, sum ^ (sum >> 32n))));
  });

  test('siphash: the published vectors', async () => {
    const { bitsOf } = await exportsOf('siphash');
    const hash = (length: number) =>
      (BigInt((bitsOf?.(length, 32) ?? 0) >>> 0) << 32n) | BigInt((bitsOf?.(length, 0) ?? 0) >>> 0);
    expect(hash(15)).toBe(0xa129ca6149be45e5n);
    expect(hash(0)).toBe(0x726fdb47dd0e0e31n);
    expect(hash(8)).toBe(0x93f5f5799a932462n);
  });

  test('xorshift', async () => {
    let state = 0x9e3779b97f4a7c15n;
    let sum = 0n;
    for (let i = 0n; i < 200n; i++) {
      state ^= state >> 12n;
      state = BigInt.asUintN(64, state ^ (state << 25n));
      state ^= state >> 27n;
      const value = BigInt.asUintN(64, state * 0x2545f4914f6cdd1dn);
      const by = i & 63n;
      sum = BigInt.asUintN(64, sum + BigInt.asUintN(64, (value << by) | (value >> (64n - by))));
    }
    expect(await run('xorshift', 200)).toBe(Number(BigInt.asIntN(32, sum ^ (sum >> 32n))));
  });

  test('bignum', async () => {
    const n = 40;
    const bits = BigInt(32 * n);
    const number = (seed: number) => {
      let value = 0n;
      for (let i = 0n; i < n; i++) {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        value |= BigInt(seed) << (32n * i);
      }
      return value;
    };
    const b = number(2);
    let product = number(1) << bits;
    for (let time = 0; time < 4; time++) product = (product >> bits) * b;
    const words = Array.from({ length: 2 * n }, (_, i) => Number(BigInt.asIntN(32, product >> BigInt(32 * i))));
    expect(await run('bignum', n)).toBe(fold(words));
  });

  test('n-body: the published energies', async () => {
    expect(await run('n-body', 0)).toBeCloseTo(-0.169075164, 9);
    expect(await run('n-body', 1000)).toBeCloseTo(-0.169087605, 9);
  });

  test('matrix-f32', async () => {
    const n = 20;
    const f = Math.fround;
    const a = (i: number, j: number) => f(f((i * j + 1) % n) / n);
    const b = (i: number, j: number) => f(f((i * (j + 1) + 2) % n) / n);
    let total = 0;
    for (let at = 0; at < n * n; at++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum = f(sum + f(a(Math.floor(at / n), k) * b(k, at % n)));
      total = f(total + f(sum * ((at % 7) + 1)));
    }
    expect(await run('matrix-f32', n)).toBe(total);
  });
});
