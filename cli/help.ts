/** Texts of `--help`. */

import {
  type AnalysisKind,
  functionOptions,
  type OptionSpec,
  type OptionSpecs,
  optionUsage,
} from '../analyses/index.ts';
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
  wiz --probe hotness --format html --out hot.html app.wasm
                                       the hottest code, as a page to look at
  wiz --probe coverage --format json --out a.json app.wasm
  wiz report a.json b.json             the coverage of two runs together
  wiz overhead --probe coverage,hotness app.wasm
                                       what these probes cost, in each tier
  wiz inspect app.wasm                 what a module consists of
  wiz dump app.wasm main               the instructions of one function

Exit code:
  that of the program; 134 if it trapped, 130 if it was interrupted,
  2 for wrong usage or a module that cannot be run,
  70 if a host function or a probe failed`;

const OWN_PROBE: readonly [string, string] = [
  '  ./my-probe.ts',
  'a probe of your own; wiz new-probe my-probe writes one to start from',
];

/** Options that many probes have, which are explained once. */
const common: ReadonlyMap<string, OptionSpec> = new Map(Object.entries(functionOptions));

/** Lines that list probes with their options, and last how one of your own is named. */
export function probeLines(kinds: readonly AnalysisKind[]): string[] {
  const hasCommon = kinds.some(({ options }) => own(options).length < Object.keys(options).length);
  const rows = kinds.flatMap((kind) => [
    [`  ${kind.name}${isChoosing(kind) ? '*' : ''}`, kind.summary],
    ...own(kind.options).map(([option, spec]) => [`    ${kind.name}:${optionUsage(option, spec)}`, spec.help]),
  ]);
  const shared = [
    ['', ''],
    ['  * also', ''],
    ...[...common].map(([option, spec]) => [`    :${optionUsage(option, spec)}`, spec.help]),
  ];
  return alignColumns([...rows, ['', ''], OWN_PROBE, ...(hasCommon ? shared : [])]);
}

function isChoosing({ options }: AnalysisKind): boolean {
  return own(options).length < Object.keys(options).length;
}

function own(options: OptionSpecs): [string, OptionSpec][] {
  return Object.entries(options).filter(([name, spec]) => common.get(name) !== spec);
}

/** All about one probe: options, those that others have too among them, and formats. */
export function probeDetails({ name, summary, options, formats }: AnalysisKind): string[] {
  const rows = Object.entries(options).map(([option, spec]) => [`  ${optionUsage(option, spec)}`, spec.help]);
  return [
    `${name}: ${summary}`,
    '',
    ...(rows.length === 0
      ? ['It has no options.']
      : [`Options, behind a colon and between commas (--probe ${name}:...,...)`, ...alignColumns(rows)]),
    '',
    `Formats, for --format: ${formats.join(', ')}`,
  ];
}

/** What stands below the options. */
export function helpFooter(kinds: readonly AnalysisKind[]): string {
  const rows = [...kinds.map(({ name, summary }) => [`  ${name}`, summary]), OWN_PROBE];
  return `\nProbes (wiz probes lists their options, wiz probes NAME those of one):\n${alignColumns(rows).join('\n')}\n${EXAMPLES}`;
}
