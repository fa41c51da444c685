/** From flags to figures: what a result says of one function, given which of its instructions were executed. */

import {
  type FunctionInstructions,
  functionBody,
  functionInstructions,
  functionName,
  type Module,
} from '../../engine/index.ts';
import { blockStarts } from './blocks.ts';
import { type FunctionCoverage, uncoveredRuns } from './data.ts';

/** `covered` has a 1 for each instruction that was executed; undefined stands for none. */
export function functionCoverage(
  module: Module,
  index: number,
  covered: Uint8Array | undefined,
  code: FunctionInstructions = functionInstructions(module, index),
): FunctionCoverage {
  const flags = covered ?? new Uint8Array(code.pcs.length);
  const starts = blockStarts(code);
  return {
    index,
    name: functionName(module, index),
    start: functionBody(module, index).start,
    instructions: { covered: flags.reduce((sum, n) => sum + n, 0), all: code.pcs.length },
    blocks: { covered: starts.filter((i) => flags[i] === 1).length, all: starts.length },
    uncovered: uncoveredRuns(code.pcs, flags),
  };
}
