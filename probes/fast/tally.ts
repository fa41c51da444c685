/** Which way conditions go. */

import { Counter, type Frame, type Inline, type LocalProbe, type Needs } from '../../engine/index.ts';

/** For `br_if`, `if` and other instructions whose topmost operand is a condition: an i32, true unless 0. */
export class TakenProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs = { operands: 1 };
  private readonly yes = new Counter();
  private readonly no = new Counter();

  constructor(name = 'taken') {
    this.name = name;
  }

  /** Events with a condition other than 0: the branch is taken, the `if` runs its then-arm. */
  get taken(): number {
    return this.yes.value;
  }

  set taken(taken: number) {
    this.yes.value = taken;
  }

  get notTaken(): number {
    return this.no.value;
  }

  set notTaken(notTaken: number) {
    this.no.value = notTaken;
  }

  get total(): number {
    return this.taken + this.notTaken;
  }

  get inline(): Inline {
    return { fire: TakenProbe.prototype.fire, work: { kind: 'taken', taken: this.yes, notTaken: this.no } };
  }

  fire(frame: Frame): void {
    if (frame.operand(0).value === 0) this.no.add(1);
    else this.yes.add(1);
  }

  /** Its fields, and the counts. */
  toJSON(): object {
    const { yes, no, ...fields } = this;
    return { ...fields, taken: yes.value, notTaken: no.value };
  }
}
