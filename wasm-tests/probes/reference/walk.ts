/** A trace put in order by activations: what came before each step in the same activation, and how activations ended. */

import type { Step, Trace } from './trace.ts';

type Reason = 'return' | 'tail-call' | 'trap' | 'host-error';

export interface Visitor {
  /** `before` is the step before in the same activation, undefined for its first; `index` is the place in the trace. */
  step?(step: Step, before: Step | undefined, index: number): void;
  /** An activation has ended; `last` is the last instruction that it began. */
  end?(last: Step, reason: Reason): void;
}

const isTailCall = (step: Step): boolean => step.location.instruction.name.startsWith('return_call');

/** The last step of each activation that runs, the outermost first; null where JavaScript stands in between. */
class Stack {
  private readonly last: (Step | null)[] = [];
  private readonly visitor: Visitor;

  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  private get top(): Step | null | undefined {
    return this.last.at(-1);
  }

  private pop(reason: Reason): void {
    const last = this.last.pop();
    if (last) this.visitor.end?.(last, isTailCall(last) && reason === 'return' ? 'tail-call' : reason);
  }

  private endBeforeTailCallee(): void {
    if (this.top && isTailCall(this.top)) this.pop('tail-call');
  }

  step(step: Step, index: number): void {
    const isFirst = step.args !== undefined;
    if (isFirst) this.endBeforeTailCallee();
    else while (this.top?.activation !== step.activation) this.pop('return');
    const before = isFirst ? undefined : (this.last.pop() as Step);
    this.last.push(step);
    this.visitor.step?.(step, before, index);
  }

  /** JavaScript calls in, or is called. */
  enterBorder(): void {
    this.last.push(null);
  }

  enterHost(): void {
    this.endBeforeTailCallee();
    this.enterBorder();
  }

  /** What was called on the other side of the border has returned, or failed. */
  leaveBorder(failure: 'trap' | 'host-error' | undefined): void {
    while (this.top !== null) this.pop(failure ?? 'return');
    this.last.pop();
  }
}

/** Calls the visitor as the trace tells what happened. A trace that was cut short tells of the end of few activations. */
export function walk(trace: Trace, visitor: Visitor): void {
  const stack = new Stack(visitor);
  for (const [index, record] of trace.entries()) {
    if (record.kind === 'step') stack.step(record, index);
    else if (record.kind === 'enter') stack.enterBorder();
    else if (record.kind === 'host') stack.enterHost();
    else if (record.kind === 'host-return') stack.leaveBorder(undefined);
    else {
      // What the host throws, or returns in vain, is not the program's own trap.
      const isHosts = record.failure !== undefined && trace[index - 1]?.kind === 'host-return';
      stack.leaveBorder(isHosts ? 'host-error' : record.failure);
    }
  }
}
