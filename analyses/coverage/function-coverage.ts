/** From flags to figures: what a result says of one function, given what of it was executed. */

import {
  type FunctionInstructions,
  functionBody,
  functionInstructions,
  functionName,
  type Module,
} from '../../engine/index.ts';
import { blockStarts } from './blocks.ts';
import { type BranchWays, branchWays } from './branches.ts';
import { type FunctionCoverage, type UntakenWay, uncoveredRuns } from './data.ts';

/** What was executed of a function that was entered. */
export interface Executed {
  readonly code: FunctionInstructions;
  /** A 1 for each instruction that was executed. */
  readonly covered: Uint8Array;
  readonly branches: readonly BranchWays[];
}

/** `executed` is undefined for a function that was never entered. */
export function functionCoverage(module: Module, index: number, executed: Executed | undefined): FunctionCoverage {
  const code = executed?.code ?? functionInstructions(module, index);
  const covered = executed?.covered ?? new Uint8Array(code.pcs.length);
  const branches = executed?.branches ?? branchWays(module, index);
  const starts = blockStarts(code);
  const uncoveredBlocks = [...starts.keys()].filter((i) => covered[starts[i] as number] === 0);
  const all = branches.reduce((sum, { gone }) => sum + gone.length, 0);
  const untaken = executed === undefined ? [] : untakenWays(branches);
  return {
    index,
    name: functionName(module, index),
    start: functionBody(module, index).start,
    instructions: { covered: covered.reduce((sum, n) => sum + n, 0), all: code.pcs.length },
    blocks: { covered: starts.length - uncoveredBlocks.length, all: starts.length },
    branches: { covered: executed === undefined ? 0 : all - untaken.length, all },
    uncovered: uncoveredRuns(code.pcs, covered),
    uncoveredBlocks,
    untaken,
  };
}

function untakenWays(branches: readonly BranchWays[]): UntakenWay[] {
  return branches.flatMap(({ location: { pc }, gone }) =>
    Array.from(gone, (flag, way): [number, number, number] => [flag, pc, way])
      .filter(([flag]) => flag === 0)
      .map(([, ...way]): UntakenWay => way),
  );
}
