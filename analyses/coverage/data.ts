/** The result of the coverage analysis, and how to read it. What renders or merges results needs this file only. */

/** How much of something was executed. */
export interface Share {
  readonly covered: number;
  readonly all: number;
}

/** Instructions from the one at the first pc to the one at the last pc, both included. */
export type PcRun = readonly [first: number, last: number];

export interface FunctionCoverage {
  /** Index in the function index space. */
  readonly index: number;
  readonly name: string;
  /** Offset of the function's body in the module: what pcs count from. */
  readonly start: number;
  readonly instructions: Share;
  /** See `blocks.ts` for what a block is. */
  readonly blocks: Share;
  /** Instructions that were not executed, as runs that are as long as possible, ascending. */
  readonly uncovered: readonly PcRun[];
}

/** Sums over the functions of a module; a function counts as covered when one of its instructions was executed. */
export interface CoverageTotals {
  readonly functions: Share;
  readonly instructions: Share;
  readonly blocks: Share;
}

export interface ModuleCoverage {
  /** Name of the module in its name section, if it has one. */
  readonly name: string | undefined;
  /** Size of the module in bytes. */
  readonly size: number;
  /** Instances that were observed; they count together. */
  readonly instances: number;
  readonly totals: CoverageTotals;
  /** The module's own functions, those that were never called as well, by index. Imported functions are not among them. */
  readonly functions: readonly FunctionCoverage[];
}

export interface CoverageResult {
  readonly analysis: 'coverage';
  /** Grows when a field changes its meaning or goes away; new fields do not count. */
  readonly version: 1;
  /** In the order in which their first instances came into being. */
  readonly modules: readonly ModuleCoverage[];
}

export function totalsOf(functions: readonly FunctionCoverage[]): CoverageTotals {
  const sum = (pick: (f: FunctionCoverage) => Share): Share => ({
    covered: functions.reduce((n, f) => n + pick(f).covered, 0),
    all: functions.reduce((n, f) => n + pick(f).all, 0),
  });
  return {
    functions: sum((f) => ({ covered: isCalled(f) ? 1 : 0, all: 1 })),
    instructions: sum((f) => f.instructions),
    blocks: sum((f) => f.blocks),
  };
}

export function isCalled(func: FunctionCoverage): boolean {
  return func.instructions.covered > 0;
}

/** The runs of the instructions that were not executed; `covered` has a 1 for each that was. */
export function uncoveredRuns(pcs: Int32Array, covered: Uint8Array): PcRun[] {
  const runs: [number, number][] = [];
  let open: [number, number] | undefined;
  pcs.forEach((pc, i) => {
    if (covered[i] === 1) open = undefined;
    else if (open === undefined) {
      open = [pc, pc];
      runs.push(open);
    } else open[1] = pc;
  });
  return runs;
}

/** The reverse: a 1 for each instruction that lies in no run. `pcs` are those of all instructions, ascending. */
export function coveredFlags(pcs: ArrayLike<number>, uncovered: readonly PcRun[]): Uint8Array {
  const covered = new Uint8Array(pcs.length);
  let run = 0;
  for (let i = 0; i < pcs.length; i++) {
    const pc = pcs[i] as number;
    while (run < uncovered.length && pc > (uncovered[run] as PcRun)[1]) run++;
    const next = uncovered[run];
    covered[i] = next === undefined || pc < next[0] ? 1 : 0;
  }
  return covered;
}
