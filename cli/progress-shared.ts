/** What the two threads of the progress line have in common. */

/** Who may write to the terminal: a line is drawn only from `none` or `drawn`, and never while something else is written. */
export const STATUS = { none: 0, drawing: 1, drawn: 2, blocked: 3 } as const;

export interface WorkerInput {
  readonly status: Int32Array;
  /** When the run began, in milliseconds since 1970. */
  readonly start: number;
}
