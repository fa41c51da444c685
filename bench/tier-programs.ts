/** What the compiling tier is measured with: the kernels, and a real package. */

import { type EngineName, loadRun, type Run } from './engines.ts';
import { type Kernel, type KernelGroup, kernelFile, kernels } from './kernels.ts';
import { loadSql } from './sql.ts';

export type ProgramGroup = KernelGroup | 'package';

export interface TierProgram {
  readonly name: string;
  readonly group: ProgramGroup;
  /** Argument of `run` with which V8's WebAssembly takes some tens of milliseconds. */
  readonly n: number;
  /** What `run(small.n)` gives in every engine. */
  readonly small: { readonly n: number; readonly result: number };
  load(engine: EngineName): Promise<Run>;
}

function ofKernel(kernel: Kernel): TierProgram {
  return { ...kernel, load: async (engine) => loadRun(engine, await kernelFile(kernel)) };
}

export const tierPrograms: readonly TierProgram[] = [
  ...kernels.map(ofKernel),
  { name: 'sql.js', group: 'package', n: 10, small: { n: 1, result: -1_458_826_330 }, load: loadSql },
];

/** The programs of those names, all of them for no names; an error names the ones there are. */
export function programsOf<P extends { readonly name: string }>(all: readonly P[], names: readonly string[]): P[] {
  for (const name of names) {
    if (!all.some((program) => program.name === name)) {
      throw new Error(`there is no program ${name}: there are ${all.map((program) => program.name).join(', ')}`);
    }
  }
  return all.filter(({ name }) => names.length === 0 || names.includes(name));
}
