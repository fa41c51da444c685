/** What `bench/tier.ts` tells: ratios to V8's WebAssembly, means, and whether the targets are met. */

import type { EngineName } from './engines.ts';
import { geometricMean, type Timing } from './measure.ts';
import { failureLines, textTable } from './table.ts';
import type { ProgramGroup } from './tier-programs.ts';

export interface Measured {
  readonly name: string;
  readonly group: ProgramGroup;
  /** Argument of the runs that were timed. */
  readonly n: number;
  readonly times: Partial<Record<EngineName, Timing>>;
  /** Why there is no time. */
  readonly failures: Partial<Record<EngineName, string>>;
}

/** The engine that the targets are about. */
const OURS: EngineName = 'js';
/** Times V8's: the mean over all kernels, and the most that one kernel may take. */
const MEAN_LIMIT = 1.6;
const KERNEL_LIMITS: Readonly<Record<ProgramGroup, number>> = { polybench: 3, others: 3, i64: 4, package: Infinity };
/** How many times slower polywasm is in the mean, at least. */
const POLYWASM_FACTOR = 2;

const groups: readonly ProgramGroup[] = ['polybench', 'others', 'i64', 'package'];
const isKernel = ({ group }: Measured) => group !== 'package';

/** Time of one engine over that of another; undefined where one of them has none. */
function ratio({ times }: Measured, engine: EngineName, to: EngineName): number | undefined {
  const [time, other] = [times[engine]?.medianMs, times[to]?.medianMs];
  return time === undefined || other === undefined ? undefined : time / other;
}

function ratios(measured: readonly Measured[], engine: EngineName, to: EngineName): number[] {
  return measured.map((m) => ratio(m, engine, to)).filter((r) => r !== undefined);
}

const times = (value: number) => `${value.toFixed(2)}x`;

function meanCell(measured: readonly Measured[], engine: EngineName): string {
  const all = ratios(measured, engine, 'native');
  if (all.length === 0) return '';
  // A mean without those that failed is marked.
  return times(geometricMean(all)) + (all.length < measured.length ? '*' : '');
}

/** What is wrong with a program, in the last column. */
function flags(m: Measured): string {
  const own = ratio(m, OURS, 'native');
  const over = own !== undefined && own > KERNEL_LIMITS[m.group] ? [`over ${KERNEL_LIMITS[m.group]}x`] : [];
  const polywasm = isKernel(m) ? ratio(m, OURS, 'polywasm') : undefined;
  return [...over, ...(polywasm !== undefined && polywasm >= 1 ? ['polywasm is faster'] : [])].join(', ');
}

function row(engines: readonly EngineName[], m: Measured): string[] {
  const cells = engines.map((engine) => {
    const to = ratio(m, engine, 'native');
    if (to === undefined) return m.failures[engine]?.startsWith('wrong') ? 'wrong' : 'fails';
    return engine === 'native' ? (m.times.native as Timing).medianMs.toFixed(2) : times(to);
  });
  return [m.name, ...cells, flags(m)];
}

export function resultTable(engines: readonly EngineName[], measured: readonly Measured[]): string {
  const others = engines.filter((engine) => engine !== 'native');
  const header = ['program', 'V8 ms', ...others, 'missed'];
  const rows: string[][] = [];
  for (const group of groups) {
    const members = measured.filter((m) => m.group === group);
    rows.push(...members.map((m) => row(engines, m)));
    if (members.length > 1) {
      rows.push(
        [`= ${group}`, '', ...others.map((engine) => meanCell(members, engine)), ''],
        header.map(() => ''),
      );
    }
  }
  const kernels = measured.filter(isKernel);
  if (kernels.length > 1) rows.push(['= all kernels', '', ...others.map((engine) => meanCell(kernels, engine)), '']);
  const failures = failureLines(measured);
  const notes = failures.length === 0 ? [] : ['', '* without those that failed:', ...failures];
  return [textTable(header, rows), ...notes].join('\n');
}

/** One line for each target. */
export function verdicts(engines: readonly EngineName[], measured: readonly Measured[]): string[] {
  if (!engines.includes(OURS)) return [`${OURS} was not measured: no target is looked at`];
  const kernels = measured.filter(isKernel);
  const lines: string[] = [];
  const say = (isMet: boolean, what: string) => lines.push(`${isMet ? 'met   ' : 'MISSED'}  ${what}`);
  const failed = measured.filter(({ times }) => times[OURS] === undefined).map(({ name }) => name);
  say(failed.length === 0, `runs everything${failed.length > 0 ? `, but not ${failed.join(', ')}` : ''}`);
  const mean = geometricMean(ratios(kernels, OURS, 'native'));
  say(mean <= MEAN_LIMIT, `mean over the kernels ${times(mean)}, at most ${times(MEAN_LIMIT)}`);
  const over = kernels.filter((m) => (ratio(m, OURS, 'native') ?? 0) > KERNEL_LIMITS[m.group]);
  say(
    over.length === 0,
    `no i32 or f64 kernel over ${KERNEL_LIMITS.others}x, no i64 kernel over ${KERNEL_LIMITS.i64}x: ${nameList(over)}`,
  );
  if (engines.includes('polywasm')) {
    const slower = kernels.filter((m) => (ratio(m, OURS, 'polywasm') ?? 0) >= 1);
    say(slower.length === 0, `faster than polywasm on every kernel that it runs: ${nameList(slower)}`);
    const factor = geometricMean(ratios(kernels, 'polywasm', OURS));
    say(
      factor >= POLYWASM_FACTOR,
      `faster than polywasm in the mean: ${times(factor)}, at least ${times(POLYWASM_FACTOR)}`,
    );
  }
  if (engines.includes('wasm2js')) {
    const factor = geometricMean(ratios(kernels, 'wasm2js', OURS));
    say(factor > 1, `faster than wasm2js -O3 in the mean: ${times(factor)}`);
  }
  return lines;
}

function nameList(measured: readonly Measured[]): string {
  return measured.length === 0 ? 'all' : `not so for ${measured.map(({ name }) => name).join(', ')}`;
}
