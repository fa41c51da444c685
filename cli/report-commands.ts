/** `wiz report` and `wiz diff`: reports of results that were kept. */

import path from 'node:path';
import tty from 'node:tty';
import type { Command } from 'commander';
import colors from 'picocolors';
import {
  type AnnotatedAnalysis,
  pageOf,
  type Report,
  type ReportContext,
  ReportError,
  sectionsCsv,
  sectionsText,
} from '../analyses/index.ts';
import type { Module } from '../engine/index.ts';
import { type CoverageGoal, checkCoverage, parseGoals } from './check-coverage.ts';
import { CliError, EXIT, suggestion } from './errors.ts';
import { decode } from './inspect.ts';
import { loadModuleBytes } from './load.ts';
import { collect, parseFormats } from './options.ts';
import { printResult } from './output.ts';
import { type ProbeRequest, resolveProbe } from './probes.ts';
import { joinedText, OutFile } from './report-files.ts';
import { planReports } from './report-plan.ts';
import { attempt, type KeptResult, mergeResults, programOf, readResult } from './results.ts';
import { naming } from './symbols.ts';
import { STDOUT } from './wasi/streams.ts';

/** Columns of a report that does not go to a terminal. */
const DEFAULT_WIDTH = 100;

interface ReportFlags {
  readonly format: readonly (readonly string[])[];
  readonly out?: string;
  readonly wasm: readonly string[];
  readonly probe: readonly string[];
  readonly checkCoverage?: readonly CoverageGoal[];
}

export function addReportCommands(command: Command, setExitCode: (code: number) => void): void {
  command
    .command('report')
    .description(
      'Merges results that were written with --format json, those of each probe by themselves, and shows them.',
    )
    .argument('<FILE...>', 'results')
    .option('--format <format[,...]>', 'formats of the reports', collect(parseFormats), [])
    .option('--out <path>', 'write the report to a file instead of standard output; DIR/: a file for each report')
    .option('--wasm <file>', 'the module, for formats that show code; may be repeated', collect(String), [])
    .option('--probe <name[:option,...]>', 'options of a probe, or a probe of your own', collect(String), [])
    .option('--check-coverage <what=N,...>', 'fail with exit code 1 below so many per cent', parseGoals)
    .option('--verbose', 'show where in wiz an error comes from')
    .helpOption('--help', 'print this help')
    .action(async (files: readonly string[], flags: ReportFlags) => {
      setExitCode(await report(files, flags));
    });
  command
    .command('diff')
    .description('Compares two results of a probe: what changed. Exit code 0 if nothing did, 1 if something did.')
    .argument('<BEFORE>', 'a result, written with --format json')
    .argument('<AFTER>', 'another one')
    .option('--format <format>', 'text, json or csv', 'text')
    .option('--probe <file>', 'a probe of your own, whose results they are', collect(String), [])
    .option('--verbose', 'show where in wiz an error comes from')
    .helpOption('--help', 'print this help')
    .action(async (before: string, after: string, flags: { format: string; probe: readonly string[] }) => {
      setExitCode(await diff(before, after, flags));
    });
}

async function probesOf(texts: readonly string[]): Promise<ProbeRequest[]> {
  const probes = [];
  for (const text of texts) probes.push(await resolveProbe(text));
  return probes;
}

async function modulesOf(files: readonly string[]): Promise<Module[]> {
  const modules = [];
  for (const file of files) {
    const bytes = await loadModuleBytes(file);
    const module = decode(file, bytes);
    const nameModule = await naming(bytes);
    nameModule(module);
    modules.push(module);
  }
  return modules;
}

async function report(files: readonly string[], flags: ReportFlags): Promise<number> {
  const probes = await probesOf(flags.probe);
  const modules = await modulesOf(flags.wasm);
  const results = files.map((file) => readResult(file, probes));
  const merged = groupByKind(results).map(mergeResults);
  const formats = flags.format.flat();
  const program = flags.wasm[0] === undefined ? programOf(results) : path.basename(flags.wasm[0]);
  const planned = planReports(
    merged.map(({ kind }) => kind),
    { formats, out: flags.out },
  );
  const together: Report[] = [];
  const out = flags.out === undefined || planned[0]?.file !== undefined ? undefined : new OutFile(flags.out);
  for (const { reporters, format, file } of planned) {
    const kept = reporters.map((i) => merged[i] as KeptResult);
    const target = file === undefined ? out : new OutFile(file, true);
    const rendered = render(kept, format, { modules, program, ...style(target), out: target?.path });
    if (file === undefined) together.push(rendered);
    else target?.write([rendered]);
  }
  if (out !== undefined) out.write(together);
  else printResult(joinedText(together));
  return checkCoverage(flags.checkCoverage ?? [], merged) ? EXIT.success : EXIT.below;
}

function groupByKind(results: readonly KeptResult[]): KeptResult[][] {
  const groups = new Map<string, KeptResult[]>();
  for (const result of results) groups.set(result.kind.name, [...(groups.get(result.kind.name) ?? []), result]);
  return [...groups.values()];
}

function style(file: OutFile | undefined): Pick<ReportContext, 'width' | 'colors'> {
  const isTerminal = file === undefined && tty.isatty(STDOUT);
  return {
    width: isTerminal ? process.stdout.columns : DEFAULT_WIDTH,
    colors: isTerminal && colors.isColorSupported,
  };
}

/** The report of one result, or a page about several. */
function render(kept: readonly KeptResult[], format: string, context: ReportContext): Report {
  const [first] = kept;
  if (first !== undefined && kept.length === 1) {
    return rendering(first, context, ({ kind, options, result }) => kind.render(result, format, context, options));
  }
  const part = ({ kind, options, result }: KeptResult): AnnotatedAnalysis => kind.page(result, context, options);
  return pageOf(
    kept.map((one) => rendering(one, context, part)),
    context,
  );
}

function rendering<T>(kept: KeptResult, context: ReportContext, action: (kept: KeptResult) => T): T {
  return attempt(kept.file, () => {
    try {
      return action(kept);
    } catch (error) {
      if (!(error instanceof ReportError)) throw error;
      throw new CliError(`there is no report: ${error.message}`, { hint: moduleHint(context), cause: error });
    }
  });
}

function moduleHint({ modules }: ReportContext): string | undefined {
  return modules.length === 0 ? 'Name the file of the module with --wasm FILE.' : undefined;
}

const DIFF_FORMATS: readonly string[] = ['text', 'json', 'csv'];

async function diff(
  before: string,
  after: string,
  { format, probe }: { readonly format: string; readonly probe: readonly string[] },
): Promise<number> {
  if (!DIFF_FORMATS.includes(format)) {
    throw new CliError(`a comparison has no format "${format}"`, { hint: suggestion(format, DIFF_FORMATS, 'formats') });
  }
  const probes = await probesOf(probe);
  const [a, b] = [readResult(before, probes), readResult(after, probes)];
  const { name, compare } = a.kind;
  if (a.kind !== b.kind) throw new CliError(`${before} is a result of ${name}, and ${after} one of ${b.kind.name}`);
  if (compare === undefined) throw new CliError(`results of ${name} cannot be compared: the probe gives no tables`);
  const sections = attempt(after, () => compare(a.result, b.result));
  const program = `${path.basename(before)} and ${path.basename(after)}`;
  const context: ReportContext = { modules: [], program, ...style(undefined), out: undefined };
  if (format === 'json')
    printResult(`${JSON.stringify({ analysis: name, before, after, differences: sections }, bigintText, 2)}\n`);
  else if (format === 'csv') printResult(sectionsCsv(sections, context).text);
  else if (sections.length === 0) printResult(`${name} of ${program}: no difference\n`);
  else printResult(sectionsText(`difference in ${name}`, sections, context));
  return sections.length === 0 ? EXIT.success : EXIT.different;
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
