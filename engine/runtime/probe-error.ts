/** Errors of instrumentation (rules 19 and 20 of the probe contract). */

import { WizError } from '../isa/errors.ts';
import { Trap } from '../isa/trap.ts';
import type { ProbeBase } from './probe.ts';
import { type SourcePosition, sourcePositionOf } from './source-position.ts';

/** A request that cannot be carried out, or a probe that failed. */
export class ProbeError extends WizError {
  /** Name of the probe, where there is one. */
  readonly probe: string | undefined;
  /** Function index and pc that it is about, where there is one. */
  readonly func: number | undefined;
  readonly pc: number | undefined;
  /** Where in its own source the probe threw, for a probe that failed with an error that tells. */
  readonly source: SourcePosition | undefined;
  /** Valid pcs next to the requested one, for a pc that is not an instruction. */
  readonly nearest: readonly number[];

  constructor(
    message: string,
    details: {
      readonly probe?: string | undefined;
      readonly func?: number;
      readonly pc?: number;
      readonly nearest?: readonly number[];
      readonly source?: SourcePosition | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message);
    if (details.cause !== undefined) this.cause = details.cause;
    this.probe = details.probe;
    this.func = details.func;
    this.pc = details.pc;
    this.nearest = details.nearest ?? [];
    this.source = details.source;
  }
}

/** Is this what a failing or trapping probe leaves, which is passed on as it is? */
export function isProbeFailure(error: unknown): boolean {
  return error instanceof Trap ? error.kind === 'probe' : error instanceof ProbeError && error.probe !== undefined;
}

/** The error of a probe that threw `cause` in its event at a location. */
export function probeFailure(probe: ProbeBase, func: number, pc: number, cause: unknown): ProbeError {
  const name = nameOf(probe);
  const source = sourcePositionOf(cause);
  const place = source === undefined ? '' : ` (${source.url}:${source.line}:${source.column})`;
  const message = `probe ${name} failed at function ${func}, pc ${pc}: ${messageOf(cause)}${place}`;
  return new ProbeError(message, { probe: name, func, pc, source, cause });
}

/** What a probe is called: its name, or else that of its class. */
function nameOf(probe: ProbeBase): string {
  if (probe.name !== undefined) return probe.name;
  const made: unknown = probe.constructor; // undefined for an object without prototype
  return typeof made === 'function' && made !== Object && made.name !== '' ? made.name : '(without a name)';
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  try {
    return String(error);
  } catch {
    return `an ${typeof error} that has no text`;
  }
}
