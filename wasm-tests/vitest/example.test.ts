/** The example project with Vitest, in a folder where the built package is installed. */

import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileCoverageData } from 'istanbul-lib-coverage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildCli, builtPackage } from '../cli/run-cli.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folders: string[] = [];

beforeAll(buildCli);

afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true });
});

/** A copy of the example, with what `npm install` would bring. */
function project(): string {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'example-'));
  folders.push(folder);
  fs.cpSync(path.join(root, 'examples/vitest'), folder, { recursive: true });
  const modules = path.join(folder, 'node_modules');
  fs.mkdirSync(modules);
  for (const name of ['vitest', '@vitest'])
    fs.symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name));
  fs.symlinkSync(builtPackage(), path.join(modules, 'wiz'));
  return folder;
}

function write(folder: string, file: string, content: string): void {
  fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  fs.writeFileSync(path.join(folder, file), content);
}

/** A package with a module, and a test that uses it. */
function addPackage(folder: string): void {
  fs.mkdirSync(path.join(folder, 'node_modules/fib'));
  fs.copyFileSync(path.join(root, 'examples/fib.wasm'), path.join(folder, 'node_modules/fib/fib.wasm'));
  write(
    folder,
    'test/package.test.js',
    `import { readFileSync } from 'node:fs';
    import { expect, test } from 'vitest';
    test('the fifth', () => {
      const module = new WebAssembly.Module(readFileSync(new URL('../node_modules/fib/fib.wasm', import.meta.url)));
      expect(new WebAssembly.Instance(module).exports.fib(5)).toBe(5);
    });\n`,
  );
}

interface Run {
  readonly code: number;
  /** Both streams. */
  readonly text: string;
}

function runVitest(folder: string, ...args: string[]): Promise<Run> {
  const main = path.join(folder, 'node_modules/vitest/vitest.mjs');
  // Not the variables of the Vitest that runs this.
  const env = { PATH: process.env.PATH, NO_COLOR: '1' };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, 'run', ...args], { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr });
    });
  });
}

/** Rows of the text table, by file: per cent of statements, branches, functions and lines. */
function tableOf(text: string): Record<string, number[]> {
  const rows = [...text.matchAll(/^ *(\S+\.(?:js|wasm)) *\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|/gm)];
  return Object.fromEntries(rows.map(([, name, ...figures]) => [name, figures.map(Number)]));
}

const expected = { 'dates.js': [100, 100, 100, 100], 'dates.wasm': [96.47, 50, 100, 96.47] };

describe('the example', () => {
  /** Each project reads the configuration anew, and has a plugin of its own. */
  const projects = `
    { extends: true, test: { name: 'contexts', pool: 'vmThreads', include: ['test/m*', 'test/p*'] } },
    { extends: true, test: { name: 'threads', pool: 'threads', include: ['test/b*'] } },`;

  const cases = [
    ['v8', 'in processes', ''],
    ['istanbul', 'of projects in contexts and threads', `projects: [${projects}],`],
  ] as const;

  test.concurrent.each(cases)(
    'has one report on JavaScript and Wasm of its own with provider %s, %s',
    async (provider, _, inTest) => {
      const folder = project();
      addPackage(folder);
      const config = path.join(folder, 'vitest.config.ts');
      fs.writeFileSync(config, fs.readFileSync(config, 'utf8').replace('test: {', `test: { ${inTest}`));
      const args = ['--coverage', `--coverage.provider=${provider}`, '--maxWorkers=1'];
      const { code, text } = await runVitest(folder, ...args);
      expect({ code, table: tableOf(text) }, text).toEqual({ code: 0, table: expected });
      expect(text).not.toContain('wiz:');

      // The listing is the source, in the formats that have one.
      const coverage = path.join(folder, 'coverage');
      const listing = path.join(coverage, 'wasm-listings/src/dates.wasm.wat');
      const final = JSON.parse(fs.readFileSync(path.join(coverage, 'coverage-final.json'), 'utf8')) as Record<
        string,
        FileCoverageData
      >;
      expect(Object.keys(final).sort()).toEqual([path.join(folder, 'src/dates.js'), listing].sort());
      const functions = Object.values(final[listing]?.fnMap ?? {}).map(({ name }) => name);
      expect(functions).toEqual(['is_leap', 'days_in_month', 'days_before', 'day_number']);
      const lines = fs.readFileSync(listing, 'utf8').split('\n');
      const uncovered = Object.entries(final[listing]?.s ?? {}).filter(([, count]) => count === 0);
      expect(uncovered.map(([line]) => lines[Number(line) - 1]?.replace(/^.*;\) */, ''))).toEqual([
        'end',
        'unreachable',
        'end',
      ]);
      expect(fs.readFileSync(path.join(coverage, 'lcov.info'), 'utf8')).toContain(
        `SF:${path.relative(folder, listing)}\n`,
      );
      expect(fs.readFileSync(path.join(coverage, 'dates.wasm.html'), 'utf8')).toContain('br_table');
    },
  );

  test('fails below a threshold, and says for which module', async () => {
    const folder = project();
    fs.rmSync(path.join(folder, 'test/between.test.js'));
    const { code, text } = await runVitest(folder, '--coverage', '--coverage.provider=istanbul', '--pool=threads');
    expect(code, text).toBe(1);
    expect(text).toContain('ERROR: Coverage for functions (50%) does not meet "src/dates.wasm" threshold (100%)');
    expect(text).toMatch(/Tests +3 passed \(3\)/);
  });
});

const configurations = {
  plugin: '{ plugins: [wiz()] }',
  chosen: "{ plugins: [wiz({ modules: ['fib.wasm', 'loader=src/*'] })] }",
  setup: "{ test: { setupFiles: ['wiz/vitest'] } }",
};

describe.concurrent('modules', () => {
  /** A project with one file of tests. */
  function projectWith(configuration: keyof typeof configurations, file: string): string {
    const folder = project();
    for (const name of ['test', 'src']) fs.rmSync(path.join(folder, name), { recursive: true });
    const imports = "import { wiz } from 'wiz/vitest/plugin';\n";
    fs.writeFileSync(
      path.join(folder, 'vitest.config.ts'),
      `${imports}export default ${configurations[configuration]};\n`,
    );
    write(folder, 'test/own.test.js', `import { expect, test } from 'vitest';\n${file}\n`);
    return folder;
  }

  const options = ['--coverage', '--coverage.provider=istanbul', '--pool=threads'];

  test('of packages are in the report if they are asked for; one without a file is named by the code that loads it', async ({
    expect,
  }) => {
    const folder = projectWith(
      'chosen',
      "import { seven } from '../src/inline.js';\ntest('7', () => expect(seven()).toBe(7));",
    );
    addPackage(folder);
    // (module (func (export "f") (result i32) (i32.const 7)))
    const bytes = '0,97,115,109,1,0,0,0,1,5,1,96,0,1,127,3,2,1,0,7,5,1,1,102,0,0,10,6,1,4,0,65,7,11';
    write(
      folder,
      'src/inline.js',
      `export const seven = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(${bytes}))).exports.f;\n`,
    );
    const { code, text } = await runVitest(folder, ...options);
    const files = Object.keys(tableOf(text)).sort();
    expect({ code, files }, text).toEqual({
      code: 0,
      files: [expect.stringMatching(/\.[0-9a-f]{8}\.wasm$/), 'fib.wasm', 'inline.js'],
    });
    const [listing] = fs.readdirSync(path.join(folder, 'coverage/wasm-listings/src'));
    expect(listing).toMatch(/^inline\.js\.[0-9a-f]{8}\.wasm\.wat$/);
  });

  test('run in wiz with the setup file alone, which says what is missing for coverage', async ({ expect }) => {
    const folder = projectWith(
      'setup',
      `import { instrument } from 'wiz';
      const instance = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
      test('ours', () => expect(instrument(instance, 'icount').result().modules).toHaveLength(1));`,
    );
    const { code, text } = await runVitest(folder, ...options);
    expect(code, text).toBe(0);
    expect(text).toContain('wiz: the coverage of Vitest will lack WebAssembly: add plugins: [wiz()]');
  });

  test('run natively with the plugin and without coverage', async ({ expect }) => {
    const folder = projectWith(
      'plugin',
      "test('native', () => expect(Symbol.for('wiz.registered') in globalThis).toBe(false));",
    );
    const { code, text } = await runVitest(folder, '--pool=threads');
    expect(code, text).toBe(0);
  });
});
