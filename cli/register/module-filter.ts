/** `--module`: which of the modules that a program loads are run by this engine. */

import { glob } from '../../probes/index.ts';
import { CliError, suggestion } from '../errors.ts';

/** What filters ask of a module. */
export interface ModuleFacts {
  /** Path of the file, or URL; undefined where nobody knows. */
  readonly file: string | undefined;
  /** Which code loaded it: `file:line:column`; undefined where nobody knows. */
  readonly loader: string | undefined;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
  /** Number in the order in which the process loaded modules, from 1. */
  readonly order: number;
  /** Names of exports. */
  exports(): readonly string[];
}

type Test = (facts: ModuleFacts) => boolean;

/** Does a filter choose a module? */
export type ModuleFilter = Test;

const EXAMPLES = `Conditions: file=GLOB, loader=GLOB, hash=DIGITS, size=MIN..MAX, export=GLOB, order=FIRST..LAST. All of those between
commas must hold; of several --module one must; --module '!...' leaves modules out. For instance --module 'file=sql*.wasm,size=100k..'`;

const kinds: Readonly<Record<string, (value: string, text: string) => Test>> = {
  file: (pattern) => pathTest(pattern, ({ file }) => file),
  loader: (pattern) => pathTest(pattern, ({ loader }) => loader?.replace(/(:\d+){1,2}$/, '')),
  hash: hashTest,
  size: (value, text) => {
    const isIn = range(value, text, sizeOf);
    return ({ size }) => isIn(size);
  },
  export: (value) => {
    const isNamed = glob(value);
    return (facts) => facts.exports().some(isNamed);
  },
  order: (value, text) => {
    const isIn = range(value, text, wholeOf);
    return ({ order }) => isIn(order);
  },
};

/** The values of all `--module`. None: every module. Only ones that leave out: every other module. */
export function parseFilters(texts: readonly string[]): ModuleFilter {
  const chosen = texts.filter((text) => !text.startsWith('!')).map(parseFilter);
  const excluded = texts.filter((text) => text.startsWith('!')).map((text) => parseFilter(text.slice(1)));
  return (facts) =>
    (chosen.length === 0 || chosen.some((test) => test(facts))) && !excluded.some((test) => test(facts));
}

function parseFilter(text: string): Test {
  const tests = text.split(',').map((part) => {
    const [, key = 'file', value = part] = /^([a-z]+)=(.*)$/s.exec(part) ?? [];
    const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined;
    if (kind === undefined) {
      throw new CliError(`--module ${text} has no condition "${key}"`, {
        hint: `${suggestion(key, Object.keys(kinds), 'conditions')}\n${EXAMPLES}`,
      });
    }
    if (value === '') throw new CliError(`--module ${text} has an empty condition`, { hint: EXAMPLES });
    return kind(value, text);
  });
  return (facts) => tests.every((test) => test(facts));
}

/** A pattern with a slash is about the whole path or URL, or its end; one without about the last name. */
function pathTest(pattern: string, pathOf: (facts: ModuleFacts) => string | undefined): Test {
  const isNamed = glob(pattern);
  const isPath = pattern.includes('/');
  return (facts) => {
    const path = pathOf(facts);
    if (path === undefined) return false;
    const normal = path.replaceAll('\\', '/');
    if (!isPath) return isNamed(normal.replace(/[?#].*$/s, '').replace(/^.*\//s, ''));
    return ends(normal).some(isNamed);
  };
}

/** The path, and what stands behind each of its slashes. */
function ends(path: string): string[] {
  const names = path.split('/');
  return names.map((_, i) => names.slice(i).join('/'));
}

const DIGEST_DIGITS = 64;

function hashTest(value: string, text: string): Test {
  const digits = value.toLowerCase();
  if (!/^[0-9a-f]+$/.test(digits) || digits.length > DIGEST_DIGITS) {
    throw new CliError(`--module ${text}: a hash consists of the first hexadecimal digits of a SHA-256 digest`);
  }
  return ({ sha256 }) => sha256.startsWith(digits);
}

/** `5`, `5..`, `..9` and `5..9`, both ends included. */
function range(value: string, text: string, read: (text: string) => number): (n: number) => boolean {
  const [, first = '', dots, last = ''] = /^([^.]*)(\.\.)?([^.]*)$/.exec(value) ?? [];
  const low = first === '' ? 0 : read(first);
  const high = dots === undefined ? low : last === '' ? Number.POSITIVE_INFINITY : read(last);
  if (low <= high && (first !== '' || last !== '')) return (n) => n >= low && n <= high;
  throw new CliError(`--module ${text}: "${value}" is no number and no range of numbers`, { hint: EXAMPLES });
}

function wholeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

const units: Readonly<Record<string, number>> = { '': 1, k: 1000, m: 1_000_000 };

/** Bytes, with `k` thousands of them, with `M` millions. */
function sizeOf(text: string): number {
  const [, number = '', unit = ''] = /^(\d+)([kM]?)$/.exec(text) ?? [];
  return wholeOf(number) * (units[unit.toLowerCase()] ?? 1);
}
