/**
 * The list of what is known not to pass. It only shrinks: what fails or is skipped without standing there
 * is an error, and so is what stands there and passes.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import type { CommandResult, FileResult } from './run-file.ts';

export interface ExpectedFailure {
  /** Id of the command: its line in the script. */
  readonly id: string;
  readonly command: string;
  readonly why: string;
}

export interface ExpectedFile {
  /**
   * For each feature that the engine lacks, the commands that need it, in the order of the script:
   * ids separated by spaces, `first..last` for commands that follow each other.
   */
  readonly skipped?: Readonly<Record<string, string>>;
  readonly failed?: readonly ExpectedFailure[];
}

/** By path in the suite; files without an entry pass in full. */
export type Expectations = Readonly<Record<string, ExpectedFile>>;

export function readExpectations(path: string): Expectations {
  return JSON.parse(readFileSync(path, 'utf8')) as Expectations;
}

export function writeExpectations(path: string, expectations: Expectations): void {
  const sorted = Object.entries(expectations).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}

/** A command whose result is not the one of the list. */
export interface Deviation {
  readonly file: string;
  readonly id: string;
  readonly command: string;
  /** `passed`, `failed`, or `skipped (feature)`; `absent` for an id of the list that the script does not have. */
  readonly expected: string;
  readonly actual: string;
  /** What went wrong, for failures. */
  readonly detail?: string;
}

function statusOf(result: CommandResult): string {
  return result.status === 'skipped' ? `skipped (${result.feature})` : result.status;
}

/** What differs from the list in a file that was run. */
export function deviations(result: FileResult, expected: ExpectedFile = {}): Deviation[] {
  const { file, commands } = result;
  const found: Deviation[] = [];
  const wanted = new Map<string, string>();
  const ids = new Map(commands.map((command, i) => [command.id, i]));
  const want = (id: string, status: string): void => {
    if (ids.has(id)) wanted.set(id, status);
    else found.push({ file, id, command: '?', expected: status, actual: 'absent' });
  };
  for (const failure of expected.failed ?? []) want(failure.id, 'failed');
  for (const [feature, ranges] of Object.entries(expected.skipped ?? {})) {
    for (const range of ranges.split(' ')) {
      const [first, last = first] = range.split('..') as [string, string?];
      const from = ids.get(first);
      const to = ids.get(last);
      if (from === undefined || to === undefined) want(from === undefined ? first : last, `skipped (${feature})`);
      else for (let i = from; i <= to; i++) want((commands[i] as CommandResult).id, `skipped (${feature})`);
    }
  }
  for (const command of commands) {
    const expectedStatus = wanted.get(command.id) ?? 'passed';
    const actual = statusOf(command);
    if (actual === expectedStatus) continue;
    const detail = command.status === 'failed' ? { detail: failureText(command) } : {};
    found.push({ file, id: command.id, command: command.command, expected: expectedStatus, actual, ...detail });
  }
  return found;
}

/** A failed command in words. */
export function failureText(result: CommandResult): string {
  return `expected ${result.expected}, got ${result.actual}`;
}

/** The entry that a result deserves; undefined for a file that passes in full. Reasons that people wrote are kept. */
export function blessed(result: FileResult, old: ExpectedFile = {}): ExpectedFile | undefined {
  const reasons = new Map((old.failed ?? []).map((failure) => [failure.id, failure.why]));
  const failed = result.commands
    .filter((command) => command.status === 'failed')
    .map((c) => ({ id: c.id, command: c.command, why: reasons.get(c.id) ?? failureText(c).slice(0, 200) }));
  const skipped = skippedRanges(result.commands);
  if (failed.length === 0 && Object.keys(skipped).length === 0) return undefined;
  return { ...(Object.keys(skipped).length > 0 ? { skipped } : {}), ...(failed.length > 0 ? { failed } : {}) };
}

function skippedRanges(commands: readonly CommandResult[]): Record<string, string> {
  const ranges = new Map<string, string[]>();
  let first: CommandResult | undefined;
  for (const [i, command] of commands.entries()) {
    if (command.status !== 'skipped') continue;
    if (commands[i - 1]?.feature !== command.feature) first = command;
    if (commands[i + 1]?.feature === command.feature) continue;
    const feature = command.feature as string;
    const start = (first as CommandResult).id;
    const list = ranges.get(feature) ?? [];
    list.push(start === command.id ? start : `${start}..${command.id}`);
    ranges.set(feature, list);
  }
  const sorted = [...ranges].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([feature, list]) => [feature, list.join(' ')]));
}

/** The list after a run that saw only some of the files. */
export function blessAll(results: readonly FileResult[], old: Expectations): Expectations {
  const next: Record<string, ExpectedFile> = { ...old };
  for (const result of results) {
    const entry = blessed(result, old[result.file]);
    if (entry === undefined) delete next[result.file];
    else next[result.file] = entry;
  }
  return next;
}
