/** Entry and exit of functions: every activation that begins is told, and its end, exactly once (rules 8 and 13). */

import {
  ENTRY_PC,
  type Exit,
  type ExitProbe,
  type ExitReason,
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

/** An activation begins. */
export interface FunctionEntryEvent {
  readonly frame: Frame;
  /** Index of the function. */
  readonly func: number;
  readonly args: readonly TypedValue[];
}

/** An activation ends. */
export interface FunctionExitEvent {
  /** Can be read for the last time. */
  readonly frame: Frame;
  /** Index of the function. */
  readonly func: number;
  readonly reason: ExitReason;
  /** What the function gives back, for `return`. A tail call leaves the results to the callee. */
  readonly results: readonly TypedValue[];
  /** What ends the activation, for `trap`, `throw` and `host-error`; else undefined. */
  readonly error: unknown;
}

/** Which entries are told, and what stands for a handler without a name. */
interface EntryKind {
  readonly name: string;
  readonly isTold: (frame: Frame) => boolean;
}

const everyEntry: EntryKind = { name: 'entry', isTold: () => true };

class EntryProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  private readonly func: number;
  private readonly paramCount: number;
  private readonly isTold: (frame: Frame) => boolean;
  private readonly handler: (event: FunctionEntryEvent) => void;

  constructor(
    info: { readonly func: number; readonly paramCount: number },
    kind: EntryKind,
    handler: (event: FunctionEntryEvent) => void,
    options: EventOptions,
  ) {
    this.name = handlerName(handler, options, kind.name);
    this.needs = info.paramCount === 0 ? (options.needs ?? {}) : mergeNeeds(options.needs, { locals: true });
    this.func = info.func;
    this.paramCount = info.paramCount;
    this.isTold = kind.isTold;
    this.handler = handler;
  }

  fire(frame: Frame): void {
    if (this.isTold(frame)) this.handler({ frame, func: this.func, args: localsOf(frame, this.paramCount) });
  }
}

/** Calls the handler at the entries of a kind. */
export function watchEntries(
  instance: ModuleInstance,
  kind: EntryKind,
  handler: (event: FunctionEntryEvent) => void,
  options: EventOptions,
): Attachment {
  const { module } = instance;
  const insertions = new Insertions();
  for (const func of selectFunctions(module, options.functions)) {
    const { length: paramCount } = typeOfFunction(module, func).params;
    insertions.local(instance, func, ENTRY_PC, new EntryProbe({ func, paramCount }, kind, handler, options));
  }
  return insertions;
}

class FunctionExitProbe implements ExitProbe {
  readonly name: string;
  readonly needs: Needs;
  private readonly func: number;
  private readonly handler: (event: FunctionExitEvent) => void;

  constructor(func: number, handler: (event: FunctionExitEvent) => void, options: EventOptions) {
    this.name = handlerName(handler, options, 'exit');
    this.needs = mergeNeeds(options.needs, { results: true });
    this.func = func;
    this.handler = handler;
  }

  exit(frame: Frame, { reason, results, error }: Exit): void {
    this.handler({ frame, func: this.func, reason, results, error });
  }
}

/** Calls the handler when an activation begins: parameters and locals are set, nothing was executed. */
export function onEntry(
  instance: ModuleInstance,
  handler: (event: FunctionEntryEvent) => void,
  options: EventOptions = {},
): Attachment {
  return watchEntries(instance, everyEntry, handler, options);
}

/** Calls the handler when an activation ends, for whatever reason; of one that was unwound, the innermost first. */
export function onExit(
  instance: ModuleInstance,
  handler: (event: FunctionExitEvent) => void,
  options: EventOptions = {},
): Attachment {
  const insertions = new Insertions();
  for (const func of selectFunctions(instance.module, options.functions)) {
    insertions.exit(instance, func, new FunctionExitProbe(func, handler, options));
  }
  return insertions;
}
