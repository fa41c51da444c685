/** Probes from files: the examples that come with wiz, the file that `new-probe` writes, and everything that can be wrong with one. */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCli, type CliResult, runCli } from './run-cli.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const probe = (name: string): string => path.join(examples, 'probes', name);
const program = (name: string): string => path.join(examples, name);
let folder = '';

beforeAll(async () => {
  await buildCli();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-probes-'));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const made = path.join(folder, name);
  fs.writeFileSync(made, text);
  return made;
}

/** A program in text format, with things for probes to see. */
const SUBJECT = `(module
  (memory (export "memory") 1)
  (global $level (mut i32) (i32.const 1))
  (func $malloc (export "malloc") (param i32) (result i32) (i32.const 64))
  (func (export "allocate") (result i32)
    (drop (call $malloc (i32.const 10))) (drop (call $malloc (i32.const 500))) (call $malloc (i32.const 20)))
  (func (export "store") (i32.store (i32.const 100) (i32.const 7)) (i32.store8 (i32.const 103) (i32.const 1))
    (i32.store (i32.const 104) (i32.const 9)))
  (func (export "nan") (param f64) (result f64) (f64.sub (f64.div (local.get 0) (f64.const 0)) (f64.const 1)))
  (func $set (export "set") (param i32) (global.set $level (local.get 0)))
  (func (export "levels") (call $set (i32.const 5)) (call $set (i32.const 5)) (call $set (i32.const 500))))`;

/** Runs an export of the subject with a probe. */
function observe(probeText: string, ...call: string[]): Promise<CliResult> {
  const subject = file('subject.wat', SUBJECT);
  const [name = '', ...args] = call;
  return runCli(['--probe', probeText, '--invoke', name, subject, ...args]);
}

const fib = (probeText: string, n: string): Promise<CliResult> =>
  runCli(['--probe', probeText, '--invoke', 'fib', program('fib.wasm'), n]);

describe('the examples', () => {
  it('are all tested here, and have less than 40 lines each', () => {
    const files = fs.readdirSync(path.join(examples, 'probes')).filter((name) => name.endsWith('.ts'));
    const tested = fs.readFileSync(fileURLToPath(import.meta.url), 'utf8');
    for (const name of files) {
      expect(tested, `${name} has a test`).toContain(`probe('${name}`);
      expect(fs.readFileSync(probe(name), 'utf8').split('\n').length).toBeLessThan(40);
    }
    expect(files.length).toBeGreaterThanOrEqual(10);
  });

  it('count calls', async () => {
    const { stdout, stderr, code } = await fib(probe('count-calls.ts'), '10');
    expect([stdout, code]).toEqual(['55\n', 0]);
    expect(stderr).toMatch(/^fib +177$/m);
  });

  it('log stores to an address, also those that overlap it', async () => {
    const { stderr } = await observe(`${probe('stores-to.ts')}:address=102,length=2`, 'store');
    expect(stderr.match(/bytes at \d+/g)).toEqual(['bytes at 100', 'bytes at 103']);
    expect(stderr).toContain('4 bytes at 100 = 7');
    expect(stderr).toMatch(/^stores +2$/m);
  });

  it('break on a condition and print the stack', async () => {
    const { stderr } = await fib(`${probe('break-when.ts')}:func=fib,value=3,limit=1`, '5');
    expect(stderr.match(/^#\d fib/gm)).toHaveLength(3);
    expect(stderr).toContain('the host');
    expect(stderr).toMatch(/^hits +2$/m);
  });

  it('tally branch bias', async () => {
    const { stderr } = await fib(`${probe('branch-bias.ts')}:min=1`, '10');
    // fib(10) makes 177 calls, of which 89 have n < 2.
    expect(stderr).toMatch(/fib\+\d+ \w+ +177 +(50\.3|49\.7)%/);
  });

  it('track the largest allocation', async () => {
    const { stderr } = await observe(probe('largest-allocation.ts'), 'allocate');
    expect(stderr).toContain('3 allocations, 530 bytes; the largest has 500 bytes');
    expect(stderr).toContain('allocate');
  });

  it('find the instruction that makes a NaN', async () => {
    const { stdout, stderr } = await observe(probe('find-nan.ts'), 'nan', '0');
    expect(stdout).toBe('nan\n');
    expect(stderr).toMatch(/f64\.div/);
  });

  it('check an invariant after each call', async () => {
    const { stderr, code } = await observe(`${probe('check-invariant.ts')}:max=100`, 'levels');
    expect(code).toBe(134);
    expect(stderr).toContain('trap: global 0 is 500 after set');
    expect(stderr).toMatch(/^checks +3$/m);
  });

  it('measure recursion depth', async () => {
    const { stderr } = await fib(probe('recursion-depth.ts'), '7');
    expect(stderr).toMatch(/^fib +7$/m);
  });

  it('watch a global', async () => {
    const { stderr } = await observe(probe('watch-global.ts'), 'levels');
    expect(stderr).toContain('1 -> 5');
    expect(stderr).toContain('5 -> 500');
    expect(stderr).toMatch(/^writes +3$/m);
    expect(stderr).toMatch(/^changes +2$/m);
  });

  it('make a map of edges, equal for equal runs', async () => {
    const runs = await Promise.all(
      ['8', '8', '1'].map((n) =>
        runCli(['--probe', probe('edge-map.ts'), '--format', 'json', '--invoke', 'fib', program('fib.wasm'), n]),
      ),
    );
    const maps = runs.map(({ stderr }) => JSON.parse(stderr) as { edges: number });
    expect(maps[0]).toEqual(maps[1]);
    expect(maps[0]?.edges).toBeGreaterThan(maps[2]?.edges as number);
  });
});

describe('wiz new-probe', () => {
  it('writes a probe that runs, and overwrites nothing', async () => {
    const first = await runCli(['new-probe', 'mine'], { cwd: folder });
    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(first.stderr).toContain('wiz --probe ./mine.ts app.wasm');
    const run = await runCli(['--probe', './mine.ts:top=1', '--invoke', 'fib', program('fib.wasm'), '5'], {
      cwd: folder,
    });
    expect(run).toMatchObject({ code: 0, stdout: '5\n' });
    expect(run.stderr).toMatch(/^fib +15$/m);
    const second = await runCli(['new-probe', 'mine'], { cwd: folder });
    expect(second.code).toBe(2);
    expect(second.stderr).toContain('cannot write mine.ts: it exists already');
  });
});

describe('wiz new-probe refuses', () => {
  const refused: [string, string, string][] = [
    ['an extension that is not TypeScript', 'mine.js', 'wiz new-probe mine\n'],
    ['a folder that is not there', 'nowhere/mine', 'cannot write nowhere/mine.ts: there is no folder nowhere\n'],
    ['a name that --probe could not take apart', 'a:b', '"a:b" is no name for a probe\n'],
  ];
  it.each(refused)('%s', async (_what, name, message) => {
    const before = fs.readdirSync(folder);
    const { code, stderr } = await runCli(['new-probe', name], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(fs.readdirSync(folder)).toEqual(before);
  });
});

it('a word that is nearly a command is no missing file', async () => {
  const { code, stderr } = await runCli(['new-prob', 'x'], { cwd: folder });
  expect([code, stderr]).toEqual([
    2,
    'wiz: there is no command and no file "new-prob"\ndid you mean "wiz new-probe"?\n',
  ]);
});

describe('files of all kinds', () => {
  const uses =
    "defineProbe({ name: 'kind', summary: '', start: () => ({ instance: (i) => onEntry(i, () => 0), result: () => 'seen' }) })";
  const kinds: [string, string][] = [
    ['a.mts', `import { defineProbe, onEntry, type Value } from 'wiz'; const v: Value[] = []; export default ${uses};`],
    [
      'b.js',
      `import { onEntry } from 'wiz/probes'; import { defineProbe } from 'wiz/analyses'; export default ${uses};`,
    ],
    ['c.mjs', `const { defineProbe, onEntry } = await import('wiz'); export default ${uses};`],
    ['d.cjs', `const { defineProbe, onEntry } = require('wiz'); module.exports = ${uses};`],
    ['e.ts', `import * as wiz from 'wiz'; const { defineProbe, onEntry } = wiz; export default ${uses};`],
  ];
  beforeAll(() => {
    // Another package of that name nearby, which must not be what probes import.
    const other = path.join(folder, 'kinds/node_modules/wiz');
    fs.mkdirSync(other, { recursive: true });
    fs.writeFileSync(path.join(other, 'package.json'), '{ "name": "wiz", "main": "index.js" }');
    fs.writeFileSync(path.join(other, 'index.js'), "throw new Error('another copy');");
  });
  it.each(kinds)('%s', async (name, text) => {
    const { stderr, code } = await fib(file(`kinds/${name}`, text), '3');
    expect([stderr, code]).toEqual(['seen\n', 0]);
  });
});

describe('results', () => {
  const result = (text: string): Promise<CliResult> =>
    fib(
      file(
        'r.ts',
        `import { defineProbe } from 'wiz';
      export default defineProbe({ name: 'r', summary: '', start: () => ({ result: () => (${text}) }) });`,
      ),
      '3',
    );

  it('in an object: what goes on a line first, then a table for each list of objects, object and map', async () => {
    const { stderr } = await result(
      "{ rows: [{ a: 1, b: 'x' }, { a: 22 }], total: 3, none: [], map: new Map([['k', { deep: 1 }]]), set: new Set([1]) }",
    );
    expect(stderr).toBe(`r of fib.wasm

total    3
none    []
set    [1]

rows:
  a   b
  1   x
  22

map:
  k  {"deep":1}
`);
  });

  it('of nothing', async () => {
    expect((await result('undefined')).stderr).toBe('r of fib.wasm\n\n(nothing)\n');
  });
});

describe('several probes', () => {
  it('run together, report in the order given, and each gives what it gives alone', async () => {
    const args = ['--invoke', 'fib', program('fib.wasm'), '9'];
    const [a, b] = [probe('count-calls.ts'), probe('recursion-depth.ts')];
    const alone = await Promise.all([a, b].map((p) => runCli(['--probe', p, ...args])));
    const together = await runCli(['--probe', a, '--probe', b, ...args]);
    expect(together.stderr).toBe(alone.map(({ stderr }) => stderr).join('\n'));
  });

  it('are told how the program ended', async () => {
    const source = `import { defineProbe } from 'wiz';
      export default defineProbe({ name: 'ends', summary: '', start({ log }) {
        return { started: () => log('started'), finished: (o) => log('finished: ' + o.kind + ' ' + (o.code ?? '')),
          instance: (i) => log('instance of ' + i.module.exports.length), result: () => 'over' }; } });`;
    const ends = file('ends.ts', source);
    const exit = file(
      'exit.wat',
      `(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1) (func (export "_start") (call $exit (i32.const 3))))`,
    );
    const trap = file('trap.wat', '(module (func (export "_start") unreachable))');
    const [exited, trapped, returned] = await Promise.all(
      [[exit], [trap], ['--invoke', 'fib', program('fib.wasm'), '3']].map((args) => runCli(['--probe', ends, ...args])),
    );
    expect(exited).toMatchObject({ code: 3, stderr: 'instance of 2\nstarted\nfinished: exit 3\nover\n' });
    expect(trapped?.code).toBe(134);
    expect(trapped?.stderr).toMatch(/^instance of 1\nstarted\nfinished: trap \n[\s\S]*over\n$/);
    expect(returned?.stderr).toMatch(/started\nfinished: returned \nover\n$/);
  });
});

describe('errors', () => {
  const failing = (body: string): string => `import { defineProbe, onEntry } from 'wiz';

export default defineProbe({ name: 'mine', summary: '', options: { limit: { help: '', default: 3 } }, start() {
  ${body}
} });
`;

  it('in an event: the probe, the location and the own source line; the report is still made', async () => {
    const bad = file(
      'bad-event.ts',
      failing(`return { instance: (i) => onEntry(i, () => {
    throw new Error('my own bug');
  }), result: () => 'the report' };`),
    );
    const { stderr, code } = await fib(bad, '3');
    expect(code).toBe(70);
    expect(stderr).toContain('probe mine (entry) failed at function 0, pc 0: my own bug');
    expect(stderr).toMatch(/bad-event\.ts:5:\d+\)/);
    expect(stderr).toContain('the report');
  });

  const cases: [string, () => string, RegExp][] = [
    [
      'a missing file',
      () => './missing.ts',
      /cannot read the probe \.\/missing\.ts: it does not exist\nwiz new-probe missing/,
    ],
    [
      'a missing file with one of nearly that name',
      () => file('nearby.ts', '').replace('nearby.ts', 'neerby.ts'),
      /neerby\.ts: it does not exist\ndid you mean ".*\/nearby\.ts"\?\n$/,
    ],
    [
      'a missing extension',
      () => file('nearby.ts', '').replace('nearby.ts', 'nearby'),
      /nearby: it does not exist\ndid you mean ".*\/nearby\.ts"\?\n$/,
    ],
    ['another extension', () => file('probe.md', ''), /has no extension of a probe\nA probe is .*: \.ts, /],
    ['a folder', () => '.', /^wiz: the probe \. is not a file\n/],
    [
      'a syntax error',
      () => file('syntax.ts', 'const a = 1;\nexport default {'),
      /syntax\.ts cannot be loaded: syntax error: Unexpected token\nat line 2, column 17\n$/,
    ],
    [
      'a package that is not there',
      () => file('package.ts', "import 'wizz';"),
      /package\.ts cannot be loaded: Cannot find module 'wizz'\n(at .*\n)?$/,
    ],
    [
      'an import that does not exist',
      () => file('import.ts', "import { defineProb } from 'wiz';\n\nexport default defineProb({});"),
      /cannot be loaded: "wiz" exports no "defineProb"; did you mean "defineProbe"\?\nat line 3, column 10\n$/,
    ],
    [
      'no start',
      () =>
        file(
          'nostart.ts',
          "import { defineProbe } from 'wiz';\nexport default defineProbe({ name: 'n', summary: '' });",
        ),
      /the probe n needs start\(.*\nat line 2, column \d+\n$/,
    ],
    [
      'an option without a default',
      () => file('nodefault.ts', failing('').replace(', default: 3', '')),
      /the option "limit" of the probe mine needs a default/,
    ],
    ['no default export', () => file('none.ts', 'export const a = 1;'), /none\.ts has no probe as its default export/],
    [
      'an unknown option',
      () => `${file('o.ts', failing("return { result: () => '' };"))}:limt=4`,
      /no option "limt": did you mean "limit"\?/,
    ],
    [
      'a wrong value',
      () => `${file('v.ts', failing("return { result: () => '' };"))}:limit=x`,
      /option "limit" takes a number, for instance limit=3, not "x"/,
    ],
    [
      'a wrong filter',
      () => `${probe('break-when.ts')}:func=fob`,
      /probe break-when failed to attach: .*"fob"; did you mean "fib"\?/,
    ],
    ['an unknown probe', () => 'coverag', /there is no probe "coverag"\ndid you mean "coverage"\?/],
  ];
  it.each(cases)('%s', async (_what, probeText, message) => {
    const { stderr, code, stdout } = await fib(probeText(), '3');
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(stdout).toBe('');
  });

  it.each([
    ['nothing', '', 'start has to return { instance, result }, not undefined'],
    [
      'a promise',
      'return Promise.resolve({ result() {} });',
      'start has to return { instance, result }, not a promise',
    ],
    ['no result', 'return {};', 'what start returns needs result(), which gives what was found'],
    ['what cannot be called', 'return { result() {}, instance: 3 };', 'instance of what start returns is a number'],
  ])('start returns %s', async (_what, body, message) => {
    const { stderr, code } = await fib(file('start.ts', failing(body)), '3');
    expect(code).toBe(70);
    expect(stderr).toContain(`wiz: a probe failed: probe mine failed to start: ${message}`);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it('an import that does not exist, used in an event: its place', async () => {
    const bad = file(
      'use.ts',
      failing('return { instance: (i) => onEntry(i, () => stakText()), result: () => 1 };').replace(
        'onEntry }',
        'onEntry, stakText }',
      ),
    );
    const { stderr } = await fib(bad, '3');
    expect(stderr).toMatch(/"wiz" exports no "stakText"; did you mean "stackText"\? \(.*use\.ts:4:\d+\)/);
  });

  it('what is read and not declared: the declaration to add', async () => {
    const bad = file(
      'undeclared.ts',
      failing(`return { instance: (i) => onEntry(i, ({ frame }) => frame.caller), result: () => '' };`),
    );
    const { stderr } = await fib(bad, '3');
    expect(stderr).toContain('must be declared: add "stack: true" to the "needs" of the probe');
  });
});

it('options behind the program are not taken for arguments of a program that has no _start', async () => {
  const { stderr, code } = await runCli([program('fib.wasm'), '--invoke', 'fib', '3']);
  expect(code).toBe(2);
  expect(stderr).toContain('Options of wiz stand before FILE: wiz --invoke ... ');
});

it('wiz probes lists all probes with their options, a line each', async () => {
  const { stdout, code } = await runCli(['probes']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}coverage\* +which functions/m);
  expect(stdout).toMatch(/^ {4}coverage:detail +\S/m);
});
