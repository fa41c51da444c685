/** What is printed at a hit: the frame, values of expressions, callers. */

import type { Frame, Needs } from '../../engine/index.ts';
import { FRAME_TEXT_NEEDS, frameText, mergeNeeds, STACK_TEXT_NEEDS, stackText } from '../../probes/index.ts';
import { NoValue } from '../expressions/arithmetic.ts';
import type { BoundExpression, Moment } from '../expressions/bind.ts';
import { printable } from '../report/text.ts';
import type { Printing } from './stop.ts';

export interface PrintOptions {
  readonly locals: boolean;
  readonly operands: boolean;
  /** Callers. */
  readonly stack: number;
}

export interface Printed extends PrintOptions {
  readonly shown: readonly BoundExpression[];
  /** What a hit is, besides its number. */
  readonly title: string | undefined;
  log(text: string): void;
}

/** What printing with these options reads. */
function needsOf({ locals, operands, stack, shown }: Printed): Needs {
  const { locals: allLocals = false, operands: allOperands = 0 } = FRAME_TEXT_NEEDS;
  let needs: Needs = { locals: locals && allLocals, operands: operands ? allOperands : 0 };
  if (stack > 0) needs = mergeNeeds(needs, STACK_TEXT_NEEDS);
  for (const expression of shown) needs = mergeNeeds(needs, expression.needs);
  return needs;
}

export function printingOf(printed: Printed): Printing {
  const { locals, operands, stack, shown, title, log } = printed;
  return {
    needs: needsOf(printed),
    print(frame, { arrivals }, { hits, isLast }): void {
      const lines = [
        `breakpoint, hit ${hits}${title === undefined ? '' : `, ${title}`}: ${frameText(frame, { locals, operands })}`,
        ...shown.map((expression) => `  ${expression.text} = ${shownText(expression, { frame, arrivals })}`),
        ...(stack > 0 ? callerLines(frame, stack) : []),
        ...(isLast ? ['  further hits of this breakpoint are only counted'] : []),
      ];
      log(
        lines
          .flatMap((line) => line.split('\n'))
          .map(printable)
          .join('\n'),
      );
    },
  };
}

function shownText({ evaluate }: BoundExpression, moment: Moment): string {
  try {
    const value = evaluate(moment);
    return Object.is(value, -0) ? '-0' : String(value);
  } catch (error) {
    if (!(error instanceof NoValue)) throw error;
    return `(${error.message})`;
  }
}

/** The stack without the frame itself. */
function callerLines(frame: Frame, callers: number): string[] {
  return stackText(frame, callers + 1)
    .split('\n')
    .slice(1)
    .map((line) => `  ${line}`);
}
