/** Events of compiled code that the machine carries out. The code has brought the frame up to date. */

import type { Machine } from '../interpreter/machine.ts';
import type { Inserted, LocalProbe } from '../runtime/probe.ts';

/** Where the frame stands: its index, `~unit` of the instruction, and the stack top. */
type Tell = (depth: number, frameIp: number, sp: number) => void;

const NO_PROBES: readonly Inserted<LocalProbe>[] = [];

/** Fires probes at the frame. */
export function eventOf(machine: Machine, probes: readonly Inserted<LocalProbe>[]): Tell {
  return (depth, frameIp, sp) => {
    machine.depth = depth;
    machine.frameIps[depth] = frameIp;
    machine.sp = sp;
    machine.events.fireAll(probes, NO_PROBES);
  };
}

/** Tells exit probes that the activation ends. */
export function exitTeller(machine: Machine, reason: 'return' | 'tail-call'): Tell {
  return (depth, frameIp, sp) => {
    machine.depth = depth;
    machine.frameIps[depth] = frameIp;
    machine.sp = sp;
    machine.events.activationEnds(depth, reason);
  };
}
