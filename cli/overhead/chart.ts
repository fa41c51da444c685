/**
 * The result as bars, in one SVG that loads nothing and follows the system's light or dark colours: times of the engines, and what each
 * probe adds in each tier, by what it is spent on. Each group has a scale of its own: its figures stand beside the bars.
 */

import { html, timeText } from '../../analyses/index.ts';
import { isMeasured, type MeasuredConfiguration, type OverheadResult, titleOf } from './result.ts';
import type { Spread } from './statistics.ts';

const WIDTH = 820;
const LABEL_WIDTH = 190;
const VALUE_WIDTH = 150;
const BAR_WIDTH = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
const ROW = 26;
const BAR = 16;
const HEAD = 34;
const GROUP_GAP = 18;

/** Colours by their use; the same in both themes where they have contrast in both. */
const STYLE = `
.chart { --text: #1b1f24; --soft: #4f5761; --line: #c4cad2; --back: #ffffff; --program: #8b95a3; --dispatch: #2f7fd6; --own: #d9730d;
  --whisker: #1b1f24; font: 13px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
@media (prefers-color-scheme: dark) {
  .chart { --text: #e4e8ee; --soft: #a0a9b5; --line: #444c58; --back: #14171c; --program: #6d7785; --dispatch: #4d9bef; --own: #ef9338;
    --whisker: #ffffff; }
}
.chart .back { fill: var(--back); }
.chart text { fill: var(--text); }
.chart .title { font-weight: 600; font-size: 15px; }
.chart .group { font-weight: 600; }
.chart .soft { fill: var(--soft); font-size: 12px; }
.chart .program { fill: var(--program); }
.chart .dispatch { fill: var(--dispatch); }
.chart .own, .chart .added { fill: var(--own); }
.chart .axis { stroke: var(--line); }
.chart .whisker { stroke: var(--whisker); stroke-width: 1.5; fill: none; }`;

interface Part {
  readonly kind: 'program' | 'dispatch' | 'own' | 'added';
  /** In the unit of the group. */
  readonly value: number;
}

interface Bar {
  readonly label: string;
  readonly parts: readonly Part[];
  /** The ends of the whisker. */
  readonly from: number;
  readonly to: number;
  /** Stands behind the bar. */
  readonly value: string;
  /** All figures, when the pointer rests on it. */
  readonly tip: string;
}

interface Group {
  readonly title: string;
  readonly bars: readonly Bar[];
}

/** The chart as an `svg` element, which is a file by itself as well; without a title where it stands below one. */
export function chartSvg(result: OverheadResult, { hasTitle = true } = {}): string {
  const groups = groupsOf(result);
  const heights = groups.map(({ bars }) => HEAD + bars.length * ROW);
  const legendY = hasTitle ? 44 : 4;
  const top = legendY + 30;
  const height = top + heights.reduce((sum, h) => sum + h + GROUP_GAP, 0);
  let y = top;
  const drawn = groups.map((group, i) => {
    const text = groupSvg(group, y);
    y += (heights[i] as number) + GROUP_GAP;
    return text;
  });
  const title = `Overhead of probes on ${result.program}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${html(title)}">
<style>${STYLE}
</style>
<rect class="back" width="${WIDTH}" height="${height}"/>
${hasTitle ? `<text class="title" x="12" y="26">${html(title)}</text>` : ''}
${legend(groups, legendY)}
${drawn.join('\n')}
</svg>
`;
}

const words: Readonly<Record<Part['kind'], string>> = {
  program: 'program',
  dispatch: 'dispatch of events',
  own: 'own code of the probe',
  added: 'probe, not told apart',
};

function legend(groups: readonly Group[], y: number): string {
  const used = new Set(groups.flatMap(({ bars }) => bars.flatMap(({ parts }) => parts.map(({ kind }) => kind))));
  let x = 12;
  const items = (Object.keys(words) as Part['kind'][])
    .filter((kind) => used.has(kind))
    .map((kind) => {
      const item = `<rect class="${kind}" x="${x}" y="${y}" width="12" height="12"/><text class="soft" x="${x + 18}" y="${y + 10}">${html(words[kind])}</text>`;
      x += 40 + words[kind].length * 6.4;
      return item;
    });
  const whisker = `<path class="whisker" d="M${x} ${y + 6}h20m-20 -4v8m20 -8v8"/><text class="soft" x="${x + 27}" y="${y + 10}">fastest to slowest</text>`;
  return [...items, whisker].join('\n');
}

function groupSvg({ title, bars }: Group, y: number): string {
  const most = Math.max(...bars.map(({ to, parts }) => Math.max(to, sum(parts))));
  const scale = (value: number): number => round((value / most) * BAR_WIDTH);
  const rows = bars.map((bar, i) => barSvg(bar, y + HEAD + i * ROW, scale));
  const bottom = y + HEAD + bars.length * ROW - (ROW - BAR) / 2;
  return `<g><text class="group" x="12" y="${y + 20}">${html(title)}</text>
<line class="axis" x1="${LABEL_WIDTH}" x2="${LABEL_WIDTH}" y1="${y + HEAD - 4}" y2="${bottom}"/>
${rows.join('\n')}</g>`;
}

function barSvg({ label, parts, from, to, value, tip }: Bar, y: number, scale: (value: number) => number): string {
  let x = LABEL_WIDTH;
  const rects = parts.map((part) => {
    const width = scale(part.value);
    const rect = `<rect class="${part.kind}" x="${round(x)}" y="${y}" width="${width}" height="${BAR}"/>`;
    x += width;
    return rect;
  });
  const [left, right] = [LABEL_WIDTH + scale(from), LABEL_WIDTH + scale(to)];
  const middle = y + BAR / 2;
  const end = Math.max(x, right) + 8;
  return `<g><title>${html(tip)}</title><text x="${LABEL_WIDTH - 8}" y="${y + 12}" text-anchor="end">${html(shortened(label))}</text>
${rects.join('')}<path class="whisker" d="M${left} ${middle}H${right}M${left} ${middle - 4}v8M${right} ${middle - 4}v8"/>
<text x="${round(end)}" y="${y + 12}">${html(value)}</text></g>`;
}

const LABEL_CHARS = 26;

function shortened(label: string): string {
  return label.length <= LABEL_CHARS ? label : `${label.slice(0, LABEL_CHARS - 1)}…`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function sum(parts: readonly Part[]): number {
  return parts.reduce((total, { value }) => total + value, 0);
}

function groupsOf({ configurations }: OverheadResult): Group[] {
  const measured = configurations.filter(isMeasured);
  const plain = measured.filter(({ probe }) => probe === null);
  const engines: Group = { title: 'Without probes: time', bars: plain.map(engineBar) };
  const tiers = plain.flatMap((base): Group[] => {
    const bars = measured.filter(({ engine, probe }) => engine === base.engine && probe !== null);
    if (bars.length === 0) return [];
    return [
      { title: `Tier ${base.engine}: times the tier without probes`, bars: bars.flatMap((one) => probeBar(one)) },
    ];
  });
  return [engines, ...tiers].filter(({ bars }) => bars.length > 0);
}

function engineBar(one: MeasuredConfiguration): Bar {
  const { totalMs, toNative, engine } = one;
  const times = toNative === null || engine === 'native' ? '' : ` (${toNative.median.toFixed(2)}x V8)`;
  return {
    label: titleOf(one),
    parts: [{ kind: 'program', value: totalMs.median }],
    from: totalMs.min,
    to: totalMs.max,
    value: `${timeText(totalMs.median)}${times}`,
    tip: `${titleOf(one)}: ${timeText(totalMs.min)} to ${timeText(totalMs.max)}`,
  };
}

function probeBar(one: MeasuredConfiguration): Bar[] {
  const { toPlain, probe, cost } = one;
  if (toPlain === null) return [];
  const events = cost === null ? '' : `, ${cost.events.toLocaleString('en-US')} events`;
  return [
    {
      label: probe ?? '',
      parts: partsOf(toPlain, cost?.dispatchShare ?? null),
      from: toPlain.min,
      to: toPlain.max,
      value: `${toPlain.median.toFixed(2)}x`,
      tip: `${titleOf(one)}: ${toPlain.min.toFixed(2)} to ${toPlain.max.toFixed(2)} times${events}`,
    },
  ];
}

/** The program, and what is added to it; a probe that cannot be told from nothing adds nothing. */
function partsOf({ median }: Spread, dispatchShare: number | null): Part[] {
  const added = median - 1;
  if (added <= 0) return [{ kind: 'program', value: median }];
  if (dispatchShare === null) {
    return [
      { kind: 'program', value: 1 },
      { kind: 'added', value: added },
    ];
  }
  return [
    { kind: 'program', value: 1 },
    { kind: 'dispatch', value: added * dispatchShare },
    { kind: 'own', value: added * (1 - dispatchShare) },
  ];
}
