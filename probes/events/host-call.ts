/** Calls of the host into the program. */

import {
  ENTRY_PC,
  type Frame,
  type LocalProbe,
  type ModuleInstance,
  type Needs,
  type TypedValue,
} from '../../engine/index.ts';
import { type Attachment, Insertions } from '../attachment.ts';
import { type EventOptions, mergeNeeds } from '../event-options.ts';
import { handlerName } from '../handler-name.ts';
import { selectFunctions } from '../select-functions.ts';
import { typeOfFunction } from '../structure.ts';
import { localsOf } from '../values.ts';

/** The host has called a function of the program. */
export interface HostCallEvent {
  readonly frame: Frame;
  /** Index of the function that it called. */
  readonly func: number;
  readonly args: readonly TypedValue[];
}

class HostCallProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  private readonly func: number;
  private readonly paramCount: number;
  private readonly handler: (event: HostCallEvent) => void;

  constructor(func: number, paramCount: number, handler: (event: HostCallEvent) => void, options: EventOptions) {
    this.name = handlerName(handler, options, 'host call');
    this.needs = paramCount === 0 ? (options.needs ?? {}) : mergeNeeds(options.needs, { locals: true });
    this.func = func;
    this.paramCount = paramCount;
    this.handler = handler;
  }

  fire(frame: Frame): void {
    if (frame.isCalledByHost) this.handler({ frame, func: this.func, args: localsOf(frame, this.paramCount) });
  }
}

/**
 * Calls the handler when an activation begins that the host called: an exported function or a function reference that
 * JavaScript called, also from inside a host function that the program called, and the start function.
 */
export function onHostCall(
  instance: ModuleInstance,
  handler: (event: HostCallEvent) => void,
  options: EventOptions = {},
): Attachment {
  const { module } = instance;
  const insertions = new Insertions();
  for (const func of selectFunctions(module, options.functions)) {
    const { length } = typeOfFunction(module, func).params;
    insertions.local(instance, func, ENTRY_PC, new HostCallProbe(func, length, handler, options));
  }
  return insertions;
}
