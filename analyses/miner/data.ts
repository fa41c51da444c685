/** The result of the miner analysis, and what is judged by it. */

import { addRecords, mergeLists, mergeModules } from '../merging.ts';
import type { AnalysisResult, ModuleResult } from '../result.ts';

/** The instructions of which hashes are made, i32, i64 and integer lanes alike; `shift` is shl and shr_u, `rotate` rotl and rotr. */
export type HashOperation = 'add' | 'and' | 'or' | 'xor' | 'shift' | 'rotate';

export interface Mix {
  /** Instructions executed. */
  readonly executed: number;
  /** Of these, those that compute numbers from numbers; constants, locals, memory and control are none. */
  readonly computing: number;
  /** Of these, the ones of which hashes are made. */
  readonly operations: Readonly<Record<HashOperation, number>>;
}

export interface FunctionMix extends Mix {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  /** Is its mix that of a cryptographic hash? See `isHashLike`. */
  readonly isHashLike: boolean;
}

/** `dominates`: at least half of what was executed looks like hashing; `some`: at least a tenth; `none`: less, or nothing was executed. */
export type Verdict = 'dominates' | 'some' | 'none';

export interface ModuleMix extends ModuleResult, Mix {
  /** Instructions executed in functions that are like hashes. */
  readonly executedInHashes: number;
  readonly verdict: Verdict;
  /** The chosen functions that were entered, by index. */
  readonly functions: readonly FunctionMix[];
}

export type MinerResult = AnalysisResult<ModuleMix>;

/** Parts of what a function computes. Measured programs on both sides are in the page of the analysis. */
export const THRESHOLDS = {
  /** All operations of which hashes are made, at least. */
  operations: 0.85,
  /** Of these xor, at least. */
  xor: 0.15,
  /** Shifts and rotations together, at least. */
  shiftsAndRotations: 0.2,
  /** Of the executed instructions of a program, those in such functions: from here on hashing dominates, or there is some. */
  dominates: 0.5,
  some: 0.1,
} as const;

/** Does it compute what hashes compute, and nearly nothing else? Address arithmetic adds and shifts too, but does not mix. */
export function isHashLike({ computing, operations }: Mix): boolean {
  const all = Object.values(operations).reduce((a, b) => a + b, 0);
  return (
    computing > 0 &&
    all >= THRESHOLDS.operations * computing &&
    operations.xor >= THRESHOLDS.xor * computing &&
    operations.shift + operations.rotate >= THRESHOLDS.shiftsAndRotations * computing
  );
}

/** What is said of a module, from what its functions have executed. */
export function judged(
  mixes: readonly Omit<FunctionMix, 'isHashLike'>[],
): Pick<ModuleMix, 'executedInHashes' | 'verdict' | 'functions' | keyof Mix> {
  const functions = mixes.map((mix) => ({ ...mix, isHashLike: isHashLike(mix) }));
  const sum = sumOf(functions);
  const executedInHashes = sumOf(functions.filter((mix) => mix.isHashLike)).executed;
  const share = sum.executed === 0 ? 0 : executedInHashes / sum.executed;
  const verdict = share >= THRESHOLDS.dominates ? 'dominates' : share >= THRESHOLDS.some ? 'some' : 'none';
  return { ...sum, executedInHashes, verdict, functions };
}

/** Counts add up, and are judged anew. */
export function mergeMiner(a: MinerResult, b: MinerResult): MinerResult {
  return mergeModules<ModuleMix, MinerResult>(a, b, (x, y) =>
    judged(
      mergeLists(
        x.functions,
        y.functions,
        ({ index }) => index,
        (f, g) => ({ ...f, ...sumOf([f, g]) }),
      ),
    ),
  );
}

function sumOf(mixes: readonly Mix[]): Mix {
  return mixes.reduce<Mix>(
    (sum, { executed, computing, operations }) => ({
      executed: sum.executed + executed,
      computing: sum.computing + computing,
      // The keys are those of the operations.
      operations: addRecords(sum.operations, operations) as Mix['operations'],
    }),
    { executed: 0, computing: 0, operations: { add: 0, and: 0, or: 0, xor: 0, shift: 0, rotate: 0 } },
  );
}
