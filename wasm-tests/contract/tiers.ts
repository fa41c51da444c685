/** Tiers in which every rule of the probe contract is tested: a new one is a new line in `tiers`. */

import type { Engine } from '../../engine/index.ts';
import { load, type Program, type ProgramOptions } from '../support/program.ts';
import { type EngineOptions, engineIn, tierNames } from '../support/tiers.ts';

export interface Tier {
  readonly name: string;
  /** An engine whose code runs in this tier. */
  engine(options?: EngineOptions): Engine;
}

export const tiers: readonly Tier[] = tierNames.map((name) => ({ name, engine: (options) => engineIn(name, options) }));

export type Load = (wat: string, options?: ProgramOptions) => Program;

/** Loads programs into engines of a tier. */
export function loader(tier: Tier): Load {
  return (wat, options = {}) => load(wat, { engine: tier.engine(), ...options });
}

/** What an action throws; an error where it throws nothing. */
export function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
