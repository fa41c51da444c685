/**
 * Reports of coverage, compared with files in `goldens/`.
 *
 * `npx vitest run wasm-tests/analyses -u` writes the files anew; look at the difference.
 */

import { fileURLToPath } from 'node:url';
import istanbul from 'istanbul-lib-coverage';
import { lcovParser } from '@friedemannsommer/lcov-parser';
import { describe, expect, test } from 'vitest';
import {
  type CoverageResult,
  type FunctionCoverage,
  type Report,
  type ReportContext,
  renderCoverage,
} from '../../analyses/index.ts';
import { Engine, type Module } from '../../engine/index.ts';
import { analysisKind, covered, instantiate, wat } from './support/programs.ts';

const SOURCE = `
  (module
    (memory 1)
    (func $classify (export "classify") (param $n i32) (result i32)
      (if (i32.lt_s (local.get $n) (i32.const 0)) (then (return (call $negate (local.get $n)))))
      (block $small
        (br_if $small (i32.lt_s (local.get $n) (i32.const 10)))
        (return (i32.load (local.get $n))))
      (i32.const 1))
    (func $negate (param $n i32) (result i32) (i32.sub (i32.const 0) (local.get $n)))
    (func (export "exported only") nop)
    (func nop nop))`;

const context: Omit<ReportContext, 'modules'> = { program: 'app.wasm', width: 80, colors: false, out: undefined };

interface Asked {
  readonly format?: string;
  readonly options?: readonly string[];
  readonly context?: Partial<ReportContext>;
  /** Arguments of the calls of `classify`. */
  readonly calls?: readonly number[];
}

/** The report of a run of the program above. */
async function reportOf({ format = 'text', options = [], context: changes = {}, calls = [3] }: Asked): Promise<Report> {
  const engine = new Engine();
  const running = analysisKind('coverage').start(engine, {
    options: Object.fromEntries(options.map((option) => [option, true])),
  });
  const program = instantiate(engine, await wat(SOURCE));
  for (const arg of calls) program.call('classify', arg);
  return running.report(format, { ...context, ...changes });
}

function golden(name: string): string {
  return fileURLToPath(new URL(`goldens/${name}`, import.meta.url));
}

/** A result with made-up functions; `covered` and `all` count instructions. */
function madeUp(functions: readonly { name: string; covered: number; all: number }[]): CoverageResult {
  const made = functions.map(({ name, covered, all }, index): FunctionCoverage => {
    const share = { covered, all };
    const counts = { instructions: share, blocks: share, branches: share };
    return { index, name, start: 100 * index, ...counts, uncovered: [], uncoveredBlocks: [], untaken: [] };
  });
  const sum = (key: 'covered' | 'all'): number => functions.reduce((n, f) => n + f[key], 0);
  const instructions = { covered: sum('covered'), all: sum('all') };
  const called = { covered: functions.filter((f) => f.covered > 0).length, all: functions.length };
  return {
    analysis: 'coverage',
    version: 2,
    modules: [
      {
        name: undefined,
        size: 1000,
        sha256: '0'.repeat(64),
        instances: 1,
        totals: { functions: called, instructions, blocks: instructions, branches: instructions },
        functions: made,
      },
    ],
  };
}

function summaryOf(result: CoverageResult, changes: Partial<ReportContext> = {}): string {
  const modules = result.modules.map(() => undefined as unknown as Module); // a summary needs none
  const style = { format: 'text', hasDetail: false, hasUncalled: false } as const;
  return renderCoverage(result, style, { ...context, modules, ...changes }).text;
}

function widestLine(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}

describe('the summary', () => {
  test('of a small program', async () => {
    await expect((await reportOf({})).text).toMatchFileSnapshot(golden('summary.txt'));
  });

  test('in colours', async () => {
    const { text } = await reportOf({ context: { colors: true } });
    const escaped = text.replaceAll('\u001b', '\\e');
    await expect(escaped).toMatchFileSnapshot(golden('summary-colors.txt'));
  });

  test('of a program in which everything runs', async () => {
    const { coverage, call, instance } = covered(await wat('(module (func $f (export "f") nop))'));
    call('f');
    const style = { format: 'text', hasDetail: false, hasUncalled: false } as const;
    const { text } = renderCoverage(coverage.result(), style, { ...context, modules: [instance.module] });
    await expect(text).toMatchFileSnapshot(golden('summary-full.txt'));
  });

  test('before anything runs, without functions, and without instances', async () => {
    expect((await reportOf({ calls: [] })).text).toContain('No function was called.');
    expect(summaryOf(madeUp([]))).toContain('The module has no functions of its own.');
    expect(summaryOf({ analysis: 'coverage', version: 2, modules: [] })).toBe(
      'Coverage of app.wasm: nothing was instantiated\n',
    );
  });

  test('of 5,000 functions stays readable', async () => {
    const functions = Array.from({ length: 5000 }, (_, i) => ({
      name: i % 7 === 0 ? `core::fmt::num::imp::<impl core::fmt::Display for a_rather_long_name_${i}>::fmt` : `f${i}`,
      covered: i % 3 === 0 ? 0 : 1 + (i % 50),
      all: 50 + (i % 100),
    }));
    const text = summaryOf(madeUp(functions));
    expect(widestLine(text)).toBeLessThanOrEqual(80);
    await expect(text).toMatchFileSnapshot(golden('summary-large.txt'));
  });

  test.each([60, 80, 132])('is at most %i columns wide where that can be', (width) => {
    const text = summaryOf(madeUp([{ name: 'n'.repeat(200), covered: 1, all: 1_000_000 }]), { width });
    expect(widestLine(text)).toBeLessThanOrEqual(width);
    expect(text).toMatch(/nnn…nnn/);
  });

  test('never rounds to all or to nothing', () => {
    const text = summaryOf(madeUp([{ name: 'almost', covered: 99_999, all: 100_000 }]));
    expect(text).toContain('99.9%');
    expect(text).not.toMatch(/^(instructions|blocks|almost) .*100\.0%/m);
    expect(summaryOf(madeUp([{ name: 'hardly', covered: 1, all: 100_000 }]))).toContain('<0.1%');
  });

  test('escapes what names could do to a terminal', () => {
    const text = summaryOf(madeUp([{ name: 'a\u001b[2Jb\nc\u202e', covered: 1, all: 1 }]));
    expect(text).toContain('a\\u{1b}[2Jb\\u{a}c\\u{202e}');
  });

  test('tells modules apart', () => {
    const [module] = madeUp([{ name: 'f', covered: 1, all: 1 }]).modules;
    if (module === undefined) throw new Error('a module was made');
    const modules = [module, { ...module, name: 'lib', instances: 2 }];
    const text = summaryOf({ analysis: 'coverage', version: 2, modules });
    expect(text).toContain('Coverage of app.wasm, module 1 of 2 (unnamed, 1000 bytes)');
    expect(text).toContain('Coverage of app.wasm, module 2 of 2 (lib, 1000 bytes), 2 instances together');
  });
});

describe('the detail', () => {
  test('marks the instructions of functions that were called', async () => {
    await expect((await reportOf({ options: ['detail'] })).text).toMatchFileSnapshot(golden('detail.txt'));
  });

  test('shows the others as well when all are asked for', async () => {
    await expect((await reportOf({ options: ['all'] })).text).toMatchFileSnapshot(golden('detail-all.txt'));
  });
});

describe('JSON', () => {
  test('is the result, with a line for each function', async () => {
    const { text } = await reportOf({ format: 'json' });
    await expect(text).toMatchFileSnapshot(golden('json.txt'));
  });

  test('says what the result says', async () => {
    const { coverage, instance } = covered(await wat(SOURCE));
    const style = { format: 'json', hasDetail: false, hasUncalled: false } as const;
    for (const result of [coverage.result(), madeUp([]), { ...madeUp([]), modules: [] }]) {
      const modules = result.modules.map(() => instance.module);
      const { text } = renderCoverage(result, style, { ...context, modules });
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(result)));
    }
  });
});

describe('lcov', () => {
  test('with the listing that its lines are about', async () => {
    const { text, files } = await reportOf({ format: 'lcov', context: { out: 'out/cov.lcov' } });
    await expect(text).toMatchFileSnapshot(golden('cov.lcov'));
    expect(files.map((file) => file.path)).toEqual(['out/cov.lcov.wat']);
    await expect(files[0]?.content).toMatchFileSnapshot(golden('cov.lcov.wat'));
  });

  test('is what a parser of the format reads', async () => {
    const calls = [3, -1];
    const { text, files } = await reportOf({ format: 'lcov', context: { out: 'cov.lcov' }, calls });
    const json = JSON.parse((await reportOf({ format: 'json', calls })).text) as CoverageResult;
    const totals = json.modules[0]?.totals;
    const sections = await lcovParser({ from: text });
    expect(sections).toHaveLength(1);
    const [section] = sections;
    expect(section?.path).toBe('cov.lcov.wat');
    const figures = (group = { hit: 0, instrumented: 0 }) => ({ covered: group.hit, all: group.instrumented });
    expect(figures(section?.lines)).toEqual(totals?.instructions);
    expect(figures(section?.functions)).toEqual(totals?.functions);
    expect(figures(section?.branches)).toEqual(totals?.branches);
    // Lines with a count are the lines with an instruction, those of functions the lines with a header.
    const lines = String(files[0]?.content).split('\n');
    const numbered = (pattern: RegExp) => lines.flatMap((line, i) => (pattern.test(line) ? [i + 1] : []));
    expect(section?.lines.details.map((line) => line.line)).toEqual(numbered(/^\(;/));
    expect(section?.functions.details.map((func) => func.line)).toEqual(numbered(/^\(func /));
    expect(section?.functions.details.map((func) => [func.name, func.hit])).toEqual([
      ['classify', 1],
      ['negate', 1],
      ['exported only', 0],
      ['wasm-function[3]', 0],
    ]);
  });

  test('tells functions of the same name apart', async () => {
    const { coverage, instance } = covered(await wat('(module (func $"f" (@name "same") nop) (func (@name "same")))'));
    const style = { format: 'lcov', hasDetail: false, hasUncalled: false } as const;
    const { text } = renderCoverage(coverage.result(), style, { ...context, out: 'a', modules: [instance.module] });
    expect(text).toContain('FNDA:0,same (;0;)\nFNDA:0,same (;1;)\n');
  });

  test('needs a file', async () => {
    await expect(reportOf({ format: 'lcov' })).rejects.toThrow(/--out/);
  });
});

describe('the registry', () => {
  test('stopped, an analysis still reports, and sees no further instances', async () => {
    const engine = new Engine();
    const running = analysisKind('coverage').start(engine);
    const bytes = await wat('(module (func $f (export "f") nop))');
    const first = instantiate(engine, bytes);
    running.stop();
    first.call('f');
    instantiate(engine, bytes).call('f');
    const result = JSON.parse(running.report('json', context).text) as CoverageResult;
    expect(result.modules[0]).toMatchObject({ instances: 1, totals: { instructions: { covered: 0, all: 2 } } });
  });

  test('a format that does not exist', async () => {
    await expect(reportOf({ format: 'dot' })).rejects.toThrow('coverage has no format "dot": it has text, json, lcov');
  });
});

describe('other formats of the istanbul libraries', () => {
  test('istanbul: data that its library reads and sums up', async () => {
    const { text, files } = await reportOf({ format: 'istanbul', context: { out: 'coverage-final.json' }, calls: [3] });
    const json = JSON.parse((await reportOf({ format: 'json', calls: [3] })).text) as CoverageResult;
    const totals = json.modules[0]?.totals;
    expect(files.map(({ path }) => path)).toEqual(['coverage-final.json.wat']);
    const { statements, branches, functions } = istanbul.createCoverageMap(JSON.parse(text)).getCoverageSummary();
    const figures = ({ covered, total }: { covered: number; total: number }) => ({ covered, all: total });
    expect(figures(statements)).toEqual(totals?.instructions);
    expect(figures(branches)).toEqual(totals?.branches);
    expect(figures(functions)).toEqual(totals?.functions);
  });

  test('cobertura', async () => {
    const { text } = await reportOf({ format: 'cobertura', context: { out: 'c.xml' } });
    expect(text).toMatch(/<coverage lines-valid="\d+" lines-covered="\d+"/);
    expect(text).toContain('<method name="classify" hits="1"');
    expect(text).toMatch(/branch="true" condition-coverage="50% \(1\/2\)"/);
  });

  test('istanbul-html: pages with the listing, and what they need', async () => {
    const { text, files } = await reportOf({ format: 'istanbul-html', context: { out: 'web/index.html' } });
    expect(text).toContain('app.wasm.wat');
    const paths = files.map(({ path }) => path);
    expect(paths).toContain('web/base.css');
    expect(paths).toContain('web/app.wasm.wat.html');
    expect(files.find(({ path }) => path.endsWith('.png'))?.content).toBeInstanceOf(Uint8Array);
    expect(String(files.find(({ path }) => path === 'web/app.wasm.wat.html')?.content)).toContain('i32.lt_s');
    await expect(reportOf({ format: 'istanbul-html', context: { out: 'web/x.html' } })).rejects.toThrow(/index\.html/);
  });
});
