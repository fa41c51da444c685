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

/** The engine's own folder, in the form in which stacks show it; undefined where its files were put into one. */
function engineFolder(): string | undefined {
  for (const { url } of positions(new Error('to see its stack'))) {
    return /^(.*[/\\])runtime[/\\]source-position\.[a-z]+(?:\?.*)?$/.exec(url)?.[1];
  }
  return undefined;
}

const folder = engineFolder();

/** The innermost place outside of the engine; undefined where the error has no stack or one of unknown form. */
export function sourcePositionOf(error: unknown): SourcePosition | undefined {
  for (const position of positions(error)) {
    const isOwn = folder !== undefined && position.url.startsWith(folder);
    if (!isOwn && !position.url.startsWith('node:')) return position;
  }
  return undefined;
}
