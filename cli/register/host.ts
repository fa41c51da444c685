/** The host's own `WebAssembly`, taken before ours is in its place. */

import type { WebAssemblyNamespace } from '../../engine/index.ts';

// The engine's types of the namespace are those of the host as well; the cast is the boundary to the untyped global.
export const hostWasm: WebAssemblyNamespace = (globalThis as unknown as { WebAssembly: WebAssemblyNamespace })
  .WebAssembly;

const { customSections } = hostWasm.Module;

/** Custom sections of a module object of the host; undefined for every other value. */
export function hostCustomSections(value: unknown, name: string): ArrayBuffer[] | undefined {
  try {
    return Reflect.apply(customSections, hostWasm.Module, [value, name]);
  } catch {
    return undefined; // the function refuses every other argument
  }
}

/** Is this a module object of the host, whatever its prototype? */
export function isHostModule(value: unknown): boolean {
  return hostCustomSections(value, '') !== undefined;
}
