/** Programs of control, calls, variables, references and bulk operations: every tier against V8, with and without probes. */

import { setFlagsFromString } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { functionInstructions, insertGlobalProbe, instructions, internals } from '../../engine/index.ts';
import { native, type WasmNamespace } from '../diff/namespace.ts';
import { Transcript } from '../diff/transcript.ts';
import { contextualRows, rowGroups } from '../support/rows.ts';
import { engineIn, tierNames } from '../support/tiers.ts';
import { assembleText } from '../support/wast-assemble.ts';
import { type ContextualProgram, contextualPrograms } from './contextual-programs.ts';

// Only here and before the first module: V8 of Node 20 has these behind flags.
setFlagsFromString('--experimental-wasm-typed-funcref');

const imports = {
  e: {
    host: (a: number, b: bigint, c: number) => [a + Number(b) + c, a * 2],
    inc: (n: number) => n + 1,
  },
};

async function assembled(wat: string): Promise<Uint8Array> {
  const result = await assembleText(wat);
  if (!result.ok) throw new Error(`the test's own module is wrong: ${result.message}`);
  return result.bytes;
}

/** What the calls came to, each with the state of the instance after it. */
function run(W: WasmNamespace, bytes: Uint8Array, program: ContextualProgram, onInstance?: (object: object) => void) {
  const transcript = new Transcript(W);
  const instance = new W.Instance(new W.Module(bytes), imports);
  onInstance?.(instance);
  for (const [name, ...args] of program.calls) {
    transcript.call(instance.exports, name, ...args);
    transcript.state(instance.exports);
  }
  return transcript.lines;
}

/** The rows that functions of the instance execute from now on are added to `executed`. */
function recordRows(object: object, executed: Set<string>): void {
  const instance = internals.instanceOf(object as never);
  const tables = new Map<number, Map<number, number>>();
  insertGlobalProbe(instance, {
    fire: (frame) => {
      const { index } = frame.func;
      let ops = tables.get(index);
      if (ops === undefined) {
        const found = functionInstructions(instance.module, index);
        ops = new Map([...found.pcs].map((pc, i) => [pc, found.ops[i] as number]));
        tables.set(index, ops);
      }
      executed.add(instructions[ops.get(frame.pc) as number]?.name ?? '?');
    },
  });
}

const executed = new Set<string>();

describe.each(tierNames)('in tier %s', (tier) => {
  const newNamespace = (): WasmNamespace => engineIn(tier).WebAssembly as unknown as WasmNamespace;

  test.each(contextualPrograms)('$name does the same with and without probes, and as V8', async (program) => {
    const bytes = await assembled(program.wat);
    const plain = run(newNamespace(), bytes, program);
    const traced = run(newNamespace(), bytes, program, (object) => recordRows(object, executed));
    expect(traced).toEqual(plain);
    if (program.expected === undefined) expect(plain).toEqual(run(native.W, bytes, program));
    else {
      // As soon as V8 knows the feature, the expectations should give way to it.
      expect(() => new native.W.Module(bytes)).toThrow(native.W.CompileError);
      const outcomes = plain.filter((line) => /^[^:]*\(.*\) [=!] /.test(line));
      expect(outcomes.map((line) => line.replace(/^.*?\) [=!] /, ''))).toEqual(program.expected);
    }
  });
});

test('no executed row of the instruction table is without a test', () => {
  expect(contextualRows.filter((i) => !executed.has(i.name)).map((i) => i.name)).toEqual([]);
  const grouped = Object.values(rowGroups).flat();
  expect(new Set([...grouped, ...contextualRows])).toEqual(new Set(instructions.filter((i) => !i.isDecodedOnly)));
  expect(grouped.length).toBe(new Set(grouped).size);
});
