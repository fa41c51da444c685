/** Errors of instrumentation (rules 19 and 20 of the probe contract). */

import { WizError } from '../isa/errors.ts';

/** A request that cannot be carried out, or a probe that failed. */
export class ProbeError extends WizError {
  /** Name of the probe, where there is one. */
  readonly probe: string | undefined;
  /** Function index and pc that it is about, where there is one. */
  readonly func: number | undefined;
  readonly pc: number | undefined;
  /** Valid pcs next to the requested one, for a pc that is not an instruction. */
  readonly nearest: readonly number[];

  constructor(
    message: string,
    details: {
      readonly probe?: string | undefined;
      readonly func?: number;
      readonly pc?: number;
      readonly nearest?: readonly number[];
      readonly cause?: unknown;
    } = {},
  ) {
    super(message);
    if (details.cause !== undefined) this.cause = details.cause;
    this.probe = details.probe;
    this.func = details.func;
    this.pc = details.pc;
    this.nearest = details.nearest ?? [];
  }
}
