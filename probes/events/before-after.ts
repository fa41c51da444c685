/** Before and after instructions, with what they take and what they give. */

import {
  type Frame,
  functionLocations,
  type LocalProbe,
  type Location,
  type ModuleInstance,
  type Needs,
  type TypedValue,
} from '../../engine/index.ts';
import { arityOf } from '../arity.ts';
import { type Attachment, Insertions } from '../attachment.ts';
import { type EventOptions, mergeNeeds } from '../event-options.ts';
import { handlerName } from '../handler-name.ts';
import { selectFunctions } from '../select-functions.ts';
import { type InstructionFilter, selectInstructions } from '../select-instructions.ts';
import { structureOf } from '../structure.ts';
import { operandsOf } from '../values.ts';
import { watchInstructions } from '../watch.ts';

/** An instruction is about to execute. */
export interface BeforeEvent {
  readonly frame: Frame;
  readonly location: Location;
  /** What the instruction takes from the stack, the topmost last. */
  readonly operands: readonly TypedValue[];
}

/** An instruction has completed. */
export interface AfterEvent {
  /** Stands where control went. */
  readonly frame: Frame;
  /** The instruction that was executed. */
  readonly location: Location;
  /** What it left on the stack, the topmost last; for branches and ends of blocks the values that they brought. */
  readonly results: readonly TypedValue[];
  /**
   * pc of what the activation executes next; undefined where the instruction ends the activation: `return`, tail calls
   * and the function's final `end`, whose results are those of the function.
   */
  readonly to: number | undefined;
}

/** The instructions of an instance's functions that a filter selects. */
export function selectLocations(
  instance: ModuleInstance,
  instructions: InstructionFilter | undefined,
  { functions }: EventOptions = {},
): Location[] {
  const ops = selectInstructions(instructions);
  const { module } = instance;
  return selectFunctions(module, functions).flatMap((func) => functionLocations(module, func, ops));
}

class BeforeProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  private readonly location: Location;
  private readonly operandCount: number;
  private readonly handler: (event: BeforeEvent) => void;

  constructor(location: Location, operandCount: number, handler: (event: BeforeEvent) => void, options: EventOptions) {
    this.name = handlerName(handler, options, 'before');
    this.needs = mergeNeeds(options.needs, { operands: operandCount });
    this.location = location;
    this.operandCount = operandCount;
    this.handler = handler;
  }

  fire(frame: Frame): void {
    this.handler({ frame, location: this.location, operands: operandsOf(frame, this.operandCount) });
  }
}

/** Calls the handler before each execution of the instructions that the filter selects, with their operands. */
export function onBefore(
  instance: ModuleInstance,
  instructions: InstructionFilter,
  handler: (event: BeforeEvent) => void,
  options: EventOptions = {},
): Attachment {
  const insertions = new Insertions();
  for (const location of selectLocations(instance, instructions, options)) {
    const { func, pc } = location;
    const { operands } = arityOf(structureOf(instance.module, func), location);
    insertions.local(instance, func, pc, new BeforeProbe(location, operands, handler, options));
  }
  return insertions;
}

/**
 * Calls the handler after each completed execution of the instructions that the filter selects, with their results,
 * wherever control went. What traps, and a call that does not come back, has not completed.
 */
export function onAfter(
  instance: ModuleInstance,
  instructions: InstructionFilter,
  handler: (event: AfterEvent) => void,
  options: EventOptions = {},
): Attachment {
  return watchInstructions<undefined>(instance, selectLocations(instance, instructions, options), {
    name: handlerName(handler, options, 'after'),
    needsAfter: options.needs,
    wantsResults: true,
    before: () => undefined,
    after: (frame, { location, results, to }) => handler({ frame, location, results, to }),
  });
}
