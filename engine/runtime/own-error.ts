/**
 * Errors that the engine throws into JavaScript. Their stacks begin with the program's code, as with the built-in functions
 * of the host: whoever looks for a mistake in a program has no use for the engine's frames.
 */

/** The engine's errors that are still on their way out of it. */
const underway = new WeakSet<Error>();

/** Marks an error as the engine's own, in contrast to those that a program's getters and functions throw. */
export function ownError<T extends Error>(error: T): T {
  underway.add(error);
  return error;
}

export function typeError(message: string): TypeError {
  return ownError(new TypeError(message));
}

export function rangeError(message: string): RangeError {
  return ownError(new RangeError(message));
}

/** What V8's `Error` has beyond the standard, and other hosts by now; possibly missing. */
export interface V8Error {
  captureStackTrace?(target: object, above?: unknown): void;
  stackTraceLimit?: number;
}

/**
 * For every error where it leaves the engine: the stack of one of the engine's own now begins at the caller of `callee`, and
 * has no frames if that has returned long ago. The error is returned, whatever it is.
 */
export function leavingEngine(error: unknown, callee: unknown): unknown {
  if (error instanceof Error && underway.delete(error)) (Error as V8Error).captureStackTrace?.(error, callee);
  return error;
}
