/** Which code called a function of the namespace. */

export interface CallSite {
  /** `file:line:column` of the program's own code; undefined where none is on the stack. */
  readonly place: string | undefined;
  /** Is it code of Node itself, such as its HTTP parser? */
  readonly isInternal: boolean;
}

interface Site {
  getFileName(): string | null | undefined;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}

const DEPTH = 50;
const here = import.meta.url.replace(/[^/]*$/, '');

/** Parts of Node that are programs with modules of their own, and its loaders of modules. */
const INTERNAL = /^node:internal\/(deps|modules)\//;

/** The nearest code on the stack that is not ours. */
export function callSite(): CallSite {
  const files = stack();
  const [caller] = files;
  const isInternal = caller !== undefined && INTERNAL.test(caller.file);
  return { place: files.find(({ file }) => !file.startsWith('node:'))?.place, isInternal };
}

function stack(): { file: string; place: string }[] {
  const holder: { stack?: readonly Site[] } = {};
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = DEPTH;
  // The program may have one of its own, which makes text.
  Error.prepareStackTrace = (_error, sites) => sites;
  try {
    Error.captureStackTrace(holder);
    return (holder.stack ?? []).flatMap((site) => {
      const file = site.getFileName() ?? '';
      if (file === '' || isOurs(file)) return [];
      return [{ file, place: `${file}:${site.getLineNumber()}:${site.getColumnNumber()}` }];
    });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function isOurs(file: string): boolean {
  return file.startsWith(here);
}
