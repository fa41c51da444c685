/** The engine as the command line sets it up. */

import { setFlagsFromString } from 'node:v8';
import { Engine, type EngineOptions, type TierName } from '../engine/index.ts';
import { CliError } from './errors.ts';
import { printMessage } from './output.ts';

/** In the order in which people are told of them. */
export const tierNames: readonly TierName[] = ['auto', 'js', 'interpreter'];

/**
 * Large functions of real programs, such as the interpreter of SQLite, have more bytecode than V8 optimises by itself. It does it at the
 * side, so that it costs a program nothing but its own slower code for a second or so.
 */
const BYTECODE_LIMIT = 1_000_000;

export interface TierOptions {
  /** Undefined: the engine's default. */
  readonly tier: TierName | undefined;
  readonly threshold: number | undefined;
}

/** Fails for options that do not go together. */
export function checkTier({ tier = 'auto', threshold }: TierOptions): void {
  if (threshold === undefined || tier === 'auto') return;
  throw new CliError(`--threshold is for --tier auto: ${tier} compiles ${tier === 'js' ? 'everything' : 'nothing'}`);
}

export function createEngine({ tier, threshold }: TierOptions): Engine {
  setFlagsFromString(`--max-optimized-bytecode-size=${BYTECODE_LIMIT}`);
  const asked: { -readonly [K in keyof EngineOptions]: EngineOptions[K] } = { bytecodeLimit: BYTECODE_LIMIT };
  if (tier !== undefined) asked.tier = tier;
  if (threshold !== undefined) asked.threshold = threshold;
  return new Engine(asked);
}

/** Where `--tier js` cannot be had, that is said once; with `auto` it stands in the report. */
export function engineFor(options: TierOptions): Engine {
  const engine = createEngine(options);
  const { disabled } = engine.tierReport();
  if (options.tier === 'js' && disabled !== undefined) {
    printMessage(`wiz: nothing is compiled, everything is interpreted: ${disabled}\n`);
  }
  return engine;
}
