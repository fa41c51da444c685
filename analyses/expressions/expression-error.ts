/** What is wrong with an expression. */

/** An expression that makes no sense, or not at this location. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** The expression. */
  readonly text: string;
  /** Where in it, from 0. */
  readonly at: number;
  /** What was probably meant, the most likely first. */
  readonly nearest: readonly string[];

  constructor(text: string, at: number, problem: string, nearest: readonly string[] = []) {
    const question = nearest[0] === undefined ? '' : `; did you mean "${nearest[0]}"?`;
    super(`in "${text}", at character ${at + 1}: ${problem}${question}`);
    this.text = text;
    this.at = at;
    this.nearest = nearest;
  }
}

/** A local or operand that there is not at this location, but perhaps at others. */
export class NotHere extends ExpressionError {}
