/**
 * The module `spectest` that scripts import from, with the contents that the suite's own interpreter
 * gives it. In two parts, since an engine without 64-bit tables still runs what does not need them.
 */

import { assembleText } from '../support/wast-assemble.ts';
import type { Engine, HostParam } from './adapter.ts';

/** Functions of the host, by name. */
const hostFunctions: ReadonlyMap<string, readonly HostParam[]> = new Map<string, readonly HostParam[]>([
  ['print', []],
  ['print_i32', ['i32']],
  ['print_i64', ['i64']],
  ['print_f32', ['f32']],
  ['print_f64', ['f64']],
  ['print_i32_f32', ['i32', 'f32']],
  ['print_f64_f64', ['f64', 'f64']],
]);

function functionFields(): string {
  return [...hostFunctions]
    .map(([name, params]) => `(func (export "${name}") (import "host" "${name}") (param ${params.join(' ')}))`)
    .join('\n');
}

const parts: readonly string[] = [
  `(module
    ${functionFields()}
    (global (export "global_i32") i32 (i32.const 666))
    (global (export "global_i64") i64 (i64.const 666))
    (global (export "global_f32") f32 (f32.const 666.6))
    (global (export "global_f64") f64 (f64.const 666.6))
    (table (export "table") 10 20 funcref)
    (memory (export "memory") 1 2))`,
  '(module (table (export "table64") i64 10 20 funcref))',
  '(module (memory (export "shared_memory") 1 2 shared))',
];

/** A part of `spectest` that the engine could not have, and the feature that it lacks. */
export interface MissingPart {
  readonly export: string;
  readonly feature: string;
}

export interface Spectest<I> {
  readonly instances: readonly I[];
  readonly missing: readonly MissingPart[];
}

let assembled: Promise<readonly Uint8Array[]> | undefined;

async function assembleParts(): Promise<readonly Uint8Array[]> {
  const results = await Promise.all(parts.map(assembleText));
  return results.map((result) => {
    if (!result.ok) throw new Error(`spectest: ${result.message}`);
    return result.bytes;
  });
}

/** Makes the instances whose exports together are `spectest`; fresh ones for each script. */
export async function makeSpectest<M, I, E>(engine: Engine<M, I, E>): Promise<Spectest<I>> {
  assembled ??= assembleParts();
  const instances: I[] = [];
  const missing: MissingPart[] = [];
  const resolve = (_module: string, name: string): E => engine.hostFunction(hostFunctions.get(name) ?? []);
  for (const [i, bytes] of (await assembled).entries()) {
    const name = /export "(\w+)"/.exec(parts[i] as string)?.[1] as string;
    const compiled = engine.compile(bytes);
    const outcome = compiled.kind === 'module' ? engine.instantiate(compiled.module, resolve) : compiled;
    if (outcome.kind === 'instance') instances.push(outcome.instance);
    else if (i > 0) missing.push({ export: name, feature: outcome.kind === 'unsupported' ? outcome.feature : name });
    else throw new Error(`spectest cannot be made: ${outcome.message}`);
  }
  return { instances, missing };
}
