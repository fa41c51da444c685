/** The value that an operand had last. */

import type { Frame, LocalProbe, Needs, TypedValue } from '../../engine/index.ts';

export class LastValueProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  /** undefined before the first event. It keeps alive the object that a reference is. */
  last: TypedValue | undefined = undefined;
  private readonly fromTop: number;

  /** `fromTop`: which operand, 0 being the topmost. */
  constructor(fromTop = 0, name = 'last value') {
    this.name = name;
    this.needs = { operands: fromTop + 1 };
    this.fromTop = fromTop;
  }

  fire(frame: Frame): void {
    this.last = frame.operand(this.fromTop);
  }
}
