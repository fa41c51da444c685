/** Instruction counts, by a global probe that fires once for each: what speeds are computed from. */

import { type GlobalProbe, insertGlobalProbe, internals, removeGlobalProbe, WebAssembly } from '../engine/index.ts';

export type Run = (n: number) => number | bigint;

export function instantiate(bytes: Uint8Array) {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  return { instance: internals.instanceOf(instance), run: instance.exports.run as Run };
}

/** How many instructions `run(n)` executes; `block`, `loop` and `end` count, as the probe contract says. */
export function countInstructions(bytes: Uint8Array, n: number): number {
  const { instance, run } = instantiate(bytes);
  let count = 0;
  const probe: GlobalProbe = { fire: () => void count++ };
  insertGlobalProbe(instance, probe);
  run(n);
  removeGlobalProbe(instance, probe);
  return count;
}
