/**
 * What the engine knows of instrumentation: objects that it calls at events, in the terms of the probe contract.
 * The kinds of probes that people use are built on these.
 */

import type { Accessed } from './accessed.ts';
import type { Frame, TypedValue } from './frame.ts';
import type { Inlinable, InlinableExit } from './inline-work.ts';

/**
 * What a probe reads of frames, so that a compiling tier pays for that only (rule 15 of the contract).
 * Reading something else in its events is an error that names the declaration to add.
 */
export interface Needs {
  /**
   * `fire` does without the frame, which some tiers would have to make: it gets `NO_FRAME` and then the values of the declared
   * `operands`, the topmost first, as `TypedValue.value` has them. `exit` gets `NO_FRAME` and how the activation ended. Goes with
   * a number of operands, and not with `locals`, `stack` or `writes`.
   */
  readonly frame?: false;
  /**
   * For loads and stores, and with `frame: false` only: in place of operands, `fire` gets the effective address (a number: the operand,
   * unsigned, and the constant offset) and then the value. It is what the load will push (of a lane load, the lane; undefined if it
   * will trap), or what the store will write (of a narrow store, the low bytes, unsigned).
   */
  readonly access?: boolean;
  /** How many operands from the top of the stack, or all of them. */
  readonly operands?: number | 'all';
  /** Parameters and locals of the frame. */
  readonly locals?: boolean;
  /** For exit probes: the results of the activation. */
  readonly results?: boolean;
  /** For exit probes: the reasons for which they are told of an end; all, where it is not said. Others cost nothing. */
  readonly ends?: readonly ExitReason[];
  /** Frames below: `caller`, `depth` and `stack`. What else is declared holds for them, too. */
  readonly stack?: boolean;
  /** Writing of locals and operands. */
  readonly writes?: boolean;
}

/** What all probes have in common. */
export interface ProbeBase {
  /** Names the probe in errors and reports. */
  readonly name?: string | undefined;
  readonly needs?: Needs;
}

/** Called before the instruction at its location executes (rule 1), or, at pc 0, when an activation begins (rule 8). */
export interface LocalProbe extends ProbeBase, Inlinable {
  /**
   * The event. There are operands for a probe that declares `frame: false` only: as many as it declares, the topmost first.
   * An implementation may state their types, `fire(_frame: Frame, address: number, value: number)`: TypeScript checks
   * parameters of methods in both directions. The types are those of the operands at its locations, so that is where they
   * have to be right; a probe for operands of several types takes `unknown` and looks.
   */
  fire(frame: Frame, ...operands: readonly unknown[]): void;
}

/** Called before every instruction of an instance (rule 7). */
export interface GlobalProbe extends ProbeBase {
  /** As in `LocalProbe`. */
  fire(frame: Frame, ...operands: readonly unknown[]): void;
}

/** How an activation ended (rule 13). */
export type ExitReason = 'return' | 'tail-call' | 'throw' | 'trap' | 'host-error';

/** The end of an activation. */
export interface Exit {
  readonly reason: ExitReason;
  /** What it gives back, for `return`, if the probe declares `results`; else empty. */
  readonly results: readonly TypedValue[];
  /** What ends it, for `trap`, `throw` and `host-error`. */
  readonly error: unknown;
}

/** Called when an activation ends, exactly once, while its frame can still be read. */
export interface ExitProbe extends ProbeBase, InlinableExit {
  exit(frame: Frame, exit: Exit): void;
}

/** `Needs` as bits, as tiers use them: the low byte is the number of operands, 255 for all; `event` is always set. */
export const ACCESS = {
  operands: 0xff,
  locals: 0x100,
  results: 0x200,
  stack: 0x400,
  writes: 0x800,
  /** Is any event firing at all? Outside of events nothing is readable. */
  event: 0x1000,
  /** `fire` gets no frame, but the values of its operands; nor does `exit`. */
  frameless: 0x2000,
  /** `fire` gets address and value of a load or store. */
  accessed: 0x4000,
} as const;

/** What of `Needs.ends` is set for each reason. */
export const END_ACCESS = {
  return: 0x8000,
  'tail-call': 0x10000,
  throw: 0x20000,
  trap: 0x40000,
  'host-error': 0x80000,
} as const satisfies Record<ExitReason, number>;

const ALL_ENDS = Object.values(END_ACCESS).reduce((all, bit) => all | bit, 0);
const ALL_OPERANDS = 255;

/** The bits of a declaration; a TypeError where it makes no sense. */
export function accessOf(needs: Needs | undefined): number {
  if (needs === undefined) return ACCESS.event | ALL_ENDS;
  let access = ACCESS.event | operandCount(needs.operands ?? 0) | endBits(needs.ends);
  if (needs.locals === true) access |= ACCESS.locals;
  if (needs.results === true) access |= ACCESS.results;
  if (needs.stack === true) access |= ACCESS.stack;
  if (needs.writes === true) access |= ACCESS.writes;
  if (needs.frame === false) access |= framelessBit(needs, access);
  if (needs.access === true) access |= accessedBit(needs, access);
  return access;
}

/** The bit for `frame: false`; a TypeError where something else is declared that only a frame can give. */
function framelessBit(needs: Needs, access: number): number {
  const given = (['locals', 'stack', 'writes'] as const).find((name) => needs[name] === true);
  if (given !== undefined) {
    throw new TypeError(`needs.frame is false, and needs.${given} is true: without a frame there is no way to use it`);
  }
  if ((access & ACCESS.operands) === ALL_OPERANDS) {
    throw new TypeError(
      `needs.frame is false: needs.operands must be a number below ${ALL_OPERANDS} then, not ${String(needs.operands)}`,
    );
  }
  return ACCESS.frameless;
}

/** The bit for `access: true`; a TypeError where what it gives would stand beside something else. */
function accessedBit({ frame, operands = 0 }: Needs, access: number): number {
  if (frame !== false) {
    throw new TypeError('needs.access is true: needs.frame must be false then, fire gets an address and a value');
  }
  if ((access & ACCESS.operands) !== 0) {
    throw new TypeError(
      `needs.access is true, and needs.operands is ${String(operands)}: address and value come in the place of operands`,
    );
  }
  return ACCESS.accessed;
}

function endBits(ends: readonly ExitReason[] | undefined): number {
  if (ends === undefined) return ALL_ENDS;
  return ends.reduce((bits, reason) => {
    if (Object.hasOwn(END_ACCESS, reason)) return bits | END_ACCESS[reason];
    throw new TypeError(`needs.ends names "${reason}": there are ${Object.keys(END_ACCESS).join(', ')}`);
  }, 0);
}

function operandCount(operands: number | 'all'): number {
  if (operands === 'all') return ALL_OPERANDS;
  if (Number.isInteger(operands) && operands >= 0) return Math.min(operands, ALL_OPERANDS);
  throw new TypeError(`needs.operands must be a number of operands or 'all', not ${String(operands)}`);
}

/** Does an exit probe look at locals or operands where an error ends the activation? */
export function readsAtErrors(access: number): boolean {
  const isTold = (access & (END_ACCESS.trap | END_ACCESS.throw | END_ACCESS['host-error'])) !== 0;
  return isTold && (access & (ACCESS.locals | ACCESS.operands | ACCESS.writes)) !== 0;
}

/** One insertion of a probe: what it may read is settled when it is inserted. */
export interface Inserted<P extends ProbeBase> {
  readonly probe: P;
  readonly access: number;
  /** For one with `access: true`: what there is to be accessed. */
  readonly accessed: Accessed | undefined;
}
