/** Rows of code: the titles of the columns, and a line. */

import { valueText } from '../../values.ts';
import type { CodeColumn } from './code-layout.ts';
import type { Shown } from './code-view.ts';
import { element } from './dom.ts';
import type { LaidArrow } from './lanes.ts';
import type { Status } from './model.ts';
import { hashOfPlace } from './place.ts';
import { heatStep } from './sizes.ts';
import { instructionNodes } from './syntax.ts';

const SIGNS: Readonly<Record<Status, string>> = { none: '', hit: '✓', miss: '✗', part: '◐', note: '!' };
export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  none: '',
  hit: 'hit',
  miss: 'missed',
  part: 'in part',
  note: 'worth a look',
};

/** Levels of blocks that are indented. */
const MAX_DEPTH = 16;
/** Targets of one branch that are written out: a `br_table` may have hundreds. */
const MAX_CHIPS = 6;

function cell(kind: string, text = '', title?: string): HTMLElement {
  const attributes = { role: 'gridcell', ...(title === undefined || title === text ? {} : { title }) };
  return element('span', { class: kind, text, attributes });
}

export function statusSign(status: Status): string {
  return SIGNS[status];
}

export function headRow({ columns, statuses, marked }: Shown): HTMLElement[] {
  const isShared = marked.length > 1;
  const title = (kind: string, text: string, long?: string): HTMLElement =>
    element('span', {
      class: kind,
      text,
      attributes: { role: 'columnheader', ...(long === undefined ? {} : { title: long }) },
    });
  return [
    ...statuses.map(({ annotation }) => title('status', '', `status by ${annotation.name}`)),
    title('heat', 'heat'),
    ...columns.map(({ title: text, kind, analysis }) =>
      title(kind === 'text' ? 'text' : 'number', text, isShared ? `${text} (${analysis})` : undefined),
    ),
    title('gutter-up', ''),
    title('pc', 'pc'),
    title('offset', 'offset', 'offset in the module'),
    title('gutter-down', ''),
    title('instruction', 'instruction'),
  ];
}

export function lineRow(shown: Shown, line: number): HTMLElement {
  const { code, columns, func, statuses, main } = shown;
  const pc = code.pcs[line] as number;
  const heat = main?.marks.heat[line] ?? 0;
  const status = leadingStatus(shown, line);
  const row = element('div', {
    class: `line heat-${heatStep(heat)}${status === 'none' ? '' : ` is-${status}`}`,
    attributes: {
      role: 'row',
      id: `line-${line}`,
      'data-line': String(line),
      'aria-rowindex': String(line + 2),
      'aria-selected': 'false',
    },
  });
  row.append(
    ...statuses.map(({ marks }) => statusCell(marks.status[line] ?? 'none')),
    heatCell(heat),
    ...columns.map((column) => valueCell(column, line)),
    cell('gutter-up'),
    cell('pc', String(pc)),
    cell('offset', `0x${(func.offset + pc).toString(16)}`),
    cell('gutter-down'),
    instructionCell(shown, line),
  );
  return row;
}

/** Of the analysis that gives heat; else of the first one that has any. */
function leadingStatus({ main, statuses }: Shown, line: number): Status {
  const all = main === undefined ? statuses : [main, ...statuses];
  return all.map(({ marks }) => marks.status[line] ?? 'none').find((status) => status !== 'none') ?? 'none';
}

function statusCell(status: Status): HTMLElement {
  const made = cell(`status ${status}`, SIGNS[status]);
  if (status === 'none') return made;
  made.setAttribute('aria-label', STATUS_WORDS[status]);
  made.title = STATUS_WORDS[status];
  return made;
}

function heatCell(heat: number): HTMLElement {
  const made = cell('heat');
  if (heat <= 0) return made;
  const bar = element('span', { class: 'bar' });
  // Length tells the same as colour.
  bar.style.width = `${Math.max(4, heat * 100)}%`;
  made.append(bar);
  return made;
}

function valueCell({ kind, values }: CodeColumn, line: number): HTMLElement {
  const value = values[line];
  const text = valueText(value, kind);
  const exact = value === undefined ? undefined : String(value);
  return cell(kind === 'text' ? 'text' : 'number', text, exact === text.replaceAll(',', '') ? undefined : exact);
}

function instructionCell(shown: Shown, line: number): HTMLElement {
  const { code, marked, lanes } = shown;
  const made = cell('instruction');
  made.append(...indentNodes(code.depths[line] ?? 0), ...calledNodes(shown, line));
  const leaving = lanes.leaving.get(line) ?? [];
  for (const arrow of leaving.slice(0, MAX_CHIPS)) made.append('  ', arrowChip(shown, arrow));
  if (leaving.length > MAX_CHIPS) made.append('  ', furtherChips(shown, leaving.slice(MAX_CHIPS)));
  for (const { annotation, marks } of marked) {
    const note = marks.notes.get(line);
    if (note === undefined) continue;
    const text = marked.length > 1 ? `;; ${annotation.name}: ${note}` : `;; ${note}`;
    made.append('  ', element('span', { class: 'remark', text }));
  }
  return made;
}

/** Of deeper code the indentation begins anew, behind a number: it would be out of sight otherwise. */
function indentNodes(depth: number): Node[] {
  const wrapped = depth - (depth % MAX_DEPTH);
  const indent = document.createTextNode('  '.repeat(depth - wrapped));
  if (wrapped === 0) return [indent];
  const attributes = { title: `${depth} blocks are open here` };
  return [element('span', { class: 'depth', text: `${wrapped}+ `, attributes }), indent];
}

function furtherChips({ code }: Shown, arrows: readonly LaidArrow[]): HTMLElement {
  const title = arrows.map(({ to, count }) => `to ${code.pcs[to]}: ${valueText(count, 'exact')} times`).join('\n');
  return element('span', { class: 'chip further', text: `+${arrows.length}`, attributes: { title } });
}

/** The instruction; the name of a function that has code leads to it. */
function calledNodes({ module, modulePlace, code }: Shown, line: number): Node[] {
  const nodes = instructionNodes(code.texts[line] ?? '');
  const callee = code.callees[line] ?? -1;
  if (callee < 0 || module.placeOf(callee) === undefined) return nodes;
  const [mnemonic, ...operands] = nodes;
  const href = hashOfPlace({ module: modulePlace, func: callee, pc: undefined });
  const link = element('a', { class: 'callee', attributes: { href }, children: operands });
  const text = link.textContent ?? '';
  // The gap before the name is no part of the link.
  if (text.startsWith(' ') && link.firstChild !== null)
    link.firstChild.textContent = link.firstChild.textContent?.trimStart() ?? '';
  return [mnemonic as Node, document.createTextNode(' '), link];
}

function arrowChip({ code, func, modulePlace }: Shown, { to, count, isUp }: LaidArrow): HTMLElement {
  const pc = code.pcs[to] as number;
  const href = hashOfPlace({ module: modulePlace, func: func.index, pc });
  return element('a', {
    class: `chip ${isUp ? 'up' : 'down'}${count === 0 ? ' never' : ''}`,
    text: `${isUp ? '↑' : '↓'}${pc} ×${valueText(count, 'count')}`,
    attributes: { href, title: `to ${pc}: ${valueText(count, 'exact')} times` },
  });
}
