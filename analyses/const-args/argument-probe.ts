/** What is kept of the parameters of a function, and the probe at its entry. */

import { type Frame, type LocalProbe, type Needs, type TypedValue, valtype } from '../../engine/index.ts';
import { valueText } from '../../probes/index.ts';

/** The arguments of a function in all calls so far. */
export class ArgumentState {
  /** Value of each parameter that has always had the same; undefined for those that had several. */
  private values: (TypedValue | undefined)[] | undefined;
  /** Parameters that have always had the same value. */
  private candidates: number[];

  constructor(parameters: number) {
    this.candidates = Array.from({ length: parameters }, (_, i) => i);
  }

  /** Can another call still tell something? */
  get isOpen(): boolean {
    return this.candidates.length > 0;
  }

  note(frame: Frame): void {
    const { values } = this;
    if (values === undefined) {
      this.values = this.candidates.map((i) => frame.local(i));
      return;
    }
    let hasVaried = false;
    for (const i of this.candidates) {
      if (isSame(values[i] as TypedValue, frame.local(i))) continue;
      values[i] = undefined;
      hasVaried = true;
    }
    if (hasVaried) this.candidates = this.candidates.filter((i) => values[i] !== undefined);
  }

  /** The constant value of a parameter, as text. */
  text(parameter: number): string | undefined {
    const value = this.values?.[parameter];
    return value === undefined ? undefined : valueText(value);
  }
}

/** Bit for bit; references by identity. */
function isSame(a: TypedValue, b: TypedValue): boolean {
  if (a.bits !== undefined) return a.bits === b.bits;
  if (a.type !== valtype.V128) return Object.is(a.value, b.value);
  const bytes = b.value as Uint8Array;
  return (a.value as Uint8Array).every((byte, i) => byte === bytes[i]);
}

/** At the entry of a function, as long as some parameter has been constant. */
export class ArgumentProbe implements LocalProbe {
  readonly name = 'const-args';
  readonly needs: Needs = { locals: true };
  private readonly state: ArgumentState;
  private readonly close: () => void;

  /** `close` is called when there is nothing left to find: the probe can go. */
  constructor(state: ArgumentState, close: () => void) {
    this.state = state;
    this.close = close;
  }

  fire(frame: Frame): void {
    if (this.state.isOpen) this.state.note(frame);
    if (!this.state.isOpen) this.close();
  }
}
