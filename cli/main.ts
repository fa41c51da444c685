/** The command line: its options, and which command does what. */

import fs from 'node:fs';
import tty from 'node:tty';
import { Command, CommanderError, Option } from 'commander';
import colors from 'picocolors';
import { analysisKinds } from '../analyses/index.ts';
import { DEFAULT_THRESHOLD, type TierName } from '../engine/index.ts';
import { type CoverageGoal, parseGoals } from './check-coverage.ts';
import { functionLines, selectFunctions } from './dump.ts';
import { tierNames } from './engine.ts';
import { CliError, EXIT, nearest } from './errors.ts';
import { reportError } from './failure.ts';
import { DESCRIPTION, helpFooter } from './help.ts';
import { decode, inspect } from './inspect.ts';
import { inspectionText } from './inspect-text.ts';
import { loadModuleBytes } from './load.ts';
import { collect, parseDir, parseEnv, parseFormats, parseMaximum, parseThreshold } from './options.ts';
import { printMessage, printResult } from './output.ts';
import { addOverheadCommand } from './overhead/command.ts';
import { addProbeCommands } from './probe-commands.ts';
import { resolveProbe } from './probes.ts';
import { addReportCommands } from './report-commands.ts';
import { run } from './run.ts';
import { addRunProgram } from './run-program/command.ts';
import { naming } from './symbols.ts';
import { STDOUT } from './wasi/streams.ts';

/** What `commander` makes of the options of a run. */
interface RunFlags {
  readonly env: readonly string[];
  readonly dir: readonly { host: string; guest: string }[];
  readonly invoke?: string;
  readonly stubImports?: true;
  readonly probe: readonly string[];
  readonly format: readonly (readonly string[])[];
  readonly out?: string;
  readonly tier?: TierName;
  readonly threshold?: number;
  readonly tierReport?: true;
  readonly checkCoverage?: readonly CoverageGoal[];
  readonly maxInstructions?: number;
  readonly symbols?: string;
  readonly progress?: boolean;
  readonly verbose?: true;
}

/** `--verbose` counts wherever it stands, also for errors in the options themselves. */
interface Session {
  exitCode: number;
  verbose: boolean;
}

function version(): string {
  const text = fs.readFileSync(packageFile(), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** `package.json`, which lies one folder above the sources and two above what is built of them. */
function packageFile(): URL {
  const near = new URL('../package.json', import.meta.url);
  return fs.existsSync(near) ? near : new URL('../../package.json', import.meta.url);
}

const palette = colors.createColors(tty.isatty(STDOUT) && colors.isColorSupported);

const USAGES: readonly string[] = [
  '[options] FILE [args...]',
  'wiz run [options] -- COMMAND [args...]',
  'wiz inspect [--json] FILE',
  'wiz dump FILE [function]',
  'wiz report FILE...',
  'wiz diff BEFORE AFTER',
  'wiz overhead [options] FILE [args...]',
  'wiz probes [NAME]',
  'wiz new-probe NAME',
];

function createCommand(session: Session): Command {
  const command = new Command('wiz')
    .description(DESCRIPTION)
    .usage(USAGES.join('\n       '))
    .argument('[FILE]', 'the module to run')
    .argument('[args...]', 'arguments of the program');
  addProgramOptions(command);
  addReportOptions(command);
  addTierOptions(command);
  command
    .option('--verbose', 'show where in wiz an error comes from')
    .version(version(), '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', helpFooter(analysisKinds))
    .configureHelp({ optionDescription: describeOption, showGlobalOptions: false })
    .enablePositionalOptions()
    .passThroughOptions()
    .action(async (file: string | undefined, args: string[], flags: RunFlags) => {
      session.exitCode = await runProgram(file, args, flags);
    });
  addRunProgram(command, (code) => {
    session.exitCode = code;
  });
  addInspect(command);
  addDump(command);
  addProbeCommands(command);
  const setExitCode = (code: number): void => {
    session.exitCode = code;
  };
  addReportCommands(command, setExitCode);
  addOverheadCommand(command, setExitCode);
  for (const each of [command, ...command.commands]) {
    each.exitOverride().configureOutput({
      writeOut: printResult,
      writeErr: () => undefined, // what would be written is in the error that is thrown
    });
    each.on('option:verbose', () => {
      session.verbose = true;
    });
  }
  return command;
}

/** What the program gets. */
function addProgramOptions(command: Command): void {
  command
    .option('--invoke <name>', 'call this exported function with args, and print its results, one per line')
    .option(
      '--env <KEY=VAL>',
      'set an environment variable of the program; KEY alone passes ours on',
      collect(parseEnv),
      [],
    )
    .option('--dir <HOST::GUEST>', 'let the program use a folder, under the name GUEST', collect(parseDir), [])
    .option('--stub-imports', 'provide missing imports: functions that log and return zeros');
}

/** What is observed, and how it is reported. */
function addReportOptions(command: Command): void {
  command
    .option(
      '--probe <name[:option,...]>',
      'attach a probe, by name or by its file; may be repeated',
      collect(String),
      [],
    )
    .option(
      '--format <format[,...]>',
      'formats of the reports; may be repeated; a probe reports in those that it has',
      collect(parseFormats),
      [],
    )
    .option('--out <path>', 'write the report to a file instead of standard error; DIR/: a file for each report')
    .option(
      '--progress',
      'show time and, with a probe that counts them, instructions; default on a terminal, with a probe',
    )
    .option('--no-progress', 'do not')
    .option('--symbols <file>', 'names of functions from this module: the same one, before it was stripped')
    .option(
      '--check-coverage <what=N,...>',
      'exit code 1 where less than N per cent of instructions, blocks, branches or functions were covered',
      parseGoals,
    )
    .option('--max-instructions <N>', 'exit code 1 where the probe icount counts more instructions', parseMaximum);
}

/** How code is executed. */
function addTierOptions(command: Command): void {
  command
    .addOption(
      new Option(
        '--tier <tier>',
        'how code is executed: auto compiles what is hot to JavaScript, js everything at its first call, interpreter nothing',
      ).choices(tierNames),
    )
    .option(
      '--threshold <N>',
      `with auto: calls and iterations of loops after which a function is compiled (${DEFAULT_THRESHOLD})`,
      parseThreshold,
    )
    .option('--tier-report', 'report what was compiled, and why compiled code had to be left; formats: text, json');
}

/** Without choices and defaults, which the descriptions tell. */
function describeOption({ description }: Option): string {
  return description;
}

async function runProgram(file: string | undefined, args: readonly string[], flags: RunFlags): Promise<number> {
  if (file === undefined) throw new CliError('no FILE is given', { hint: 'wiz --help shows how wiz is used.' });
  checkCommand(file);
  checkTier(flags);
  const probes = [];
  for (const text of flags.probe) probes.push(await resolveProbe(text));
  return run({
    file,
    args,
    env: flags.env,
    preopens: flags.dir,
    invoke: flags.invoke,
    stubImports: flags.stubImports ?? false,
    probes,
    formats: flags.format.flat(),
    out: flags.out,
    tier: flags.tier,
    threshold: flags.threshold,
    hasTierReport: flags.tierReport ?? false,
    goals: flags.checkCoverage ?? [],
    maxInstructions: flags.maxInstructions,
    symbols: flags.symbols,
    hasProgressLine: flags.progress,
    verbose: flags.verbose ?? false,
  });
}

/** The threshold is of use to `auto` only. */
function checkTier({ tier = 'auto', threshold }: RunFlags): void {
  if (threshold === undefined || tier === 'auto') return;
  throw new CliError(`--threshold is for --tier auto: ${tier} compiles ${tier === 'js' ? 'everything' : 'nothing'}`);
}

const commandNames: readonly string[] = ['run', 'inspect', 'dump', 'report', 'diff', 'overhead', 'probes', 'new-probe'];

/** A first word that is no file and nearly a command was meant as one. */
function checkCommand(word: string): void {
  const near = nearest(word, commandNames);
  if (near === undefined || fs.existsSync(word)) return;
  throw new CliError(`there is no command and no file "${word}"`, { hint: `did you mean "wiz ${near}"?` });
}

function addInspect(command: Command): void {
  command
    .command('inspect')
    .description('Shows what a module consists of: sections, imports, exports, functions, features.')
    .argument('<FILE>', 'the module')
    .option('--json', 'print JSON')
    .option('--verbose', 'show where in wiz an error comes from')
    .helpOption('--help', 'print this help')
    .action(async (file: string, { json = false }: { json?: boolean }) => {
      const inspection = await inspect(file);
      printResult(json ? `${JSON.stringify(inspection, null, 2)}\n` : inspectionText(inspection, palette.bold));
    });
}

function addDump(command: Command): void {
  command
    .command('dump')
    .description('Shows instructions: pc in the function, offset in the module, text. All functions, or one.')
    .argument('<FILE>', 'the module')
    .argument('[function]', 'index or name of a function')
    .option('--verbose', 'show where in wiz an error comes from')
    .helpOption('--help', 'print this help')
    .action(async (file: string, selector: string | undefined) => {
      const bytes = await loadModuleBytes(file);
      const module = decode(file, bytes);
      const nameModule = await naming(bytes);
      nameModule(module);
      for (const [i, index] of selectFunctions(module, file, selector).entries()) {
        const lines = [...functionLines(module, index, palette.bold)];
        printResult(`${i === 0 ? '' : '\n'}${lines.join('\n')}\n`);
      }
    });
}

/** Runs a command line (without the names of the interpreter and the script); the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const session: Session = { exitCode: EXIT.success, verbose: false };
  try {
    await createCommand(session).parseAsync(args, { from: 'user' });
    return session.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return reportCommander(error);
    return reportError(error, session.verbose);
  }
}

/** Help and version end as errors as well. */
function reportCommander(error: CommanderError): number {
  if (error.exitCode === 0) return EXIT.success;
  printMessage(`wiz: ${error.message.replace(/^error: /, '')}\nwiz --help shows how wiz is used.\n`);
  return EXIT.usage;
}
