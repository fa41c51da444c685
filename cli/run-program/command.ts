/** `wiz run -- node app.mjs`: a program whose WebAssembly is run by wiz. */

import { type Command, Option } from 'commander';
import { DEFAULT_THRESHOLD, type TierName } from '../../engine/index.ts';
import { tierNames } from '../engine.ts';
import { CliError } from '../errors.ts';
import { collect, parseFormats, parseThreshold } from '../options.ts';
import { requestsOf } from '../register/requests.ts';
import { environmentOf, folderOf, parseReportOn, type Settings } from '../register/settings.ts';
import { launch } from './launch.ts';

interface RunProgramFlags {
  readonly probe: readonly string[];
  readonly module: readonly string[];
  readonly format: readonly (readonly string[])[];
  readonly out?: string;
  readonly tier?: TierName;
  readonly threshold?: number;
  readonly tierReport?: true;
  readonly list?: true;
  readonly strict?: true;
  readonly reportOn?: NodeJS.Signals;
  readonly verbose?: true;
}

const FOOTER = `
A filter of --module consists of conditions between commas, all of which must hold:
  file=GLOB      the file or URL that the module came from; GLOB without a slash: its last name
  hash=DIGITS    the first hexadecimal digits of the SHA-256 digest
  size=MIN..MAX  bytes; 100k is 100,000, 2M is 2,000,000
  export=GLOB    the name of one of its exports
  order=N        number in the order of loading, from 1; also FIRST..LAST
A filter alone chooses modules, with ! before it it leaves them out. What is not chosen runs natively.

Examples:
  wiz run --probe coverage -- node app.mjs one two
  wiz run --list -- npx some-tool
  wiz run --probe hotness --module sql-wasm.wasm --module 'size=1M..' -- node app.mjs
  wiz run --probe coverage --format json --out reports/ -- npm test
  wiz report reports/coverage.*.json
  WIZ_PROBE=coverage node --import wiz/register app.mjs

Exit code: the program's own; 2 for wrong usage.`;

export function addRunProgram(command: Command, setExitCode: (code: number) => void): void {
  command
    .command('run')
    .description(
      'Runs a program of Node with its WebAssembly in wiz: that of packages, of worker threads, and of processes that it starts. The program itself is not changed.',
    )
    .usage('[options] -- COMMAND [args...]')
    .argument('[COMMAND]', 'what starts the program: node, npx, npm, ...')
    .argument('[args...]', 'its arguments')
    .option(
      '--probe <name[:option,...]>',
      'attach a probe, by name or by its file; may be repeated',
      collect(String),
      [],
    )
    .option('--module <filter>', 'only modules that the filter chooses; may be repeated', collect(String), [])
    .option('--list', 'list the modules that are loaded; without a probe, they run natively')
    .option('--format <format[,...]>', 'formats of the reports; may be repeated', collect(parseFormats), [])
    .option('--out <DIR/>', 'write reports to files in a folder instead of standard error: NAME.PROCESS.FORMAT')
    .option('--report-on <signal>', 'write reports also when the program gets this signal, such as SIGUSR2', (text) =>
      parseReportOn(text),
    )
    .option('--strict', 'end with exit code 2 at a module that wiz cannot run, instead of running it natively')
    .addOption(
      new Option('--tier <tier>', 'how code is executed: auto, js (all compiled) or interpreter').choices(tierNames),
    )
    .option(
      '--threshold <N>',
      `with auto: calls and iterations after which a function is compiled (${DEFAULT_THRESHOLD})`,
      parseThreshold,
    )
    .option('--tier-report', 'report what was compiled, and why compiled code had to be left')
    .option('--verbose', 'show where in wiz an error comes from')
    .helpOption('--help', 'print this help')
    .addHelpText('after', FOOTER)
    .passThroughOptions()
    .action(async (program: string | undefined, args: readonly string[], flags: RunProgramFlags) => {
      setExitCode(await runProgram(program, args, flags));
    });
}

function settingsOf(flags: RunProgramFlags): Settings {
  return {
    probes: flags.probe,
    modules: flags.module,
    formats: flags.format.flat(),
    out: flags.out === undefined ? undefined : folderOf(flags.out),
    tier: flags.tier,
    threshold: flags.threshold,
    hasTierReport: flags.tierReport ?? false,
    isListing: flags.list ?? false,
    isStrict: flags.strict ?? false,
    reportOn: flags.reportOn,
    verbose: flags.verbose ?? false,
  };
}

async function runProgram(
  program: string | undefined,
  args: readonly string[],
  flags: RunProgramFlags,
): Promise<number> {
  if (program === undefined) {
    throw new CliError('no COMMAND is given', { hint: 'For instance: wiz run --probe coverage -- node app.mjs' });
  }
  if (/\.(wasm|wat)$/.test(program)) {
    throw new CliError(`${program} is a module and not a program of Node`, { hint: `Run it with wiz ${program}` });
  }
  if (/\.[cm]?[jt]sx?$/.test(program)) {
    throw new CliError(`${program} is a script and not a command`, { hint: `Run it with wiz run -- node ${program}` });
  }
  const settings = settingsOf(flags);
  const { hasReports } = await requestsOf(settings); // fails here, and not in each process
  return launch({
    program,
    args,
    environment: environmentOf(settings),
    out: settings.out,
    isReporting: hasReports || settings.isListing,
  });
}
