/** Programs in AssemblyScript, with its garbage collector and library: the engine, in every tier, and the host's own do the same. */

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compileAssemblyScript } from '../../examples/build.ts';
import { type Exports, native, type WasmMemory, type WasmNamespace } from '../diff/namespace.ts';
import { describeValue, Transcript } from '../diff/transcript.ts';
import { engineIn, tierNames } from '../support/tiers.ts';
import { namespaceOf } from './transcripts.ts';

const folder = fileURLToPath(new URL('assemblyscript', import.meta.url));

type Run = (t: Transcript, exports: Exports) => void;

function readText(exports: Exports): string {
  const start = (exports.notes as () => number)();
  const bytes = new Uint8Array((exports.memory as WasmMemory).buffer);
  return new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(0, start)));
}

function transcript(W: WasmNamespace, bytes: Uint8Array, run: Run): string[] {
  const t = new Transcript(W);
  const abort = (...args: unknown[]) => {
    t.note(`abort${describeValue(args)}`);
  };
  const { exports } = new W.Instance(new W.Module(bytes), { env: { abort } });
  run(t, exports);
  t.state(exports);
  return t.lines;
}

const programs: Readonly<Record<string, Run>> = {
  'trees.ts': (t, exports) => {
    t.call(exports, 'trees', 1, 100);
    t.call(exports, 'trees', 30, 1000);
    t.call(exports, 'usedPages');
  },
  'strings.ts': (t, exports) => {
    t.call(exports, 'numbers');
    t.call(exports, 'words', 2000);
    for (const index of [0, 2, 3, -1]) t.call(exports, 'outOfRange', index);
    t.note(readText(exports));
  },
  'nbody.ts': (t, exports) => {
    t.call(exports, 'energy');
    t.call(exports, 'advance', 2000, 0.01);
    t.call(exports, 'energy');
  },
};

describe('AssemblyScript', () => {
  test.each(Object.entries(programs))('%s', async (source, run) => {
    const bytes = await compileAssemblyScript(folder, source, ['--runtime', 'incremental', '--exportRuntime']);
    const expected = transcript(native.W, bytes, run);
    expect(expected.join('\n')).not.toMatch(/TypeError|LinkError/);
    for (const tier of tierNames) {
      expect(transcript(namespaceOf(engineIn(tier)), bytes, run), tier).toEqual(expected);
    }
  });
});
