/** The command `npm run spec`: runs the official test suite and compares with the list of what is known not to pass. */

import { statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Engine } from './adapter.ts';
import { V8Engine } from './adapter-v8.ts';
import { tiers, WizEngine } from './adapter-wiz.ts';
import { blessAll, type Deviation, deviations, readExpectations, writeExpectations } from './expected.ts';
import { deviationLines, failureLines, fileRow, messageLines, reportData, summary, tableHead } from './report.ts';
import { type FileResult, runScript } from './run-file.ts';
import { isStandard, readSuiteFile, suiteFiles } from './suite.ts';

const usage = `Usage: npm run spec -- [options] [folder]

Runs the official WebAssembly test suite (a clone of github.com/WebAssembly/testsuite) in the folder,
or else in the folder that the environment variable WIZ_SPEC_SUITE names.

  --filter GLOB   only files whose path in the suite matches, e.g. 'simd_*'
  --legacy        also the files of legacy/
  --proposals     also the files of proposals/ (reported, not compared with the list)
  --tier NAME     what executes: ${Object.keys(tiers).join(', ')} (default: interpreter)
  --engine NAME   wiz, or v8 for the host's own engine, to check the runner (default: wiz)
  --verbose       print each failure
  --messages      print each module that was refused with other words than the suite's
  --json FILE     write the results as JSON
  --bless         rewrite the list of what is known not to pass (expected.json)

Exit status: 0 when every result is the listed one, 1 when not (v8: when anything failed), 2 for a wrong command line.
`;

const expectedPath = fileURLToPath(new URL('expected.json', import.meta.url));

interface Options {
  readonly folder: string;
  readonly filter: string | undefined;
  readonly legacy: boolean;
  readonly proposals: boolean;
  readonly tier: string;
  readonly engine: string;
  readonly verbose: boolean;
  readonly messages: boolean;
  readonly json: string | undefined;
  readonly bless: boolean;
}

/** Deviations printed for each file without `--verbose`. */
const SHOWN_PER_FILE = 10;

class UsageError extends Error {}

function print(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

function readOptions(args: readonly string[]): Options | undefined {
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      filter: { type: 'string' },
      legacy: flag,
      proposals: flag,
      tier: { type: 'string', default: 'interpreter' },
      engine: { type: 'string', default: 'wiz' },
      verbose: flag,
      messages: flag,
      json: { type: 'string' },
      bless: flag,
      help: flag,
    },
  });
  if (values.help) return undefined;
  const folder = positionals[0] ?? process.env.WIZ_SPEC_SUITE;
  if (folder === undefined || folder === '' || positionals.length > 1) {
    throw new UsageError('name the folder of the suite, as the argument or in WIZ_SPEC_SUITE');
  }
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`${folder} is no folder`);
  if (values.engine !== 'wiz' && values.bless)
    throw new UsageError('the list is that of wiz: no --bless with another engine');
  return { ...values, folder, filter: values.filter, json: values.json };
}

/** Runs the files with one engine, printing a row for each. */
async function runFiles<M, I, E>(engine: Engine<M, I, E>, options: Options): Promise<FileResult[]> {
  const files = suiteFiles(options.folder, options);
  if (files.length === 0) throw new UsageError(`no script in ${options.folder} is selected`);
  const results: FileResult[] = [];
  print([tableHead]);
  for (const file of files) {
    const result = await runScript(engine, file, readSuiteFile(options.folder, file));
    results.push(result);
    print([fileRow(result)]);
    if (options.verbose) print(failureLines(result));
    if (options.messages) print(messageLines(result));
  }
  return results;
}

async function runEngine(options: Options): Promise<FileResult[]> {
  if (options.engine === 'v8') return runFiles(new V8Engine(), options);
  if (options.engine !== 'wiz') throw new UsageError(`unknown engine ${options.engine}`);
  const makeExecutor = tiers[options.tier];
  if (makeExecutor === undefined) {
    throw new UsageError(`unknown tier ${options.tier}; there is ${Object.keys(tiers).join(', ')}`);
  }
  return runFiles(new WizEngine(makeExecutor()), options);
}

/** Compares with the list; the number of deviations. */
function checkExpectations(all: readonly FileResult[], options: Options): number {
  const results = all.filter((result) => isStandard(result.file));
  const expectations = readExpectations(expectedPath);
  const found = results.flatMap((result) => deviations(result, expectations[result.file]));
  if (options.bless) {
    writeExpectations(expectedPath, blessAll(results, expectations));
    const better = found.filter((d) => d.actual === 'passed').length;
    print([
      '',
      `The list is rewritten: ${better} commands fewer that do not pass, ${found.length - better} others changed or new.`,
    ]);
    return 0;
  }
  if (found.length === 0) {
    print(['', 'Every result is the listed one.']);
    return 0;
  }
  const limit = options.verbose ? Number.POSITIVE_INFINITY : SHOWN_PER_FILE;
  const isBetter = (deviation: Deviation): boolean => deviation.actual === 'passed';
  const worse = found.filter((deviation) => !isBetter(deviation));
  const better = found.filter(isBetter);
  if (worse.length > 0)
    print(['', `${worse.length} results are not the listed ones:`, ...deviationLines(worse, limit)]);
  if (better.length > 0) {
    print(['', `${better.length} commands pass that are listed as not passing (--bless takes them off the list):`]);
    print(deviationLines(better, limit));
  }
  return found.length;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    print([usage]);
    return 0;
  }
  const start = performance.now();
  const results = await runEngine(options);
  print(summary(results, (performance.now() - start) / 1000));
  if (options.json !== undefined) {
    const data = reportData(results, { engine: options.engine, tier: options.tier, node: process.version });
    writeFileSync(options.json, `${JSON.stringify(data, null, 2)}\n`);
  }
  if (options.engine === 'wiz') return checkExpectations(results, options) === 0 ? 0 : 1;
  return results.some((result) => result.commands.some((command) => command.status === 'failed')) ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  if (!isUsage) throw error;
  process.stderr.write(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
