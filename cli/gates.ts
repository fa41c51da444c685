/** What a CI asks of a run beside its success: coverage, and a number of instructions. */

import { type CoverageGoal, checkCoverage } from './check-coverage.ts';
import { CliError } from './errors.ts';
import { printMessage } from './output.ts';
import type { ProbeRequest } from './probes.ts';

export interface Gates {
  /** Empty: none. */
  readonly goals: readonly CoverageGoal[];
  readonly maxInstructions: number | undefined;
}

/** Fails where nothing gives the figures that are asked for. */
export function checkGates({ goals, maxInstructions }: Gates, probes: readonly ProbeRequest[]): void {
  const has = (name: string): boolean => probes.some(({ kind }) => kind.name === name);
  if (goals.length > 0 && !has('coverage')) {
    throw new CliError('--check-coverage needs coverage to check', { hint: 'Add --probe coverage.' });
  }
  if (maxInstructions !== undefined && !has('icount')) {
    throw new CliError('--max-instructions needs a count to check', { hint: 'Add --probe icount.' });
  }
}

/** Does the run pass? Prints what it does not pass. `resultsOf` gives the results of `probes`, and is not called for nothing. */
export function passesGates(
  { goals, maxInstructions }: Gates,
  probes: readonly ProbeRequest[],
  resultsOf: () => readonly unknown[],
): boolean {
  if (goals.length === 0 && maxInstructions === undefined) return true;
  const results = resultsOf();
  const named = probes.map(({ kind }, i) => ({ kind, result: results[i] }));
  const isCovered = checkCoverage(goals, named);
  return isWithin(maxInstructions, named) && isCovered;
}

function isWithin(
  maximum: number | undefined,
  results: readonly { readonly kind: { readonly name: string }; readonly result: unknown }[],
): boolean {
  const icount = results.find(({ kind, result }) => kind.name === 'icount' && result !== undefined);
  if (maximum === undefined || icount === undefined) return true;
  // The name of the kind says what the result is.
  const { modules } = icount.result as { readonly modules: readonly { readonly executed: number }[] };
  const executed = modules.reduce((sum, module) => sum + module.executed, 0);
  if (executed <= maximum) return true;
  printMessage(`wiz: ${executed} instructions were executed, and ${maximum} are allowed\n`);
  return false;
}
