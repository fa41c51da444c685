/** Parsers of option values. */

import { CliError } from './errors.ts';

/** `KEY=VAL` as it is; `KEY` alone takes the value from our own environment. */
export function parseEnv(text: string): string {
  if (/^[^=]+=/.test(text)) return text;
  if (text === '' || text.startsWith('=')) throw new CliError(`--env ${text} has no name: use --env KEY=VAL`);
  const value = process.env[text];
  if (value === undefined) {
    throw new CliError(`--env ${text} names a variable that is not set`, {
      hint: `Use --env ${text}=VAL to give it one.`,
    });
  }
  return `${text}=${value}`;
}

/** `host::guest`; a folder alone has the same name for the program. */
export function parseDir(text: string): { host: string; guest: string } {
  const [host = '', guest = host, ...rest] = text.split('::');
  if (host === '' || guest === '' || rest.length > 0) {
    throw new CliError(`--dir ${text} is not of the form HOST::GUEST`, { hint: 'For instance --dir ./data::/data' });
  }
  return { host, guest };
}

/** Names between commas. */
export function parseFormats(text: string): readonly string[] {
  const formats = text.split(',');
  if (formats.some((format) => format === '')) throw new CliError(`--format ${text} has an empty name of a format`);
  return formats;
}

/** More than any run counts to. */
const MAX_THRESHOLD = 1e9;

/** A number of calls and iterations. */
export function parseThreshold(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value <= MAX_THRESHOLD) return value;
  throw new CliError(`--threshold ${text} is not a whole number from 0 to ${MAX_THRESHOLD}`);
}

/** The greatest number of instructions that a program may execute. */
export function parseMaximum(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new CliError(`--max-instructions ${text} is not a whole number below 2^53`);
}

/** Adds to the list of an option that may be given several times. */
export function collect<T>(parse: (text: string) => T): (text: string, previous: readonly T[]) => readonly T[] {
  return (text, previous) => [...previous, parse(text)];
}
