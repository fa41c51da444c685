/** Texts of `--help`. */

import { type AnalysisKind, optionUsage } from '../analyses/index.ts';
import { alignColumns } from './text.ts';

export const DESCRIPTION = `Runs WebAssembly programs and looks inside them while they run.

FILE is a module in the binary format, or in the text format (.wat). A WASI command runs from _start; with --invoke, one exported function is called and its results are printed. Options of wiz stand before FILE; what follows FILE belongs to the program.

A program sees no file, no variable and no network unless an option gives it to the program.`;

const EXAMPLES = `
Examples:
  wiz app.wasm one two                 run a program with two arguments
  wiz --dir ./data::/data app.wasm     let it use the folder ./data as /data
  wiz --env LANG=C --env HOME app.wasm set a variable, pass on another
  wiz --invoke fib fib.wasm 30         call an export and print its result
  wiz --stub-imports app.wasm          run although imports are missing
  wiz --probe coverage app.wasm        which functions and instructions were executed
  wiz --probe ./mine.ts:top=5 app.wasm a probe of your own, with an option
  wiz inspect app.wasm                 what a module consists of
  wiz dump app.wasm main               the instructions of one function

Exit code:
  that of the program; 134 if it trapped, 130 if it was interrupted,
  2 for wrong usage or a module that cannot be run,
  70 if a host function or a probe failed`;

/** Lines that list probes with their options, and last how one of your own is named. */
export function probeLines(kinds: readonly AnalysisKind[]): string[] {
  const rows = kinds.flatMap(({ name, summary, options }) => [
    [`  ${name}`, summary],
    ...Object.entries(options).map(([option, spec]) => [`  ${name}:${optionUsage(option, spec)}`, spec.help]),
  ]);
  return alignColumns([
    ...rows,
    ['  ./my-probe.ts', 'a probe of your own; wiz new-probe my-probe writes one to start from'],
  ]);
}

/** What stands below the options. */
export function helpFooter(kinds: readonly AnalysisKind[]): string {
  return `\nProbes:\n${probeLines(kinds).join('\n')}\n${EXAMPLES}`;
}
