/** What the interpreter asks of a tier that compiles functions, and what it tells it. */

import type { FuncInstance } from './function.ts';
import type { ModuleInstance } from './instance.ts';

/** How a function is to be called. */
export const CALL = {
  /** In the interpreter, which has its code. */
  interpret: 0,
  /** It is a host function. */
  host: 1,
  /** Its compiled code, which is in `FuncInstance.js`. */
  compiled: 2,
} as const;

export type CallWay = (typeof CALL)[keyof typeof CALL];

/** What became of an activation of the interpreter that stood at a loop. */
export const LOOP = {
  /** Nothing: the interpreter goes on. */
  stays: 0,
  /** Compiled code has run it to its end; its results lie at the frame's base. */
  ended: 1,
  /** Compiled code took over and gave it back, at another place: the state is on the machine, as `Machine.suspend` leaves it. */
  left: 2,
} as const;

export type LoopOutcome = (typeof LOOP)[keyof typeof LOOP];

/** `FuncInstance.budget` of functions that are never to be looked at again: more calls than any run makes. */
export const UNLIMITED = 0x3fff_ffff;

/** A change that makes compiled code of a function wrong, for the report: `probe inserted by coverage at f+12`. */
export interface Change {
  readonly what: string;
  /** Name of the probe, if it is about one. */
  readonly probe?: string | undefined;
  readonly pc?: number;
}

export interface Tier {
  /** Gives a function whose interpreter code was just made its budget. */
  prepared(func: FuncInstance): void;
  /**
   * What a call from compiled code counts for: more than others. The caller is hot, and the sooner the function is compiled the more V8
   * knows of the call when it optimises the caller.
   */
  workOfCall(func: FuncInstance): number;
  /** Called when the budget of a function with Wasm code is used up, before it is called. May compile it. */
  gate(func: FuncInstance): CallWay;
  /**
   * Called when the budget is used up at a loop header, whose unit is at `ip` and whose event has fired; the state of
   * the topmost frame is saved.
   */
  enterLoop(func: FuncInstance, depth: number, ip: number): LoopOutcome;
  /** Probes of the function have changed. */
  changed(func: FuncInstance, change: Change): void;
  /** Global probes of the instance have changed. */
  changedEverywhere(instance: ModuleInstance, change: Change): void;
  /** A local of a frame that waits for a call was written. */
  frameWritten(func: FuncInstance): void;
  /** A memory grew in an event of the function; its code does not know. */
  memoryGrown(func: FuncInstance): void;
}
