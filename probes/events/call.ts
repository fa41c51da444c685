/** Calls, before and after: direct, through tables and references, tail calls, to host functions. */

import {
  type Exit,
  type ExitReason,
  type Frame,
  FuncInstance,
  type Instruction,
  internals,
  isDefinedSubtype,
  type LocalProbe,
  type Location,
  type ModuleInstance,
  type Needs,
  type TableInstance,
  type TypedValue,
} from '../../engine/index.ts';
import { type Attachment, Insertions } from '../attachment.ts';
import { type EventOptions, mergeNeeds } from '../event-options.ts';
import { handlerName } from '../handler-name.ts';
import { type FunctionFilter, selectFunctions } from '../select-functions.ts';
import { functionType, typeOfFunction } from '../structure.ts';
import { operandsOf } from '../values.ts';
import { type Completion, type Watcher, watchInstructions } from '../watch.ts';
import { selectLocations } from './before-after.ts';

export interface CallOptions extends EventOptions {
  /** Called functions that matter, imported ones included, by their name or index in the calling module; default: all. */
  readonly callees?: FunctionFilter | undefined;
}

/** A call is about to be executed. */
export interface CallEvent {
  /** The activation that calls. */
  readonly frame: Frame;
  readonly location: Location;
  /** By the function's index, through a table, or by a reference on the stack. */
  readonly kind: 'direct' | 'indirect' | 'reference';
  /** Does the called function take the place of the caller's activation? */
  readonly isTail: boolean;
  /** The function that will run; undefined where the call will trap: no such element, none there, another type, a null reference. */
  readonly target: FuncInstance | undefined;
  /** Index of the target in the calling module, imports included; undefined for a function of elsewhere. */
  readonly callee: number | undefined;
  /** Is the target a function of the host? */
  readonly isToHost: boolean;
  readonly args: readonly TypedValue[];
  /** For an indirect call, the place in the table; a bigint where the table has 64-bit indices. */
  readonly element: number | bigint | undefined;
}

/** What has become of a call. */
export interface CallReturnEvent extends CallEvent {
  /** `return`: it came back; `tail-call`: it left for good; else why it never came back, or could not be made. */
  readonly outcome: ExitReason;
  /** For `return`; else empty. */
  readonly results: readonly TypedValue[];
  /** For `trap`, `throw` and `host-error`, which end the caller's activation, too; else undefined. */
  readonly error: unknown;
}

type FoundTarget = Pick<CallEvent, 'target' | 'element'>;

/** The element of the table that an indirect call will call; undefined where it will trap. Nothing is changed. */
function elementToCall(table: TableInstance, element: number | bigint, type: number): FuncInstance | undefined {
  const func = table.elements[Number(element)];
  if (!(func instanceof FuncInstance)) return undefined;
  return isDefinedSubtype(func.type, type) ? func : undefined;
}

function unsigned(value: unknown): number | bigint {
  return typeof value === 'bigint' ? BigInt.asUintN(64, value) : (value as number) >>> 0;
}

function kindOf({ immediates, effects }: Instruction): CallEvent['kind'] {
  if (immediates[0] === 'func') return 'direct';
  return effects.has('tableread') ? 'indirect' : 'reference';
}

/**
 * Finds the function that a call instruction will call, by its topmost operand: the index into the table, or the reference; a direct call has none.
 * It is undefined where the call will trap.
 */
export function targetFinder(
  instance: ModuleInstance,
  { instruction, immediates }: Location,
): (operand: unknown) => FuncInstance | undefined {
  const index = immediates.index as number;
  const kind = kindOf(instruction);
  if (kind === 'direct') {
    const target = instance.funcs[index];
    return () => target;
  }
  if (kind === 'reference') return (value) => (value === null ? undefined : internals.functionOf(value));
  const table = instance.tables[immediates.index2 as number] as TableInstance;
  const type = instance.module.types[index] as number;
  return (value) => elementToCall(table, unsigned(value), type);
}

/** The facts of one call instruction. */
class CallSite {
  readonly location: Location;
  readonly needs: Needs;
  private readonly kind: CallEvent['kind'];
  private readonly isTail: boolean;
  private readonly argCount: number;
  /** Operands above the arguments. */
  private readonly above: number;
  private readonly callees: Callees;
  private readonly find: (frame: Frame) => FoundTarget;

  constructor(instance: ModuleInstance, location: Location, callees: Callees) {
    const { instruction, immediates } = location;
    const { module } = instance;
    const index = immediates.index as number;
    this.location = location;
    this.callees = callees;
    this.kind = kindOf(instruction);
    this.isTail = instruction.effects.has('exit');
    const isDirect = this.kind === 'direct';
    this.above = isDirect ? 0 : 1;
    this.argCount = (isDirect ? typeOfFunction(module, index) : functionType(module, index)).params.length;
    this.needs = { operands: this.argCount + this.above };
    this.find = this.finder(instance);
  }

  private finder(instance: ModuleInstance): (frame: Frame) => FoundTarget {
    const find = targetFinder(instance, this.location);
    if (this.kind === 'direct') {
      const found = { target: find(undefined), element: undefined };
      return () => found;
    }
    const isIndirect = this.kind === 'indirect';
    return (frame) => {
      const { value } = frame.operand(0);
      return { target: find(value), element: isIndirect ? unsigned(value) : undefined };
    };
  }

  /** Could the call concern one of the callees? */
  get isWanted(): boolean {
    const { kind, location, callees } = this;
    return kind !== 'direct' || callees.wanted === undefined || callees.wanted.has(location.immediates.index as number);
  }

  /** The event at the call; undefined where the target is none of the callees that matter. */
  event(frame: Frame): CallEvent | undefined {
    const { target, element } = this.find(frame);
    const callee = this.kind === 'direct' ? (this.location.immediates.index as number) : this.callees.indexOf(target);
    const { wanted } = this.callees;
    if (wanted !== undefined && (callee === undefined || !wanted.has(callee))) return undefined;
    const args = operandsOf(frame, this.argCount, this.above);
    const { location, kind, isTail } = this;
    const isToHost = target !== undefined && target.host !== null;
    return { frame, location, kind, isTail, target, callee, isToHost, args, element };
  }
}

/** The functions of the calling module: which of them matter, and which one a target is. */
class Callees {
  /** Indices; undefined for all functions, those of elsewhere included. */
  readonly wanted: ReadonlySet<number> | undefined;
  private readonly indices = new Map<FuncInstance, number>();

  constructor(instance: ModuleInstance, filter: FunctionFilter | undefined) {
    this.wanted = filter === undefined ? undefined : new Set(selectFunctions(instance.module, filter, 'all'));
    // Backwards, so that a function that is imported several times has the first of its indices.
    for (let i = instance.funcs.length - 1; i >= 0; i--) this.indices.set(instance.funcs[i] as FuncInstance, i);
  }

  indexOf(target: FuncInstance | undefined): number | undefined {
    return target === undefined ? undefined : this.indices.get(target);
  }
}

function callSites(instance: ModuleInstance, options: CallOptions): CallSite[] {
  const callees = new Callees(instance, options.callees);
  const sites = selectLocations(instance, (i) => i.effects.has('call'), options);
  return sites.map((location) => new CallSite(instance, location, callees)).filter((site) => site.isWanted);
}

class CallProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  private readonly site: CallSite;
  private readonly handler: (event: CallEvent) => void;

  constructor(site: CallSite, handler: (event: CallEvent) => void, options: CallOptions) {
    this.name = handlerName(handler, options, 'call');
    this.needs = mergeNeeds(options.needs, site.needs);
    this.site = site;
    this.handler = handler;
  }

  fire(frame: Frame): void {
    const event = this.site.event(frame);
    if (event !== undefined) this.handler(event);
  }
}

/** Calls the handler before every call, tail calls and calls that will trap included. */
export function onCall(
  instance: ModuleInstance,
  handler: (event: CallEvent) => void,
  options: CallOptions = {},
): Attachment {
  const insertions = new Insertions();
  for (const site of callSites(instance, options)) {
    const { func, pc } = site.location;
    insertions.local(instance, func, pc, new CallProbe(site, handler, options));
  }
  return insertions;
}

/** Tells what becomes of calls. What is kept is the event at the call. */
class CallWatcher implements Watcher<CallEvent | undefined> {
  readonly name: string;
  readonly needsAfter: Needs | undefined;
  readonly wantsResults = true;
  private readonly sites: ReadonlyMap<Location, CallSite>;
  private readonly handler: (event: CallReturnEvent) => void;

  constructor(sites: readonly CallSite[], handler: (event: CallReturnEvent) => void, options: CallOptions) {
    this.name = handlerName(handler, options, 'call return');
    this.needsAfter = options.needs;
    this.sites = new Map(sites.map((site) => [site.location, site]));
    this.handler = handler;
  }

  needsBefore(location: Location): Needs {
    return (this.sites.get(location) as CallSite).needs;
  }

  before(frame: Frame, location: Location): CallEvent | undefined {
    return (this.sites.get(location) as CallSite).event(frame);
  }

  // What is spread stands last: V8 takes twenty times as long for an object to which fields are added after it.
  after(_frame: Frame, { kept, to, results }: Completion<CallEvent | undefined>): void {
    if (kept === undefined) return;
    const outcome = to === undefined ? 'tail-call' : 'return';
    this.handler({ outcome, results, error: undefined, ...kept });
  }

  abandoned(_frame: Frame, _location: Location, kept: CallEvent | undefined, { reason, error }: Exit): void {
    if (kept !== undefined) this.handler({ outcome: reason, results: [], error, ...kept });
  }
}

/**
 * Calls the handler when a call has come back, with its results, or when it is settled that it will not: exactly once
 * for each call that was begun while this was attached, while the caller's frame can be read.
 */
export function onCallReturn(
  instance: ModuleInstance,
  handler: (event: CallReturnEvent) => void,
  options: CallOptions = {},
): Attachment {
  const sites = callSites(instance, options);
  const locations = sites.map((site) => site.location);
  return watchInstructions(instance, locations, new CallWatcher(sites, handler, options));
}
