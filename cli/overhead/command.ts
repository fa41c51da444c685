/** `wiz overhead`: measures what probes cost on a program. */

import fs from 'node:fs';
import path from 'node:path';
import tty from 'node:tty';
import { type Command, Option } from 'commander';
import colors from 'picocolors';
import type { Module, TierName, WebAssemblyNamespace } from '../../engine/index.ts';
import { createEngine } from '../engine.ts';
import { CliError, EXIT, suggestion } from '../errors.ts';
import { decode } from '../inspect.ts';
import { loadModuleBytes } from '../load.ts';
import { collect, parseDir, parseEnv, parseFormats, parseThreshold } from '../options.ts';
import { printMessage, printResult } from '../output.ts';
import { compile, type ProgramOptions, prepareProgram } from '../program.ts';
import { resolveProbe } from '../probes.ts';
import { joinedText, OutFile } from '../report-files.ts';
import { type PlannedReport, planReports, type Reporter } from '../report-plan.ts';
import { readSymbols } from '../symbols.ts';
import { WASI_MODULE } from '../wasi/system.ts';
import { STDERR, STDIN, STDOUT, writeAll } from '../wasi/streams.ts';
import { evaluate } from './evaluate.ts';
import { type Measurement, type Measurements, measure } from './measure.ts';
import { parseProbes, parseRuns, parseTiers, parseWarmup } from './options.ts';
import { FORMATS, renderOverhead } from './render.ts';
import { isMeasured, type OverheadResult } from './result.ts';
import { Workshop } from './runs.ts';

interface OverheadFlags {
  readonly probe: readonly string[];
  readonly tier: readonly TierName[];
  readonly threshold?: number;
  readonly runs: number;
  readonly warmup: number;
  readonly format: readonly (readonly string[])[];
  readonly out?: string;
  readonly invoke?: string;
  readonly env: readonly string[];
  readonly dir: readonly { host: string; guest: string }[];
  readonly stubImports?: true;
  readonly symbols?: string;
}

const DEFAULT_RUNS = 5;
const DEFAULT_WARMUP = 1;
const DEFAULT_TIERS: readonly TierName[] = ['interpreter', 'js', 'auto'];

export function addOverheadCommand(command: Command, setExitCode: (code: number) => void): void {
  command
    .command('overhead')
    .description(
      'Measures what probes cost: runs a program in V8, in each tier without probes, with each probe, and with empty probes at the same places.',
    )
    .argument('<FILE>', 'the module to run')
    .argument('[args...]', 'arguments of the program')
    .option(
      '--probe <name[,...]>',
      'probes, each by itself; behind a colon its options; may be repeated',
      collectProbes,
      [],
    )
    .option('--tier <tier[,...]>', `tiers: ${DEFAULT_TIERS.join(', ')}; default all`, parseTiers, DEFAULT_TIERS)
    .option('--threshold <N>', 'as for runs, for the tier auto', parseThreshold)
    .option('--runs <N>', `rounds that count; in each, everything runs once (${DEFAULT_RUNS})`, parseRuns, DEFAULT_RUNS)
    .option('--warmup <N>', `rounds before them (${DEFAULT_WARMUP})`, parseWarmup, DEFAULT_WARMUP)
    .option('--format <format[,...]>', `${FORMATS.join(', ')}; may be repeated`, collect(parseFormats), [])
    .option('--out <path>', 'write the report to a file instead of standard output; DIR/: a file for each format')
    .option('--invoke <name>', 'call this exported function with args')
    .option('--env <KEY=VAL>', 'set an environment variable of the program', collect(parseEnv), [])
    .option('--dir <HOST::GUEST>', 'let the program use a folder, under the name GUEST', collect(parseDir), [])
    .option('--stub-imports', 'provide missing imports: functions that log and return zeros')
    .option('--symbols <file>', 'names of functions from this module: the same one, before it was stripped')
    .addOption(new Option('--verbose', 'show where in wiz an error comes from'))
    .helpOption('--help', 'print this help')
    .configureHelp({ optionDescription: ({ description }) => description })
    .passThroughOptions()
    .action(async (file: string, args: readonly string[], flags: OverheadFlags) => {
      setExitCode(await overhead(file, args, flags));
    });
}

function collectProbes(text: string, previous: readonly string[]): readonly string[] {
  return [...previous, ...parseProbes(text)];
}

const reporter: Reporter = { name: 'overhead', formats: FORMATS, fileFormats: [], fileNames: {}, hasPage: false };

async function overhead(file: string, args: readonly string[], flags: OverheadFlags): Promise<number> {
  checkFlags(flags);
  const planned = plan(flags);
  for (const probe of flags.probe) await resolveProbe(probe);
  const program: ProgramOptions = {
    file,
    args,
    env: flags.env,
    preopens: flags.dir,
    invoke: flags.invoke,
    stubImports: flags.stubImports ?? false,
  };
  const bytes = await loadModuleBytes(file);
  const module = decode(file, bytes);
  await checkProgram(program, bytes, module, flags.symbols);
  const outs = planned.map((report) => (report.file === undefined ? undefined : new OutFile(report.file, true)));
  const out = flags.out === undefined || planned[0]?.file !== undefined ? undefined : new OutFile(flags.out);

  const workshop = new Workshop(readsInput(module) ? await input() : new Uint8Array());
  const measurement: Measurement = {
    program,
    wasmFile: workshop.write('program.wasm', bytes),
    symbols: flags.symbols,
    threshold: flags.threshold,
    tiers: flags.tier,
    probes: flags.probe,
    runs: flags.runs,
    warmup: flags.warmup,
  };
  const measurements = await measuredUntilInterrupted(measurement, workshop);
  const wasInterrupted = workshop.hasStopped;
  if (measurements.rounds === 0) {
    printMessage('wiz: interrupted before a round was complete\n');
    return EXIT.interrupted;
  }
  const result = evaluate(measurement, measurements);
  write(result, planned, { outs, out });
  if (wasInterrupted) printMessage(`wiz: interrupted after ${result.runs} of ${flags.runs} rounds\n`);
  return wasInterrupted ? EXIT.interrupted : exitCodeOf(result);
}

/** Other than 0 where a probe or a tier changed what the program does, or could not run it at all. */
function exitCodeOf({ configurations }: OverheadResult): number {
  const ours = configurations.filter(({ engine }) => engine !== 'native');
  if (ours.some((one) => !isMeasured(one))) return EXIT.host;
  return ours.some((one) => isMeasured(one) && one.difference !== null) ? EXIT.different : EXIT.success;
}

function checkFlags({ threshold, tier, probe }: OverheadFlags): void {
  if (threshold !== undefined && !tier.includes('auto')) {
    throw new CliError('--threshold is for the tier auto, which is not among those of --tier');
  }
  const twice = probe.find((text, i) => probe.indexOf(text) !== i);
  if (twice !== undefined) throw new CliError(`--probe ${twice} is given twice`);
}

function plan({ format, out }: OverheadFlags): PlannedReport[] {
  const formats = format.flat();
  const unknown = formats.find((name) => !FORMATS.includes(name));
  if (unknown !== undefined) {
    throw new CliError(`the overhead report has no format "${unknown}"`, {
      hint: suggestion(unknown, FORMATS, 'formats'),
    });
  }
  return planReports([reporter], { formats, out });
}

/** Fails for what the user gave and what no run could take: so it is known before anything is measured. */
async function checkProgram(
  program: ProgramOptions,
  bytes: Uint8Array,
  module: Module,
  symbols: string | undefined,
): Promise<void> {
  const wasm: WebAssemblyNamespace = createEngine({ tier: 'interpreter', threshold: undefined }).WebAssembly;
  compile(wasm, program.file, bytes);
  prepareProgram(wasm, module, program).linked.wasi?.close();
  if (symbols !== undefined) await readSymbols(symbols);
}

/** Standard input is read for programs that could read it, but not from a terminal: every run gets the same. */
function readsInput({ imports }: Module): boolean {
  const calls = ['fd_read', 'poll_oneoff'];
  return imports.some(({ module, name }) => module === WASI_MODULE && calls.includes(name)) && !tty.isatty(STDIN);
}

async function input(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of fs.createReadStream('', { fd: STDIN, autoClose: false })) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** Ctrl-C ends the run that is going on; what was measured until then is reported. */
async function measuredUntilInterrupted(measurement: Measurement, workshop: Workshop): Promise<Measurements> {
  const line = new StatusLine();
  const stop = (): void => workshop.stop();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    return await measure(measurement, workshop, (what) => line.show(what));
  } finally {
    for (const signal of signals) process.off(signal, stop);
    line.clear();
    workshop.remove();
  }
}

/** Tells what is being done, where somebody watches. */
class StatusLine {
  private readonly isShown = tty.isatty(STDERR);

  show(what: string): void {
    if (this.isShown) writeAll(STDERR, Buffer.from(`\r\x1b[K${what.slice(0, process.stderr.columns - 1)}`));
  }

  clear(): void {
    if (this.isShown) writeAll(STDERR, Buffer.from('\r\x1b[K'));
  }
}

/** Columns of a report that does not go to a terminal. */
const DEFAULT_WIDTH = 100;

function write(
  result: OverheadResult,
  planned: readonly PlannedReport[],
  { outs, out }: { readonly outs: readonly (OutFile | undefined)[]; readonly out: OutFile | undefined },
): void {
  const reports = planned.map(({ format }, i) => {
    const file = outs[i] ?? out;
    const isTerminal = file === undefined && tty.isatty(STDOUT);
    return renderOverhead(result, format, {
      modules: [],
      program: path.basename(result.program),
      width: isTerminal ? process.stdout.columns : DEFAULT_WIDTH,
      colors: isTerminal && colors.isColorSupported,
      out: file?.path,
    });
  });
  for (const [i, report] of reports.entries()) outs[i]?.write([report]);
  const together = reports.filter((_, i) => outs[i] === undefined);
  if (out !== undefined) out.write(together);
  else if (together.length > 0) printResult(joinedText(together));
}
