/** What the command line says when something goes wrong, and with which exit code. */

import { distance } from 'fastest-levenshtein';
import { codeOf } from './wasi/errno.ts';

/** Exit codes of our own. A program's own code goes through unchanged. */
export const EXIT = {
  success: 0,
  /** What was asked for is not reached: coverage, a number of instructions. */
  below: 1,
  /** Two results differ. */
  different: 1,
  /** Wrong usage, or a module that cannot be run. */
  usage: 2,
  /** A function of the host, or a probe, failed while the program ran. */
  host: 70,
  /** Interrupted by Ctrl-C, as shells report it. */
  interrupted: 130,
  /** The program trapped; shells report a native program that aborts like this. */
  trap: 134,
} as const;

/** Something that the user can put right: the message says what, where, and if possible what to do. */
export class CliError extends Error {
  /** What to do, on lines of its own. */
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'CliError';
    this.hint = options.hint;
  }
}

/** The one of `candidates` that the user probably meant: nearest, and near enough. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(word.length / 3));
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= limit)
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.candidate;
}

/** `did you mean "fib"?`, or what there is to choose from. */
export function suggestion(word: string, candidates: readonly string[], kind: string): string {
  const near = nearest(word, candidates);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (candidates.length === 0) return `there are no ${kind}`;
  return `${kind}: ${listed(candidates)}`;
}

const LISTED_AT_MOST = 20;

function listed(names: readonly string[]): string {
  const more = names.length - LISTED_AT_MOST;
  return names.slice(0, LISTED_AT_MOST).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** What a caught value says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const hostReasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EISDIR: 'it is a folder',
  ENOTDIR: 'it is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
};

/** Why the host refused a file, in words. */
export function hostReason(error: unknown): string {
  return hostReasons[codeOf(error) ?? ''] ?? messageOf(error);
}

/** The stack of an error and of its causes, for `--verbose`. */
export function fullStack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${fullStack(error.cause)}`;
  return (error.stack ?? error.message) + cause;
}
