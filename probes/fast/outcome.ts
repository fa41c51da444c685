/** Waiting for one outcome of a condition. */

import {
  type Inline,
  insertProbe,
  type LocalProbe,
  type ModuleInstance,
  type Needs,
  removeProbe,
} from '../../engine/index.ts';
import type { Attachment } from '../attachment.ts';

/** An instruction whose topmost operand is a condition, an i32: `if`, `br_if`, `select`. */
export interface ConditionPlace {
  /** Index of the function. */
  readonly func: number;
  readonly pc: number;
  /** Which outcome: is the condition other than 0? */
  readonly outcome: boolean;
  /** Stands for the probe in errors. */
  readonly name?: string;
}

/** Fires once. Until then compiled code that comes to the outcome is left. */
class OutcomeProbe implements LocalProbe, Attachment {
  readonly name: string;
  readonly needs: Needs = { frame: false, operands: 1 };
  private readonly instance: ModuleInstance;
  private readonly place: ConditionPlace;
  private readonly reached: () => void;
  private isWaiting = true;

  constructor(instance: ModuleInstance, place: ConditionPlace, reached: () => void) {
    this.name = place.name ?? 'outcome';
    this.instance = instance;
    this.place = place;
    this.reached = reached;
  }

  get inline(): Inline {
    const when = this.place.outcome ? 'nonzero' : 'zero';
    return { fire: OutcomeProbe.prototype.fire, work: { kind: 'once', when } };
  }

  fire(_frame: unknown, condition: number): void {
    if ((condition !== 0) !== this.place.outcome || !this.isWaiting) return;
    this.detach();
    this.reached();
  }

  detach(): void {
    if (!this.isWaiting) return;
    this.isWaiting = false;
    const { func, pc } = this.place;
    removeProbe(this.instance, func, pc, this);
  }
}

/** Calls `reached` when a condition first has an outcome, and is gone then. */
export function insertOutcomeShot(instance: ModuleInstance, place: ConditionPlace, reached: () => void): Attachment {
  const probe = new OutcomeProbe(instance, place, reached);
  insertProbe(instance, place.func, place.pc, probe);
  return probe;
}
