/** Events of traps, once each, where they began. */

import {
  type Exit,
  type ExitProbe,
  type Frame,
  functionLocations,
  type Location,
  type ModuleInstance,
  type Needs,
  ProbeError,
  type TraceFrame,
  Trap,
  type TrapKind,
} from '../../engine/index.ts';
import { type Attachment, Insertions } from '../attachment.ts';
import type { EventOptions } from '../event-options.ts';
import { handlerName } from '../handler-name.ts';
import { selectFunctions } from '../select-functions.ts';

/** A program has trapped. One trap is one event, however many activations it unwinds. */
export interface TrapEvent {
  /** The innermost activation that is watched: where the trap happened, or which called towards it. It can be read for the last time. */
  readonly frame: Frame;
  /** The instruction that trapped, or the call that `frame` waits for; undefined where a probe at an entry has trapped. */
  readonly location: Location | undefined;
  /** The kind of trap; `probe` for one that a probe asked for. */
  readonly kind: TrapKind;
  /** The message that JavaScript sees. */
  readonly message: string;
  /**
   * All Wasm activations on the stack at the trap, innermost first, also those of other instances and below host
   * functions. The first is where the trap happened.
   */
  readonly trace: readonly TraceFrame[];
  readonly error: Trap;
}

class TrapProbe implements ExitProbe {
  readonly name: string;
  readonly needs: Needs;
  private readonly instance: ModuleInstance;
  private readonly handler: (event: TrapEvent) => void;
  /** Traps that were told: the activations below end with the same error. */
  private readonly told = new WeakSet<Trap>();

  constructor(instance: ModuleInstance, handler: (event: TrapEvent) => void, options: EventOptions) {
    this.name = handlerName(handler, options, 'trap');
    this.needs = { ...options.needs, ends: ['trap'] };
    this.instance = instance;
    this.handler = handler;
  }

  exit(frame: Frame, { error }: Exit): void {
    if (!(error instanceof Trap) || this.told.has(error)) return;
    this.told.add(error);
    const { kind, message, trace } = error;
    this.handler({ frame, location: this.locationOf(frame), kind, message, trace, error });
  }

  /** Looked up when it is needed: a trap may come from any instruction, and seldom does. */
  private locationOf(frame: Frame): Location | undefined {
    const { pc } = frame;
    return functionLocations(this.instance.module, frame.func.index).find((location) => location.pc === pc);
  }
}

/**
 * Calls the handler when an activation of the instance ends by a trap, also one that a probe asked for, and the recursion that is
 * too deep. Not seen are traps outside of activations: of active segments, and of a call from the host for which the
 * stack has no room. With `functions`, the event comes at the innermost activation of one of them.
 */
export function onTrap(
  instance: ModuleInstance,
  handler: (event: TrapEvent) => void,
  options: EventOptions = {},
): Attachment {
  const insertions = new Insertions();
  const probe = new TrapProbe(instance, handler, options);
  for (const func of selectFunctions(instance.module, options.functions)) insertions.exit(instance, func, probe);
  return insertions;
}

/**
 * Refused: what throws and catches Wasm exceptions is not executed, so that a module with such an instruction does not compile and
 * nothing could ever be seen. What a host function throws ends activations with the reason `host-error`: see `onExit`.
 *
 * @throws ProbeError always
 */
export function onThrow(
  _instance: ModuleInstance,
  _handler: (event: never) => void,
  options: EventOptions = {},
): never {
  throw noExceptions('thrown', options);
}

/** Refused, as `onThrow`. */
export function onCatch(
  _instance: ModuleInstance,
  _handler: (event: never) => void,
  options: EventOptions = {},
): never {
  throw noExceptions('caught', options);
}

function noExceptions(what: string, { name }: EventOptions): ProbeError {
  const message = `no exception can be seen being ${what}: this engine does not execute exception handling; errors of host functions are seen by onExit, with the reason "host-error"`;
  return new ProbeError(message, { probe: name });
}
