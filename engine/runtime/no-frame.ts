/** What stands in the place of the frame for probes that declare that they do without it. */

import type { Frame } from './frame.ts';
import { ACCESS, accessOf, type LocalProbe } from './probe.ts';
import { ProbeError } from './probe-error.ts';

function refuse(what: string): never {
  throw new ProbeError(`${what} takes the frame: remove "frame: false" from the "needs" of the probe`);
}

class NoFrame implements Frame {
  get hasEnded(): never {
    return refuse('reading whether the activation has ended');
  }

  get func(): never {
    return refuse('reading the function');
  }

  get instance(): never {
    return refuse('reading the instance');
  }

  get pc(): never {
    return refuse('reading the pc');
  }

  get isCalledByHost(): never {
    return refuse('reading who called');
  }

  get depth(): never {
    return refuse('reading the depth');
  }

  get caller(): never {
    return refuse('reading the caller');
  }

  get stack(): never {
    return refuse('reading the stack');
  }

  get localTypes(): never {
    return refuse('reading types of locals');
  }

  get operandTypes(): never {
    return refuse('reading types of operands');
  }

  local(): never {
    return refuse('reading locals');
  }

  operand(): never {
    return refuse('reading operands by frame.operand, and not from the arguments of fire,');
  }

  setLocal(): never {
    return refuse('writing locals');
  }

  setOperand(): never {
    return refuse('writing operands');
  }

  trap(): never {
    return refuse('trapping');
  }
}

/**
 * The frame that the `fire` of a probe with `frame: false` gets. Every use of it is a ProbeError that names the declaration to
 * remove (rule 15 of the contract).
 */
export const NO_FRAME: Frame = Object.freeze(new NoFrame());

/**
 * Fires a probe with `frame: false` inside of the `fire` of another one, which declares the operands of both. A TypeError where
 * the declarations make no sense, a ProbeError where there are fewer operands than declared.
 */
export function fireFrameless(probe: LocalProbe, frame: Frame): void {
  const access = accessOf(probe.needs);
  if ((access & ACCESS.accessed) !== 0) {
    throw new TypeError(
      'a probe with "access: true" in its "needs" cannot stand inside of another one: a frame does not tell that',
    );
  }
  const count = access & ACCESS.operands;
  const values: unknown[] = [];
  for (let i = 0; i < count; i++) values.push(frame.operand(i).value);
  probe.fire(NO_FRAME, ...values);
}
