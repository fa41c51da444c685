/** What becomes of a run whose probe fails outside of events, and in which order a probe hears of the run. */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCli, type CliResult, runCli } from './run-cli.ts';

const fib = fileURLToPath(new URL('../../examples/fib.wasm', import.meta.url));
let folder = '';

const HOOKS = `import { defineProbe } from 'wiz';
export default defineProbe({ name: 'hooks', summary: '', options: { at: { help: '', default: '' } },
  start({ options, log }) {
    const hear = (hook: string) => {
      log(hook);
      if (hook === options.at) throw new Error('my own bug');
    };
    hear('start');
    return {
      module: () => hear('module'), instance: () => hear('instance'), started: () => hear('started'),
      finished: () => hear('finished'), stop: () => hear('stop'), result: () => (hear('result'), 'of hooks') };
  } });
`;
const OTHER = `import { defineProbe } from 'wiz';
export default defineProbe({ name: 'other', summary: '', start: ({ log }) => ({
  finished: ({ kind }) => log('other: ' + kind), result: () => 'of the other' }) });
`;

beforeAll(async () => {
  await buildCli();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-lifecycle-'));
  fs.writeFileSync(path.join(folder, 'hooks.ts'), HOOKS);
  fs.writeFileSync(path.join(folder, 'other.ts'), OTHER);
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

function observe(at: string): Promise<CliResult> {
  const probes = ['--probe', `./hooks.ts:at=${at}`, '--probe', './other.ts'];
  return runCli([...probes, '--invoke', 'fib', fib, '5'], { cwd: folder });
}

describe('a probe on the command line', () => {
  it('hears of everything once, in order, and is stopped before it reports', async () => {
    const { stdout, stderr, code } = await observe('');
    expect([stdout, code]).toEqual(['5\n', 0]);
    expect(stderr).toBe(
      'start\nmodule\ninstance\nstarted\nfinished\nstop\nother: returned\nresult\nof hooks\n\nof the other\n',
    );
  });

  it.each([
    ['start', 'to start', false, false],
    ['module', 'to look at a module', false, false],
    ['instance', 'to attach', true, false],
    ['started', 'at the start of the program', true, false],
    ['finished', 'at the end of the program', true, true],
    ['stop', 'to stop', true, true],
    ['result', 'to give its result', true, true],
  ])(
    'that fails in %s is named with its own line, and takes no report from the others',
    async (at, task, isReported, hasRun) => {
      const { stdout, stderr, code } = await observe(at);
      expect([stdout, code]).toEqual([hasRun ? '5\n' : '', 70]);
      expect(stderr).toContain(`wiz: a probe failed: probe hooks failed ${task}: my own bug (`);
      expect(stderr).toMatch(/hooks\.ts:6:\d+\)/);
      expect(stderr).not.toContain('internal error');
      expect(stderr.includes('of the other')).toBe(isReported);
    },
  );
});
