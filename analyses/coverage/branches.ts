/**
 * The ways of branches: what coverage of branches counts. Instructions that decide by an operand have several: `if`, `br_if`,
 * `br_on_*` two, `br_table` one for each label in its list, the default included. `br` and `select` have none of interest: the
 * first always goes, the second goes nowhere.
 */

import {
  functionLocations,
  insertProbe,
  instructions,
  type LocalProbe,
  type Location,
  type Module,
  type ModuleInstance,
  type Needs,
  removeProbe,
} from '../../engine/index.ts';
import { type Attachment, Insertions, insertOutcomeShot } from '../../probes/index.ts';

const deciding: ReadonlySet<number> = new Set(
  instructions.filter(({ name }) => /^(if|br_if|br_table|br_on_(non_)?null)$/.test(name)).map(({ op }) => op),
);

/** A branch, and which of its ways were gone. */
export interface BranchWays {
  readonly location: Location;
  /** A 1 for each way that was gone. */
  readonly gone: Uint8Array;
}

/** The branches of a function with several ways, in the order of the code. */
export function branchWays(module: Module, func: number): BranchWays[] {
  return functionLocations(module, func, deciding).map((location) => ({
    location,
    gone: new Uint8Array(location.immediates.labels?.length ?? 2),
  }));
}

/** Notes the ways of branches that were not gone before. Probes of which all is known are gone. */
export function watchWays(instance: ModuleInstance, branches: readonly BranchWays[]): Attachment {
  const insertions = new Insertions();
  for (const { location, gone } of branches) {
    if (gone.every((flag) => flag === 1)) continue;
    const { name } = location.instruction;
    if (name === 'if' || name === 'br_if')
      for (const way of watchCondition(instance, location, gone)) insertions.add(way);
    else insertions.add(new WaysProbe(instance, location, gone));
  }
  return insertions;
}

function watchCondition(instance: ModuleInstance, { func, pc }: Location, gone: Uint8Array): Attachment[] {
  return [0, 1]
    .filter((way) => gone[way] === 0)
    .map((way) =>
      insertOutcomeShot(instance, { func, pc, outcome: way === 1, name: 'coverage' }, () => {
        gone[way] = 1;
      }),
    );
}

/** Waits for all ways of a branch that decides by an index or a reference. */
class WaysProbe implements LocalProbe, Attachment {
  readonly name = 'coverage';
  readonly needs: Needs = { frame: false, operands: 1 };
  private readonly instance: ModuleInstance;
  private readonly location: Location;
  private readonly gone: Uint8Array;
  private left: number;

  constructor(instance: ModuleInstance, location: Location, gone: Uint8Array) {
    this.instance = instance;
    this.location = location;
    this.gone = gone;
    this.left = gone.reduce((n, flag) => n + 1 - flag, 0);
    insertProbe(instance, location.func, location.pc, this);
  }

  fire(_frame: unknown, operand: unknown): void {
    const way = this.wayOf(operand);
    if (this.left === 0 || this.gone[way] === 1) return;
    this.gone[way] = 1;
    // Another instance of the module may have gone the rest.
    this.left = this.gone.reduce((n, flag) => n + 1 - flag, 0);
    if (this.left === 0) this.remove();
  }

  private wayOf(operand: unknown): number {
    switch (this.location.instruction.name) {
      case 'br_table':
        return Math.min((operand as number) >>> 0, this.gone.length - 1);
      case 'br_on_null':
        return operand === null ? 1 : 0;
      default:
        return operand === null ? 0 : 1;
    }
  }

  private remove(): void {
    const { func, pc } = this.location;
    removeProbe(this.instance, func, pc, this);
  }

  detach(): void {
    if (this.left === 0) return;
    this.left = 0;
    this.remove();
  }
}
