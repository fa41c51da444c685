/** `--check-coverage functions=90,instructions=80`: per cent of coverage that a CI asks for. */

import type { CoverageResult, CoverageTotals, Share } from '../analyses/index.ts';
import { CliError, suggestion } from './errors.ts';
import { printMessage } from './output.ts';

export interface CoverageGoal {
  readonly what: keyof CoverageTotals;
  /** Least per cent, 0 to 100. */
  readonly percent: number;
}

/** What can be asked for; instructions are the lines of a listing. */
const kinds: Readonly<Record<string, keyof CoverageTotals>> = {
  instructions: 'instructions',
  lines: 'instructions',
  statements: 'instructions',
  blocks: 'blocks',
  branches: 'branches',
  functions: 'functions',
};

/** Reads the value of the option. */
export function parseGoals(text: string): readonly CoverageGoal[] {
  return text.split(',').map((part): CoverageGoal => {
    const [, name = part, number] = /^([^=]*)=(.*)$/.exec(part) ?? [];
    const what = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (what === undefined) {
      throw new CliError(`--check-coverage knows no "${name}"`, {
        hint: suggestion(name, Object.keys(kinds), 'figures'),
      });
    }
    const percent = number === undefined || number.trim() === '' ? Number.NaN : Number(number);
    if (percent >= 0 && percent <= 100) return { what, percent };
    throw new CliError(`--check-coverage ${part} needs a number from 0 to 100: ${name}=80`);
  });
}

/** A result of some kind of probe. */
interface NamedResult {
  readonly kind: { readonly name: string };
  readonly result: unknown;
}

/** Are the goals reached? Prints those that are not. All modules count together. Fails without a result of coverage. */
export function checkCoverage(goals: readonly CoverageGoal[], results: readonly NamedResult[]): boolean {
  if (goals.length === 0) return true;
  const found = results.filter(({ kind, result }) => kind.name === 'coverage' && result !== undefined);
  if (found.length === 0) {
    throw new CliError('--check-coverage needs coverage to check', { hint: 'Add --probe coverage.' });
  }
  // The name of the kind says what the result is.
  const modules = found.flatMap(({ result }) => (result as CoverageResult).modules);
  const missed = goals.flatMap(({ what, percent }) => {
    const share = modules.reduce<Share>(
      (sum, { totals }) => ({ covered: sum.covered + totals[what].covered, all: sum.all + totals[what].all }),
      { covered: 0, all: 0 },
    );
    // Nothing to cover is covered; exact, so that rounding cannot let 79.96 pass for 80.
    if (share.covered * 100 >= percent * share.all) return [];
    const reached = Math.floor((share.covered / share.all) * 10_000) / 100;
    return [`wiz: coverage of ${what} is ${reached.toFixed(2)} %, and ${percent} % were asked for`];
  });
  if (missed.length > 0) printMessage(`${missed.join('\n')}\n`);
  return missed.length === 0;
}
