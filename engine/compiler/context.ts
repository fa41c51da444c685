/** What one compilation collects beside the text: bound values, sites, cells of counters. */

import type { Counter } from '../runtime/inline-work.ts';
import type { Exit, ExitProbe, Inserted, LocalProbe } from '../runtime/probe.ts';
import type { Change } from '../runtime/tier.ts';

/** Why control may leave compiled code at a site. */
export type SiteKind =
  /** An instruction that traps. */
  | 'trap'
  /** A call; what it throws comes from there. */
  | 'call'
  /** An event; what it throws comes from a probe. */
  | 'event'
  /** The reading of a value for a probe, before anything of its event has fired; where that fails, the code is left. */
  | 'value'
  /** The event of the end of the activation, or what follows it. */
  | 'end';

/** A place of compiled code at which the interpreter may have to know the state, or an error where it came from. */
export interface Site {
  readonly kind: SiteKind;
  readonly pc: number;
  /** Unit of the instruction. */
  readonly ip: number;
  /** Unit at which the interpreter goes on after leaving here. */
  readonly next: number;
  /** Has the event of the instruction at `next` fired? */
  readonly hasFired: boolean;
  /** Elements of the frame in use, from its base: locals and operands. */
  readonly units: number;
  /** For an event: which of its probes is called, and how many of them there are before. */
  readonly probe: number;
  readonly probes: readonly Inserted<LocalProbe>[];
  /** Why the code is left here although nothing has changed. */
  readonly cause: Change | undefined;
  /** For an end: which exit probe is told of it, and what. */
  readonly told: ToldExit | undefined;
  /** Run of counted instructions that the site stands in, and how many of its counts have been reached. */
  readonly run: CountRun | undefined;
  readonly reached: number;
}

export interface ToldExit {
  readonly exits: readonly Inserted<ExitProbe>[];
  readonly index: number;
  readonly exit: Exit;
}

/** Counters of instructions that are always executed together, but for traps; they share a cell. */
export interface CountRun {
  readonly cell: number;
  readonly counts: { readonly counter: Counter; readonly step: number }[];
}

/** Values that the text uses by name. */
export class Bindings {
  readonly values = new Map<string, unknown>();

  /** The name for a value, which is the same each time. */
  bind(name: string, value: () => unknown): string {
    if (!this.values.has(name)) this.values.set(name, value());
    return name;
  }
}
