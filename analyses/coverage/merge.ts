/** Merging of coverage: what several runs of one module executed together. */

import { functionInstructions, type Module } from '../../engine/index.ts';
import { coveredFlags, type FunctionCoverage, type ModuleCoverage, totalsOf } from './data.ts';
import { functionCoverage } from './function-coverage.ts';

/**
 * Merges results of the same module: an instruction counts as executed when it was executed in one of them.
 * Figures are counted anew from the module, since runs of pcs alone do not tell how many instructions they hold.
 *
 * @throws RangeError when a result is of another module
 */
export function mergeCoverage(module: Module, results: readonly ModuleCoverage[]): ModuleCoverage {
  const first = module.importCounts.function;
  for (const result of results) requireSameModule(module, result);
  const functions = module.bodies.map((_, i) => {
    const parts = results.map((result) => result.functions[i] as FunctionCoverage);
    const code = functionInstructions(module, first + i);
    const covered = new Uint8Array(code.pcs.length);
    for (const { uncovered } of parts) {
      for (const [place, flag] of coveredFlags(code.pcs, uncovered).entries()) {
        covered[place] = (covered[place] as number) | flag;
      }
    }
    return functionCoverage(module, first + i, covered, code);
  });
  return {
    name: results[0]?.name,
    size: module.bytes.length,
    instances: results.reduce((sum, result) => sum + result.instances, 0),
    totals: totalsOf(functions),
    functions,
  };
}

/** Size and places of all bodies: enough to tell builds of a program apart in practice. */
function requireSameModule(module: Module, { size, functions }: ModuleCoverage): void {
  const isSame =
    size === module.bytes.length &&
    functions.length === module.bodies.length &&
    module.bodies.every(({ start }, i) => functions[i]?.start === start);
  if (!isSame) throw new RangeError('coverage of another module cannot be merged: size or places of functions differ');
}
