/** Options that the benchmarks of the compiling tier have in common. */

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Names of programs; none for all. */
  readonly names: readonly string[];
  /** What is compared, by name; undefined: everything. */
  readonly chosen: readonly string[] | undefined;
  readonly rounds: number;
  /** Use the small arguments, with which every engine is quick: for trying out the benchmark itself. */
  readonly isSmall: boolean;
  /** File for the results as JSON. */
  readonly json: string | undefined;
}

/** Reads the command line; `choice` is the name of the option that says what is compared. */
export function benchOptions(choice: string, rounds: number): BenchOptions {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      [choice]: { type: 'string' },
      rounds: { type: 'string', default: String(rounds) },
      small: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
  const count = Number(text('rounds'));
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`--rounds takes a number of 1 or more, not ${values.rounds}`);
  return {
    names: positionals,
    chosen: text(choice)?.split(','),
    rounds: count,
    isSmall: values.small === true,
    json: text('json'),
  };
}

/** What the figures were measured on. */
export function hostText(): string {
  return `Node ${process.version}, V8 ${process.versions.v8}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`;
}

/** Stands in the place of verdicts where runs are so short that V8 has not optimised what they run. */
export const SMALL_NOTE = 'small arguments: times mean nothing, and no target is looked at';
