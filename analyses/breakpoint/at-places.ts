/** Expressions at several places: what has no meaning at some of them has at others. */

import { frameTypes, type ModuleInstance } from '../../engine/index.ts';
import { type BoundExpression, bindCondition, bindExpression, type Scope } from '../expressions/bind.ts';
import { ExpressionError, NotHere } from '../expressions/expression-error.ts';
import { type Expression, parseExpression } from '../expressions/syntax.ts';
import { OptionError } from '../options.ts';
import { counted } from '../report/text.ts';
import type { Place } from './places.ts';

export type Location = Pick<Place, 'func' | 'pc'>;

/** An expression of an option, as it was written and as it was read. */
export interface Parsed {
  readonly option: string;
  readonly text: string;
  readonly expression: Expression;
}

/** What is wrong with an expression is a wrong option. */
function optionError(option: string, { message, nearest }: ExpressionError): OptionError {
  return new OptionError(`option "${option}": ${message}`, option, nearest);
}

/** @throws OptionError for what is no expression */
export function parsedOption(option: string, text: string): Parsed {
  try {
    return { option, text, expression: parseExpression(text) };
  } catch (error) {
    throw error instanceof ExpressionError ? optionError(option, error) : error;
  }
}

function scopeAt(instance: ModuleInstance, { func, pc }: Location): Scope {
  return { instance, func, ...frameTypes(instance, func, pc) };
}

/** The expression at a place, or why it has no meaning there. */
function boundAt(
  instance: ModuleInstance,
  { option, text, expression }: Parsed,
  place: Location,
): BoundExpression | NotHere {
  try {
    const bind = option === 'when' ? bindCondition : bindExpression;
    return bind(text, expression, scopeAt(instance, place));
  } catch (error) {
    if (error instanceof NotHere) return error;
    throw error instanceof ExpressionError ? optionError(option, error) : error;
  }
}

export interface BoundAt<P> {
  readonly place: P;
  readonly bound: BoundExpression;
}

/**
 * The places where an expression has a meaning. Some functions have a local of a name, others have not: that these are left out is
 * said, and that none is left is an error.
 */
export function placesWith<P extends Location>(
  instance: ModuleInstance,
  parsed: Parsed,
  places: readonly P[],
  log: (text: string) => void,
): BoundAt<P>[] {
  let missing: NotHere | undefined;
  const found: BoundAt<P>[] = [];
  for (const place of places) {
    const bound = boundAt(instance, parsed, place);
    if (bound instanceof NotHere) missing ??= bound;
    else found.push({ place, bound });
  }
  if (missing === undefined) return found;
  if (found.length === 0) throw optionError(parsed.option, missing);
  const omitted = counted(places.length - found.length, 'place');
  log(`breakpoint: ${omitted} left out, where "${parsed.text}" has no meaning`);
  return found;
}

/** Those of the expressions that have a meaning at a place. */
export function shownAt(
  instance: ModuleInstance,
  shown: readonly Parsed[],
  place: Location,
): readonly BoundExpression[] {
  return shown
    .map((parsed) => boundAt(instance, parsed, place))
    .filter((bound): bound is BoundExpression => !(bound instanceof NotHere));
}

/** Fails for an expression that has a meaning at none of the places. */
export function checkShown(instance: ModuleInstance, shown: readonly Parsed[], places: readonly Location[]): void {
  for (const parsed of shown) placesWith(instance, parsed, places, () => {});
}
