/** Where an error was thrown, as far as its stack tells. */

export interface SourcePosition {
  /** File name or URL, as the stack shows it. */
  readonly url: string;
  /** From 1, as the next. */
  readonly line: number;
  readonly column: number;
}

/** `at name (url:line:column)`, `at url:line:column`, and what other hosts write: `name@url:line:column`. */
const FRAME = /^(?:\s*at (?:.*? \()?|[^@\n]*@)((?:[a-z-]+:|\/|[A-Za-z]:\\|<)[^()\n]*?):(\d+):(\d+)\)?$/;

function* positions(error: unknown): Generator<SourcePosition> {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return;
  for (const text of error.stack.split('\n')) {
    const [, url, line, column] = FRAME.exec(text) ?? [];
    if (url !== undefined) yield { url, line: Number(line), column: Number(column) };
  }
}

/**
 * The folder of this package's layers, in the form in which stacks show it; undefined where they were put into one file. A layer is a folder
 * of files, or one file.
 */
function packageFolder(): string | undefined {
  for (const { url } of positions(new Error('to see its stack'))) {
    return /^(.*[/\\])engine(?:[/\\]runtime[/\\]source-position)?\.[a-z]+(?:\?.*)?$/.exec(url)?.[1];
  }
  return undefined;
}

const folder = packageFolder();

/** The part of the package that a place is in: `engine`, `probes`, ...; undefined for places outside. */
function partOf({ url }: SourcePosition): string | undefined {
  if (folder === undefined || !url.startsWith(folder)) return undefined;
  return /^[^/\\.]+/.exec(url.slice(folder.length))?.[0];
}

/**
 * The innermost place outside of the engine, and, if there is one in the same call from the engine, outside of the
 * package's probes and analyses: a handler's own line, not that of the helper which it called. undefined where the
 * error has no stack or one of unknown form.
 */
export function sourcePositionOf(error: unknown): SourcePosition | undefined {
  let first: SourcePosition | undefined;
  for (const position of positions(error)) {
    if (position.url.startsWith('node:')) continue;
    const part = partOf(position);
    // What called the engine comes after it, and is no part of the probe.
    if (part === 'engine' && first !== undefined) return first;
    if (part === 'engine') continue;
    if (part !== 'probes' && part !== 'analyses') return position;
    first ??= position;
  }
  return first;
}
