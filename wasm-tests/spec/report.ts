/** Results of the suite as numbers and as text. */

import type { Deviation } from './expected.ts';
import { failureText } from './expected.ts';
import type { FileResult } from './run-file.ts';

/** Numbers of assertions, and what befell the commands that are none. */
export interface Counts {
  /** Passed by the engine's own doing. */
  passed: number;
  /** `assert_malformed` of texts that the assembler refused: passed without the engine being asked. */
  byAssembler: number;
  failed: number;
  skipped: number;
  /** Modules, registrations and plain calls that failed. */
  otherFailed: number;
  otherSkipped: number;
  /** Modules that were refused as they should, with other words than the suite's. */
  messagesDiffer: number;
  /** Assertions skipped, by the feature that they need. */
  features: Record<string, number>;
}

function noCounts(): Counts {
  return {
    passed: 0,
    byAssembler: 0,
    failed: 0,
    skipped: 0,
    otherFailed: 0,
    otherSkipped: 0,
    messagesDiffer: 0,
    features: {},
  };
}

export function countFile(result: FileResult): Counts {
  const counts = noCounts();
  for (const command of result.commands) {
    if (command.message !== undefined) counts.messagesDiffer++;
    if (!command.isAssertion) {
      if (command.status === 'failed') counts.otherFailed++;
      if (command.status === 'skipped') counts.otherSkipped++;
      continue;
    }
    if (command.byAssembler) counts.byAssembler++;
    else counts[command.status]++;
    if (command.feature !== undefined) counts.features[command.feature] = (counts.features[command.feature] ?? 0) + 1;
  }
  return counts;
}

export function total(all: readonly Counts[]): Counts {
  const sum = noCounts();
  for (const counts of all) {
    sum.passed += counts.passed;
    sum.byAssembler += counts.byAssembler;
    sum.failed += counts.failed;
    sum.skipped += counts.skipped;
    sum.otherFailed += counts.otherFailed;
    sum.otherSkipped += counts.otherSkipped;
    sum.messagesDiffer += counts.messagesDiffer;
    for (const [feature, n] of Object.entries(counts.features)) {
      sum.features[feature] = (sum.features[feature] ?? 0) + n;
    }
  }
  return sum;
}

const NAME_WIDTH = 36;

function row(name: string, columns: readonly (string | number)[], note: string): string {
  const cells = columns.map((c) => String(c).padStart(9)).join('');
  return `${name.padEnd(NAME_WIDTH)}${cells}  ${note}`.trimEnd();
}

function featureList(features: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(features).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return sorted.map(([feature, n]) => `${feature} ${n}`).join(', ');
}

function note(counts: Counts): string {
  const parts: string[] = [];
  if (counts.otherFailed > 0) parts.push(`${counts.otherFailed} other commands failed`);
  if (counts.skipped > 0) parts.push(`needs ${featureList(counts.features)}`);
  else if (counts.otherSkipped > 0) parts.push(`${counts.otherSkipped} other commands skipped`);
  return parts.join('; ');
}

export const tableHead = row('file', ['passed', 'by asm.', 'failed', 'skipped', 'ms'], 'skipped because it');

export function fileRow(result: FileResult): string {
  const counts = countFile(result);
  const { passed, byAssembler, failed, skipped } = counts;
  const milliseconds = Math.round(result.seconds * 1000);
  return row(result.file, [passed, byAssembler, failed, skipped, milliseconds], note(counts));
}

/** The failures of a file, or all that was refused with other words, one a line. */
export function failureLines(result: FileResult): string[] {
  const failed = result.commands.filter((command) => command.status === 'failed');
  return failed.map((command) => `    ${result.file}:${command.id} ${command.command}: ${failureText(command)}`);
}

export function messageLines(result: FileResult): string[] {
  return result.commands.flatMap(({ id, command, message }) =>
    message === undefined
      ? []
      : [`    ${result.file}:${id} ${command}: the suite says "${message.expected}", the engine "${message.actual}"`],
  );
}

export function summary(results: readonly FileResult[], seconds: number): string[] {
  const counts = total(results.map(countFile));
  const assertions = counts.passed + counts.byAssembler + counts.failed + counts.skipped;
  const lines = [
    row('total', [counts.passed, counts.byAssembler, counts.failed, counts.skipped, Math.round(seconds * 1000)], ''),
    '',
    `${results.length} files, ${assertions} assertions in ${seconds.toFixed(1)} s.`,
    `${counts.passed} passed in the engine; ${counts.byAssembler} texts were refused by the assembler, which says nothing about the engine.`,
  ];
  if (counts.failed + counts.otherFailed > 0) {
    lines.push(`${counts.failed} failed, and ${counts.otherFailed} commands that are no assertions.`);
  }
  if (counts.skipped + counts.otherSkipped > 0) {
    lines.push(
      `${counts.skipped} skipped, and ${counts.otherSkipped} other commands: ${featureList(counts.features)}.`,
    );
  }
  if (counts.messagesDiffer > 0) {
    lines.push(`${counts.messagesDiffer} modules were refused as they should, with other words than the suite's.`);
  }
  return lines;
}

export function deviationLine(deviation: Deviation): string {
  const { file, id, command, expected, actual, detail } = deviation;
  return `    ${file}:${id} ${command}: listed as ${expected}, now ${actual}${detail === undefined ? '' : `: ${detail}`}`;
}

/** Deviations as lines: for each file the first ones, or all of them, and how many more there are. */
export function deviationLines(found: readonly Deviation[], limitPerFile: number): string[] {
  const lines: string[] = [];
  const byFile = new Map<string, Deviation[]>();
  for (const deviation of found) byFile.set(deviation.file, [...(byFile.get(deviation.file) ?? []), deviation]);
  for (const [file, list] of byFile) {
    lines.push(...list.slice(0, limitPerFile).map(deviationLine));
    if (list.length > limitPerFile) lines.push(`    ${file}: and ${list.length - limitPerFile} more`);
  }
  return lines;
}

/** The results as plain data: what `--json` writes. */
export function reportData(results: readonly FileResult[], about: Readonly<Record<string, string>>): object {
  return {
    ...about,
    total: total(results.map(countFile)),
    files: results.map((result) => ({
      file: result.file,
      seconds: Number(result.seconds.toFixed(4)),
      ...countFile(result),
      failures: result.commands
        .filter((c) => c.status === 'failed')
        .map(({ id, line, command, expected, actual }) => ({ id, line, command, expected, actual })),
    })),
  };
}
