/** Which way conditions go. */

import type { Frame, LocalProbe, Needs } from '../../engine/index.ts';

/** For `br_if`, `if` and other instructions whose topmost operand is a condition: an i32, true unless 0. */
export class TakenProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs = { operands: 1 };
  /** Events with a condition other than 0: the branch is taken, the `if` runs its then-arm. */
  taken = 0;
  notTaken = 0;

  constructor(name = 'taken') {
    this.name = name;
  }

  get total(): number {
    return this.taken + this.notTaken;
  }

  fire(frame: Frame): void {
    if (frame.operand(0).value === 0) this.notTaken++;
    else this.taken++;
  }
}
