/** Programs with counts that another engine measured (`WIZ_GOLDEN` names the folder); see the README of that folder. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine, type ModuleInstance, UnsupportedError } from '../../engine/index.ts';

export interface GoldenValue {
  readonly type: string;
  readonly value: string;
}

export interface CallCounts {
  readonly entries: readonly (readonly [number, number])[];
  readonly sites: readonly (readonly [number, number, string, readonly (readonly [number, number])[]])[];
}

export interface MemoryCounts {
  readonly memory: number;
  /** Times and bytes. */
  readonly init: readonly [number, number];
  readonly copy: readonly [number, number];
  readonly fill: readonly [number, number];
  readonly grows: number;
  /** Page, reads, writes. */
  readonly pages: readonly (readonly [number, number, number])[];
}

export interface Golden {
  readonly name: string;
  readonly wasm: string;
  readonly features: readonly string[];
  readonly entry: string;
  readonly result?: readonly GoldenValue[];
  readonly trap?: {
    readonly kind: string;
    readonly func: number;
    readonly pc: number;
    readonly stack: readonly (readonly [number, number])[];
  };
  readonly executed: number;
  readonly functions: readonly (readonly [number, string, number, number, number])[];
  /** All of these are described in the README of the folder; those that are missing could not be measured. */
  readonly hotness: readonly (readonly [number, number, number])[];
  readonly icount?: readonly (readonly [number, number, number])[];
  readonly opcodes: Readonly<Record<string, readonly [number, number]>>;
  readonly branches: readonly (readonly [number, number, string, readonly number[]])[];
  readonly loops: readonly (readonly [number, number, number | null, number])[];
  readonly calls?: CallCounts;
  readonly globals: readonly (readonly [number, number, number])[];
  readonly memstats?: readonly MemoryCounts[];
  readonly blocks: readonly (readonly [number, number, number, number])[];
  readonly coverage: {
    readonly instructions: readonly [number, number];
    readonly blocks: readonly [number, number];
    readonly uncovered: readonly (readonly [number, readonly number[]])[];
  };
}

export const goldenFolder: string | undefined = process.env.WIZ_GOLDEN;

export function goldens(): Golden[] {
  if (goldenFolder === undefined) return [];
  const folder = goldenFolder;
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Golden);
}

export function bytesOf(golden: Golden): Uint8Array {
  return readFileSync(join(goldenFolder as string, golden.wasm));
}

/** The feature for which our engine refuses the program, if it does. */
export function unsupportedFeature(golden: Golden): string | undefined {
  try {
    new Engine().compile(bytesOf(golden));
    return undefined;
  } catch (error) {
    if (error instanceof UnsupportedError) return error.feature;
    throw error;
  }
}

export interface GoldenRun {
  readonly result: unknown;
  readonly error: unknown;
}

/** Runs a program the way the counts were made: instantiation, then one call of the entry. */
export function runGolden(
  golden: Golden,
  attach: (instance: ModuleInstance) => void,
  engine: Engine = new Engine(),
): GoldenRun {
  engine.observe({ onInstance: attach });
  const { WebAssembly } = engine;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytesOf(golden)));
  const entry = instance.exports[golden.entry] as () => unknown;
  try {
    return { result: entry(), error: undefined };
  } catch (error) {
    return { result: undefined, error };
  }
}
