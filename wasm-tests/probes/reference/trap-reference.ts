/** Traps: when a call fails with one, it happened at the last instruction that was begun. */

import type { ModuleInstance } from '../../../engine/index.ts';
import type { WasmNamespace } from '../../diff/namespace.ts';
import { isExhaustion, Transcript } from '../../diff/transcript.ts';
import { everyStep, placeText } from './every-step.ts';

export interface TrapEntry {
  place: string;
  message: string;
  /** Activations that it unwound or that waited for host functions. */
  frames: number;
}

type Place = Omit<TrapEntry, 'message'>;

/** Writes down the traps that reach the host. */
export class TrapReference extends Transcript {
  readonly traps: TrapEntry[] = [];
  /** Where the program stood last, in the call that is being made. */
  private readonly steps: { last: Place | undefined } = { last: undefined };
  private readonly namespace: WasmNamespace;

  constructor(W: WasmNamespace) {
    super(W);
    this.namespace = W;
  }

  watch(instance: ModuleInstance): void {
    everyStep(instance, (frame, location) => {
      this.steps.last = { place: placeText(location), frames: frame.depth + 1 };
    });
  }

  override attempt(label: string, action: () => unknown): boolean {
    this.steps.last = undefined;
    return super.attempt(label, () => {
      try {
        return action();
      } catch (error) {
        this.failed(error);
        throw error;
      }
    });
  }

  private failed(error: unknown): void {
    const { last } = this.steps;
    const isTrap = error instanceof this.namespace.RuntimeError || (error instanceof RangeError && isExhaustion(error));
    // Without an instruction it is a segment that did not fit.
    if (isTrap && last !== undefined)
      this.traps.push({ ...last, message: error.message.replace(/^WebAssembly.*?: /, '') });
  }
}
