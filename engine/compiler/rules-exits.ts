/**
 * Ends of activations in compiled code.
 *
 * Exit probes that use no frame are called directly, and actions are written out as calls; for others the frame is brought up to date
 * and the machine calls them all. Behind it the activation is no longer the innermost one of the machine, so that nobody tells its end again.
 */

import { endsActivation } from '../interpreter/events.ts';
import { inlineActionOf } from '../runtime/inline-work.ts';
import { NO_FRAME } from '../runtime/no-frame.ts';
import { ACCESS, END_ACCESS, type Exit, type ExitProbe, type Inserted } from '../runtime/probe.ts';
import type { Emitter } from './emitter.ts';
import { exitTeller } from './event-calls.ts';
import { emitAction, probesAt, reloadFrame } from './rules-events.ts';

type Reason = 'return' | 'tail-call';

/** What probes are told that use no frame, the same object each time. */
const bareExits: Readonly<Record<Reason, Exit>> = {
  return: bareExit('return'),
  'tail-call': bareExit('tail-call'),
};

function bareExit(reason: Reason): Exit {
  return Object.freeze({ reason, results: Object.freeze([]), error: undefined });
}

/** Tells the end of the activation, whose results or arguments are on the stack. */
export function emitExit(e: Emitter, reason: Reason): void {
  const all = e.func.probes?.exits.entries ?? [];
  if (all.length === 0) return;
  const exits = all.filter(({ access }) => (access & END_ACCESS[reason]) !== 0);
  if (exits.every(usesNoFrame)) emitDirectExits(e, exits, reason);
  else emitToldExits(e, exits, reason);
  // From here on, what fails ends no activation again (`CompiledUnit.caught`).
  e.statement(`${e.machineName}.depth = d - 1;`);
}

/** Results are made for probes by the machine, from the frame. */
function usesNoFrame({ probe, access }: Inserted<ExitProbe>): boolean {
  const isBare = (access & ACCESS.frameless) !== 0 && (access & ACCESS.results) === 0;
  return isBare || inlineActionOf(probe) !== undefined;
}

function emitDirectExits(e: Emitter, exits: readonly Inserted<ExitProbe>[], reason: Reason): void {
  const exit = bareExits[reason];
  let isInnermost = e.hasDirectProbes;
  for (const [index, { probe }] of exits.entries()) {
    const action = inlineActionOf(probe);
    if (action !== undefined) {
      emitAction(e, action);
      continue;
    }
    e.run = undefined;
    e.stack.settleAll();
    if (!isInnermost) e.statement(e.innermostText);
    isInnermost = true;
    e.statement(`p = ${e.addSite('end', { told: { exits, index, exit } })};`);
    e.statement(e.eventFrame(e.ip));
    const name = e.bindings.bind(`probe${e.bindings.values.size}`, () => probe);
    const noFrame = e.bindings.bind('noFrame', () => NO_FRAME);
    const how = e.bindings.bind(reason === 'return' ? 'returned' : 'tail_called', () => exit);
    e.statement(`${name}.exit(${noFrame}, ${how});`);
  }
}

function emitToldExits(e: Emitter, exits: readonly Inserted<ExitProbe>[], reason: Reason): void {
  e.run = undefined;
  e.stack.settleAll();
  e.spills.locals();
  e.spills.operands();
  const site = e.addSite('end');
  e.statement(`p = ${site};`);
  const name = e.bindings.bind(`tell_${reason === 'return' ? 'return' : 'tail_call'}`, () =>
    exitTeller(e.machine, reason),
  );
  e.statement(`${name}(d, ${~e.ip}, fp + ${e.unitsAt(e.stack.height)});`);
  if (exits.some(({ access }) => (access & ACCESS.writes) !== 0)) reloadFrame(e);
}

/** Does something observe the place where the function's final `end` stands? */
export function observesEnd(e: Emitter): boolean {
  const { ips } = e.code;
  const last = ips[ips.length - 1] as number;
  return (
    (e.func.probes?.watchesReturns ?? false) ||
    probesAt(e, last).length > 0 ||
    !endsActivation(e.code.units[last] as number)
  );
}
