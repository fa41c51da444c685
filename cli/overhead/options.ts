/** Parsers of the option values of `wiz overhead`. */

import fs from 'node:fs';
import type { TierName } from '../../engine/index.ts';
import { tierNames } from '../engine.ts';
import { CliError, suggestion } from '../errors.ts';

/**
 * Names of probes between commas. A colon begins the options of the last one, which have commas of their own: `hotness,coverage` are two
 * probes, `hotness,memory:only=f,except=g` as well.
 */
export function parseProbes(text: string): string[] {
  if (fs.existsSync(text)) return [text];
  const colon = text.indexOf(':', /(^|,)[A-Za-z]:[\\/]/.test(text) ? text.search(/:[\\/]/) + 1 : 0);
  const end = colon < 0 ? text.length : colon;
  const names = text.slice(0, end).split(',');
  if (names.some((name) => name === '')) throw new CliError(`--probe ${text} has an empty name of a probe`);
  return [...names.slice(0, -1), `${names.at(-1)}${text.slice(end)}`];
}

export function parseTiers(text: string): TierName[] {
  const names = text.split(',');
  for (const name of names) {
    if (tierNames.some((tier) => tier === name)) continue;
    throw new CliError(`there is no tier "${name}"`, { hint: suggestion(name, tierNames, 'tiers') });
  }
  return [...new Set(names)] as TierName[];
}

const MAX_ROUNDS = 1000;

function parseCount(option: string, text: string, least: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= MAX_ROUNDS) return value;
  throw new CliError(`${option} ${text} is not a whole number from ${least} to ${MAX_ROUNDS}`);
}

export function parseRuns(text: string): number {
  return parseCount('--runs', text, 1);
}

export function parseWarmup(text: string): number {
  return parseCount('--warmup', text, 0);
}
