/** Small programs, one for each corner of the language: the engine, in every tier, and the host's own do the same. */

import { setFlagsFromString } from 'node:v8';
import { beforeAll, describe, expect, test } from 'vitest';
import { native, type WasmNamespace, wiz } from '../diff/namespace.ts';
import { Transcript } from '../diff/transcript.ts';
import { transform } from '../fuzz/wasm-opt.ts';
import { engineIn, tierNames } from '../support/tiers.ts';
import { assemble } from './assemble.ts';
import type { ProgramCase } from './cases/common.ts';
import { multiMemory, multiMemoryBeyond } from './cases/multi-memory.ts';
import { cases } from './cases.ts';
import { namespaceOf } from './transcripts.ts';

async function transcript(W: WasmNamespace, { sources, run }: ProgramCase): Promise<string[]> {
  const binaries = await Promise.all(sources.map(assemble));
  const t = new Transcript(W);
  run({ W, modules: binaries.map((bytes) => new W.Module(bytes)), t });
  return t.lines;
}

beforeAll(() => {
  // Finished features that the oldest supported Node has behind flags.
  setFlagsFromString('--experimental-wasm-extended-const');
});

/** What the host does, once for all tiers. */
const known = new Map<ProgramCase, Promise<string[]>>();

function nativeTranscript(program: ProgramCase): Promise<string[]> {
  const found = known.get(program) ?? transcript(native.W, program);
  known.set(program, found);
  return found;
}

describe.each(tierNames)('programs in tier %s', (tier) => {
  const newNamespace = (): WasmNamespace => namespaceOf(engineIn(tier));

  test.each(Object.entries(cases))('%s', async (_name, program) => {
    const expected = await nativeTranscript(program);
    expect(expected.length).toBeGreaterThan(3);
    expect(await transcript(newNamespace(), program)).toEqual(expected);
  });

  test('several memories', async () => {
    // The host has one memory only: it runs what binaryen makes of the module, with both memories in one.
    const bytes = await assemble('multi-memory.wat');
    const lowered = await transform(bytes, ['--all-features', '--multi-memory-lowering']);
    const run = (W: WasmNamespace, module: Uint8Array) => {
      const t = new Transcript(W);
      multiMemory(t, new W.Instance(new W.Module(module)).exports);
      return t.lines;
    };
    expect(run(newNamespace(), bytes)).toEqual(run(native.W, lowered));
  });

  test('several memories, each with its own end', async () => {
    const W = newNamespace();
    const { exports } = new W.Instance(new W.Module(await assemble('multi-memory.wat')));
    const t = new Transcript(W);
    multiMemoryBeyond(t, exports);
    expect(t.lines.length).toBeGreaterThan(15);
    for (const line of t.lines) expect(line).toMatch(/ ! RuntimeError: memory access out of bounds$/);
    // ... and each with its own maximum: three and four pages
    const { grow_a, grow_b, size } = exports as Record<string, (pages?: number) => unknown>;
    expect([grow_a?.(3), grow_b?.(3), grow_a?.(2), grow_b?.(2), grow_a?.(1), grow_b?.(1), size?.()]).toEqual([
      -1,
      -1,
      1,
      2,
      -1,
      -1,
      [3, 4],
    ]);
  });

  test('are run by two different engines', () => {
    expect(wiz.W.Module).not.toBe(native.W.Module);
    expect(wiz.W.Instance).not.toBe(native.W.Instance);
  });
});
