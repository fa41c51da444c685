/** Compiling takes room on the host's stack for blocks in blocks: where there is none, a function is interpreted, and no trap seen. */

import { describe, expect, test } from 'vitest';
import { ModuleBuilder } from '../../engine/binary/module-builder.ts';
import { Engine } from '../../engine/index.ts';
import { I32 } from '../../engine/isa/valtype.ts';

const BLOCKS = 1500;

/** A function of so many blocks, each in the next, as compilers make them for the places of a large `switch`: it leaves a few of them. */
function nested(): Uint8Array<ArrayBuffer> {
  const builder = new ModuleBuilder();
  const [BLOCK, EMPTY, END, LOCAL_GET, BR_IF] = [0x02, 0x40, 0x0b, 0x20, 0x0d];
  const opening = Array.from({ length: BLOCKS }, () => [BLOCK, EMPTY]).flat();
  const closing = Array.from({ length: BLOCKS }, () => END);
  const code = [...opening, LOCAL_GET, 0, BR_IF, 3, ...closing, LOCAL_GET, 0];
  builder.export('run', 'function', builder.func({ type: builder.type([I32], [I32]), code }));
  return Uint8Array.from(builder.toBytes());
}

const CASES = 4000;

/** A switch of so many cases, in a loop, as Go makes it of a large function: each case adds its number and goes on with the next one. */
function cases(): Uint8Array<ArrayBuffer> {
  const builder = new ModuleBuilder();
  const [BLOCK, LOOP, EMPTY, END, BR, BR_TABLE] = [0x02, 0x03, 0x40, 0x0b, 0x0c, 0x0e];
  const [LOCAL_GET, LOCAL_SET, CONST, ADD] = [0x20, 0x21, 0x41, 0x6a];
  const number = (n: number): number[] => (n < 64 ? [n] : [(n & 127) | 128, ...number(n >> 7)]);
  const labels = Array.from({ length: CASES + 1 }, (_, i) => number(i)).flat();
  const opening = Array.from({ length: CASES + 1 }, () => [BLOCK, EMPTY]).flat();
  const clauses = Array.from({ length: CASES }, (_, i) => [
    ...[END, LOCAL_GET, 1, CONST, ...number(i), ADD, LOCAL_SET, 1],
    ...[LOCAL_GET, 0, CONST, 1, ADD, LOCAL_SET, 0, BR, ...number(CASES - i)],
  ]).flat();
  const table = [LOCAL_GET, 0, BR_TABLE, ...number(CASES), ...labels];
  const code = [LOOP, EMPTY, ...opening, ...table, ...clauses, END, END, LOCAL_GET, 1];
  builder.export('run', 'function', builder.func({ type: builder.type([I32, I32], [I32]), code }));
  return Uint8Array.from(builder.toBytes());
}

/** Calls a function behind so many calls. */
function behind<T>(calls: number, action: () => T): T {
  return calls === 0 ? action() : behind(calls - 1, action);
}

/** How many calls there is room for. */
function room(): number {
  let calls = 0;
  const deeper = (): void => {
    calls++;
    deeper();
  };
  expect(deeper).toThrow(RangeError);
  return calls;
}

describe.each(['js', 'auto'] as const)('with the tier %s', (tier) => {
  test('a function with many blocks runs, wherever the host calls it first', () => {
    const bytes = nested();
    for (const part of [0.1, 0.5, 0.75, 0.85]) {
      const { Module, Instance } = new Engine({ tier, threshold: tier === 'auto' ? 1 : 0 }).WebAssembly;
      const { run } = new Instance(new Module(bytes)).exports;
      const calls = Math.floor(room() * part);
      for (let i = 0; i < 5; i++) expect(behind(calls, () => run(7))).toBe(7);
      // And where there is room again.
      for (let i = 0; i < 200; i++) expect(run(8)).toBe(8);
    }
  });
});

test('a switch with thousands of cases is compiled', () => {
  const engine = new Engine({ tier: 'js', bytecodeLimit: 1_000_000 });
  const { Module, Instance } = engine.WebAssembly;
  const { run } = new Instance(new Module(cases())).exports;
  expect(run(0, 0)).toBe((CASES * (CASES - 1)) / 2);
  expect(run(CASES - 2, 0)).toBe(2 * CASES - 3);
  expect(engine.tierReport().functions.refused).toBe(0);
});
