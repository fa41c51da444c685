/**
 * What is asked of a registered process. `wiz run` takes it from its options and hands it on in the environment, where
 * `node --import wiz/register` finds it, too, and whatever the program starts.
 */

import path from 'node:path';
import { type TierOptions, tierNames } from '../engine.ts';
import { CliError, nearest, suggestion } from '../errors.ts';
import { parseFormats, parseThreshold } from '../options.ts';
import { isProbeFile, splitProbe } from '../probe-names.ts';
import { COLLECT } from './collecting.ts';

export interface Settings extends TierOptions {
  /** Values of `--probe`. */
  readonly probes: readonly string[];
  /** Values of `--module`. */
  readonly modules: readonly string[];
  readonly formats: readonly string[];
  /** Absolute path of the folder for reports; undefined: standard error. */
  readonly out: string | undefined;
  readonly hasTierReport: boolean;
  /** Is there a list of all modules? */
  readonly isListing: boolean;
  /** Does a module that this engine cannot run end the program? */
  readonly isStrict: boolean;
  /** The signal upon which reports are written while the program goes on. */
  readonly reportOn: NodeJS.Signals | undefined;
  readonly verbose: boolean;
}

const reportSignals: readonly NodeJS.Signals[] = ['SIGUSR2', 'SIGHUP', 'SIGWINCH', 'SIGCONT'];

/** Everything that is said by a variable. The names of the others begin with `WIZ_` as well, and are not ours to judge. */
const names = {
  probes: 'WIZ_PROBE',
  modules: 'WIZ_MODULE',
  formats: 'WIZ_FORMAT',
  out: 'WIZ_OUT',
  tier: 'WIZ_TIER',
  threshold: 'WIZ_THRESHOLD',
  hasTierReport: 'WIZ_TIER_REPORT',
  isListing: 'WIZ_LIST',
  isStrict: 'WIZ_STRICT',
  reportOn: 'WIZ_REPORT_ON',
  verbose: 'WIZ_VERBOSE',
} as const satisfies Readonly<Record<keyof Settings, string>>;

/** Variables of the project's tests and of runs, one letter from which nobody means a setting. */
const otherNames = ['WIZ_ROOT', 'WIZ_SESSION', COLLECT];

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings that the environment tells. */
export function settingsOf(env: Environment): Settings {
  checkNames(env);
  const { tier, threshold, reportOn, out } = names;
  return {
    probes: list(env[names.probes]),
    modules: list(env[names.modules]),
    formats: list(env[names.formats]).flatMap(parseFormats),
    out: env[out] === undefined || env[out] === '' ? undefined : folderOf(env[out]),
    tier: optional(env[tier], (text) => oneOf(tierNames, text, tier)),
    threshold: optional(env[threshold], parseThreshold),
    hasTierReport: flag(env, names.hasTierReport),
    isListing: flag(env, names.isListing),
    isStrict: flag(env, names.isStrict),
    reportOn: optional(env[reportOn], (text) => parseReportOn(text, reportOn)),
    verbose: flag(env, names.verbose),
  };
}

/** The variables that tell these settings. Files are named absolutely: whoever reads them may have another working folder. */
export function environmentOf(settings: Settings): Record<string, string> {
  const entries = Object.entries({ ...settings, probes: settings.probes.map(absoluteProbe) });
  return Object.fromEntries(
    entries.flatMap(([key, value]) => {
      if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) return [];
      const text = Array.isArray(value) ? JSON.stringify(value) : value === true ? '1' : String(value);
      return [[names[key as keyof Settings], text]];
    }),
  );
}

/** The names of all variables that tell settings. */
export const settingNames: readonly string[] = Object.values(names);

/** Absolute, and written as a folder. */
export function folderOf(out: string): string {
  if (/[\\/]$/.test(out)) return path.resolve(out) + path.sep;
  throw new CliError(`--out ${out} is no folder: each process of the program writes files of its own`, {
    hint: `Name a folder, with a slash at its end: --out ${out}/`,
  });
}

/** The signal of `--report-on`. */
export function parseReportOn(text: string, where = '--report-on'): NodeJS.Signals {
  return oneOf(reportSignals, text, where);
}

function oneOf<T extends string>(choices: readonly T[], text: string, where: string): T {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new CliError(`${where} cannot be "${text}"`, { hint: suggestion(text, choices, 'choices') });
}

function optional<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined || text === '' ? undefined : read(text);
}

function flag(env: Environment, name: string): boolean {
  const text = env[name] ?? '';
  if (text === '' || text === '0') return false;
  if (text === '1') return true;
  throw new CliError(`${name} cannot be "${text}": it is 1 or 0`);
}

/** Several values have blanks between them, or are a JSON array, where values hold blanks. */
function list(text = ''): string[] {
  if (!text.trimStart().startsWith('[')) return text.split(/\s+/).filter((word) => word !== '');
  try {
    return (JSON.parse(text) as unknown[]).map(String);
  } catch (error) {
    throw new CliError(`${text} is not a JSON array of values`, { cause: error });
  }
}

/** A variable that is nearly one of ours was meant as it. */
function checkNames(env: Environment): void {
  const known: readonly string[] = [...settingNames, ...otherNames];
  for (const name of Object.keys(env)) {
    if (!name.startsWith('WIZ_') || known.includes(name)) continue;
    const near = nearest(name, settingNames);
    if (near !== undefined) throw new CliError(`there is no variable ${name}`, { hint: `did you mean "${near}"?` });
  }
}

function absoluteProbe(text: string): string {
  const { name, rest } = splitProbe(text);
  if (!isProbeFile(name)) return text;
  return rest === '' ? path.resolve(name) : `${path.resolve(name)}:${rest}`;
}
