/** Which modules of a program run in wiz, and what is told about them. */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildCli, runCli } from '../cli/run-cli.ts';
import { writeModules, writeUnsupported } from './modules.ts';
import { programFile, registerUrl, runNode } from './programs.ts';

let folder = '';
/** The feature of `unsupported.wasm`. */
let feature: string | undefined;

beforeAll(async () => {
  await buildCli();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-selection-'));
  await writeModules(folder);
  feature = await writeUnsupported(path.join(folder, 'unsupported.wasm'));
});

afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

describe.concurrent('modules that share what they have', () => {
  /** Filters, and what has a report. */
  const cases: readonly [order: string, filter: string, reported: readonly string[], warning: RegExp][] = [
    ['provider-first', '*', ['fib', 'provider', 'user'], /^$/],
    ['provider-first', 'provider.wasm', ['provider'], /^$/],
    ['provider-first', 'user.wasm', [], /^wiz: .*user\.wasm runs natively, without probes: it imports provider\.table/],
    ['provider-first', '!provider.wasm', ['fib'], /^wiz: .*user\.wasm runs natively, without probes/],
    ['script-first', '*', ['fib', 'user'], /^$/],
    ['script-first', 'user.wasm', ['user'], /^$/],
    ['script-first', 'export=f?b', ['fib'], /^$/],
  ];

  test.each(cases)('%s, with --module %s', async (order, filter, reported, warning) => {
    const args = [programFile('mixed.mjs'), folder, order];
    const native = await runNode(args);
    expect(native).toMatchObject({ code: 0, stderr: '' });
    const out = path.join(folder, `${order} ${encodeURIComponent(filter)}/`);
    const options = ['--probe', 'icount', '--format', 'json', '--out', out, '--module', filter];
    const result = await runCli(['run', ...options, '--', process.execPath, ...args]);
    expect(result).toMatchObject({ code: 0, stdout: native.stdout, stderr: expect.stringMatching(warning) });
    const [file] = fs.readdirSync(out);
    const { modules } = JSON.parse(fs.readFileSync(path.join(out, file as string), 'utf8'));
    const names = modules.map(({ name }: { name: string }) => path.basename(name, '.wasm'));
    expect(names.sort()).toEqual(reported);
  });
});

describe.concurrent('the list', () => {
  test('shows each module and who loaded it, and leaves all of them to the host', async ({ expect }) => {
    const args = ['run', '--list', '--', process.execPath, programFile('mixed.mjs'), folder];
    const { code, stderr } = await runCli(args);
    expect(code).toBe(0);
    const shown = stderr
      .replaceAll(folder, 'FOLDER')
      .replace(/[0-9a-f]{64}/g, 'DIGEST')
      .replace(/file:.*\//g, 'URL/');
    expect(shown).toMatchInlineSnapshot(`
      "Modules of mixed.mjs: 4 modules

      1  FOLDER/provider.wasm
         size       129 bytes
         sha256     DIGEST
         loaded by  URL/mixed.mjs:5:24
         engine     native
         features   mutable-globals
         imports    none
         exports    5 (memory, table, counter, twice, fail)

      2  FOLDER/user.wasm
         size       212 bytes
         sha256     DIGEST
         loaded by  URL/mixed.mjs:5:24
         engine     native
         features   mutable-globals
         imports    5 (provider.memory, provider.table, provider.counter, provider.twice, host.log)
         exports    2 (bump, run)

      3  FOLDER/fib.wasm
         size       76 bytes
         sha256     DIGEST
         loaded by  URL/mixed.mjs:5:24
         engine     native
         features   none beyond the first version
         imports    none
         exports    1 (fib)

      4  FOLDER/fib.wasm
         size       76 bytes
         sha256     DIGEST
         loaded by  URL/mixed.mjs:5:24
         engine     native
         features   none beyond the first version
         imports    none
         exports    1 (fib)
      "
    `);
  });

  test('in JSON has all imports and exports', async () => {
    const out = path.join(folder, 'list/');
    const options = ['--list', '--format', 'json', '--out', out];
    expect(await runCli(['run', ...options, '--', process.execPath, programFile('mixed.mjs'), folder])).toMatchObject({
      code: 0,
    });
    const [file] = fs.readdirSync(out);
    expect(file).toMatch(/^modules\.\d+\.json$/);
    const { modules } = JSON.parse(fs.readFileSync(path.join(out, file as string), 'utf8'));
    expect(modules[1].imports).toContainEqual({ module: 'provider', name: 'counter', kind: 'global' });
    expect(modules[1].exports).toEqual([
      { name: 'bump', kind: 'function' },
      { name: 'run', kind: 'function' },
    ]);
  });

  test('knows nothing of what Node has in itself', async () => {
    const result = await runCli(['run', '--list', '--', process.execPath, programFile('internals.mjs')]);
    expect(result).toEqual({
      code: 0,
      signal: null,
      stdout: 'of the server\nof CommonJS\n',
      stderr: 'wiz: the program loaded no WebAssembly module\n',
    });
  });
});

describe.concurrent('a module that wiz does not execute', () => {
  const args = (): string[] => [
    '--',
    process.execPath,
    programFile('answer.mjs'),
    path.join(folder, 'unsupported.wasm'),
  ];
  const answer = 'true\n42 true true\n';

  test('runs natively, which is said once', async ({ skip }) => {
    if (feature === undefined) skip('wiz executes all that the host does');
    const { code, stdout, stderr } = await runCli(['run', '--probe', 'coverage', ...args()]);
    expect({ code, answer: stdout.slice(0, answer.length) }).toEqual({ code: 0, answer });
    const reason = `it uses ${feature}, which wiz does not execute`;
    expect(stderr).toMatch(new RegExp(`^wiz: .*unsupported\\.wasm runs natively, without probes: ${reason}\\n`));
  });

  test('ends the program with --strict', async ({ skip }) => {
    if (feature === undefined) skip('wiz executes all that the host does');
    const result = await runCli(['run', '--strict', '--probe', 'coverage', ...args()]);
    expect(result).toMatchObject({ code: 2, stdout: expect.not.stringContaining('42') });
    expect(result.stderr).toContain(`unsupported.wasm cannot be instrumented: it uses ${feature}`);
  });
});

describe.concurrent('what cannot be', () => {
  const cases: readonly [args: string[], message: string][] = [
    [[], 'no COMMAND is given'],
    [['--nope', '--', 'node'], "unknown option '--nope'"],
    [['--probe', 'covrage', '--', 'node'], 'did you mean "coverage"?'],
    [['--module', 'sice=3', '--', 'node'], 'did you mean "size"?'],
    [['--out', 'file.json', '--probe', 'calls', '--', 'node'], '--out file.json/'],
    [['--out', 'folder/', '--', 'node'], '--out needs a report'],
    [['--report-on', 'SIGUSR1', '--', 'node'], 'did you mean "SIGUSR2"?'],
    [['--tier', 'js', '--threshold', '5', '--', 'node'], '--threshold is for --tier auto'],
    [['--', 'no-such-command'], 'cannot run no-such-command: it does not exist'],
    [['app.mjs'], 'wiz run -- node app.mjs'],
  ];

  test.each(cases)('wiz run %j', async (args, message) => {
    const result = await runCli(['run', ...args]);
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  test('in the environment ends the process before the program begins', async () => {
    const run = (env: Record<string, string>) => runNode(['--import', registerUrl(), '-e', 'console.log(1)'], env);
    const near = await run({ WIZ_PROBES: 'coverage' });
    expect(near).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('did you mean "WIZ_PROBE"?') });
    expect(await run({ WIZ_STRICT: 'yes' })).toMatchObject({ code: 2, stdout: '' });
    expect(await run({ WIZ_FORMAT: 'json' })).toMatchObject({ code: 2, stdout: '' });
    expect(await run({ WIZ_SPEC_SUITE: 'elsewhere' })).toMatchObject({ code: 0, stdout: '1\n', stderr: '' });
  });

  test('in the options of a probe ends the program where the probe would attach', async () => {
    const options = ['run', '--probe', 'calls:only=nothing'];
    const result = await runCli([...options, '--', process.execPath, programFile('common.cjs'), `${folder}/fib.wasm`]);
    expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('"nothing"') });
  });

  test('ends a program whose reports have no place, and says so', async () => {
    const file = path.join(folder, 'a-file');
    fs.writeFileSync(file, '');
    const result = await runCli(['run', '--probe', 'calls', '--out', `${file}/`, '--', 'node', '-e', '1']);
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot write to') });
  });
});
