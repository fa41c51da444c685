/** Branches, with the way that control takes. */

import {
  type Frame,
  functionLocations,
  type InstrName,
  type LocalProbe,
  type Location,
  type ModuleInstance,
  type Needs,
  ProbeError,
  type TypedValue,
} from '../../engine/index.ts';
import { type Attachment, Insertions } from '../attachment.ts';
import { type EventOptions, mergeNeeds } from '../event-options.ts';
import { handlerName } from '../handler-name.ts';
import { selectFunctions } from '../select-functions.ts';
import { type Block, branchOps, type FunctionStructure, structureOf } from '../structure.ts';

/**
 * A branch is about to be executed: `br`, `br_if`, `br_table`, `if`, and those on references. What it will do is found
 * from its operand, so a probe that is inserted later at the same place and writes that operand is not taken into account.
 */
export interface BranchEvent {
  readonly frame: Frame;
  readonly location: Location;
  /** Does control go to the label? For `if`: into the then-arm. */
  readonly taken: boolean;
  /** pc where control goes on: that of the `loop` or `end` of the label, of the next instruction, or of the else-arm. */
  readonly target: number;
  /** The label of the branch, of `br_table` the one chosen, counted from the innermost block; undefined for `if`. */
  readonly label: number | undefined;
  /** Of `br_table`, the position of the chosen label in its list; the default is the last. */
  readonly index: number | undefined;
  /** The operand that decides; undefined for `br`. */
  readonly condition: TypedValue | undefined;
}

type Handler = (event: BranchEvent) => void;

/** Whether the operand makes control go to the label, by instruction. */
const tests: Partial<Record<InstrName, (condition: TypedValue) => boolean>> = {
  if: ({ value }) => value !== 0,
  br_if: ({ value }) => value !== 0,
  br_on_null: ({ value }) => value === null,
  br_on_non_null: ({ value }) => value !== null,
};

class AlwaysTaken implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  private readonly location: Location;
  private readonly target: number;
  private readonly handler: Handler;

  constructor(location: Location, target: number, handler: Handler, options: EventOptions) {
    this.name = handlerName(handler, options, 'branch');
    this.needs = options.needs ?? {};
    this.location = location;
    this.target = target;
    this.handler = handler;
  }

  fire(frame: Frame): void {
    const { location, target } = this;
    const label = location.immediates.index;
    this.handler({ frame, location, taken: true, target, label, index: undefined, condition: undefined });
  }
}

/** Where a branch with two ways goes. */
interface Ways {
  readonly test: (condition: TypedValue) => boolean;
  readonly taken: number;
  readonly notTaken: number;
  readonly label: number | undefined;
}

class TwoWays implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  private readonly location: Location;
  private readonly ways: Ways;
  private readonly handler: Handler;

  constructor(location: Location, ways: Ways, handler: Handler, options: EventOptions) {
    this.name = handlerName(handler, options, 'branch');
    this.needs = mergeNeeds(options.needs, { operands: 1 });
    this.location = location;
    this.ways = ways;
    this.handler = handler;
  }

  fire(frame: Frame): void {
    const { location, ways } = this;
    const condition = frame.operand(0);
    const taken = ways.test(condition);
    const target = taken ? ways.taken : ways.notTaken;
    this.handler({ frame, location, taken, target, label: ways.label, index: undefined, condition });
  }
}

class ManyWays implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  private readonly location: Location;
  private readonly labels: readonly number[];
  private readonly targets: readonly number[];
  private readonly handler: Handler;

  constructor(location: Location, targets: readonly number[], handler: Handler, options: EventOptions) {
    this.name = handlerName(handler, options, 'branch');
    this.needs = mergeNeeds(options.needs, { operands: 1 });
    this.location = location;
    this.labels = location.immediates.labels as readonly number[];
    this.targets = targets;
    this.handler = handler;
  }

  fire(frame: Frame): void {
    const { location, labels, targets } = this;
    const condition = frame.operand(0);
    const index = Math.min((condition.value as number) >>> 0, labels.length - 1);
    const [label, target] = [labels[index], targets[index] as number];
    this.handler({ frame, location, taken: true, target, label, index, condition });
  }
}

function probeFor(
  structure: FunctionStructure,
  location: Location,
  handler: Handler,
  options: EventOptions,
): LocalProbe {
  const { instruction, pc, immediates } = location;
  const targets = structure.targets(pc).map(({ target }: Block) => target);
  if (instruction.name === 'br_table') return new ManyWays(location, targets, handler, options);
  if (instruction.name === 'br') return new AlwaysTaken(location, targets[0] as number, handler, options);
  const test = tests[instruction.name];
  if (test === undefined) throw new ProbeError(`there are no branch events for ${instruction.mnemonic} yet`);
  const next = structure.next(pc) as number;
  const ways =
    instruction.name === 'if'
      ? { test, taken: next, notTaken: structure.falseTarget(pc), label: undefined }
      : { test, taken: targets[0] as number, notTaken: next, label: immediates.index };
  return new TwoWays(location, ways, handler, options);
}

/** Calls the handler at every branch, taken or not. */
export function onBranch(instance: ModuleInstance, handler: Handler, options: EventOptions = {}): Attachment {
  const { module } = instance;
  const probes = selectFunctions(module, options.functions).flatMap((func) => {
    const structure = structureOf(module, func);
    return functionLocations(module, func, branchOps).map((location) => ({
      location,
      probe: probeFor(structure, location, handler, options),
    }));
  });
  const insertions = new Insertions();
  for (const { location, probe } of probes) insertions.local(instance, location.func, location.pc, probe);
  return insertions;
}
