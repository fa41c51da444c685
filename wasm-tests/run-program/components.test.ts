/** Components: programs that jco makes of them, and one of which jco consists. */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildCli, runCli } from '../cli/run-cli.ts';
import { writeComponent } from './component.ts';
import { programFile, runNode } from './programs.ts';

let folder = '';
let cores: string[] = [];
let args: string[] = [];

beforeAll(async () => {
  await buildCli();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-component-'));
  cores = await writeComponent(path.join(folder, 'counter'));
  fs.writeFileSync(path.join(folder, 'counter/report.js'), "export default (text) => console.log('longer:', text);\n");
  args = [programFile('component.mjs'), path.join(folder, 'counter/counter.js')];
});

afterAll(() => fs.rmSync(folder, { recursive: true }));

const NATIVE = /^longer: a\nlonger: few\nlonger: longest\n\{"words":6,"longest":"longest"\}\nno words\n0,97,115,109,/;

test('components run in wiz, and print what they print natively', async () => {
  const native = await runNode(args);
  expect(native).toMatchObject({ code: 0, stdout: expect.stringMatching(NATIVE), stderr: '' });
  expect(await runCli(['run', '--', process.execPath, ...args])).toEqual(native);
});

test('the core modules of a component are instrumented', async () => {
  const out = path.join(folder, 'out/');
  const options = ['--probe', 'coverage', '--module', 'counter*', '--format', 'json', '--out', out];
  const result = await runCli(['run', ...options, '--', process.execPath, ...args]);
  expect(result).toMatchObject({ code: 0, stdout: expect.stringMatching(NATIVE), stderr: '' });

  const [file = ''] = fs.readdirSync(out);
  const { modules } = JSON.parse(fs.readFileSync(path.join(out, file), 'utf8')) as {
    modules: { name: string; totals: { functions: { covered: number } } }[];
  };
  const called = modules.map(({ name, totals }) => [path.basename(name), totals.functions.covered]);
  // The second one lets JavaScript's functions be imported before they can be called, the third one connects them.
  expect(Object.fromEntries(called)).toEqual({
    'counter.core.wasm': 2,
    'counter.core2.wasm': 1,
    'counter.core3.wasm': 0,
  });
  expect(called.map(([name]) => name).sort()).toEqual([...cores].sort());
});
