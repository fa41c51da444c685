/** Figures and tables of an analysis as HTML: they can be read without a script. */

import type { ModuleIdentity } from '../../result.ts';
import type { Column, Figure, Section, Table } from '../presentation.ts';
import { whichModule } from '../sections-text.ts';
import type { Cell } from '../value-kinds.ts';
import { figureText, valueText } from '../values.ts';
import { html } from './escape.ts';

/** Rows of a table that are shown when it does not say how many. */
const DEFAULT_TOP = 20;

export interface SectionsInput {
  readonly sections: readonly Section[];
  /** Did the analysis see no module? */
  readonly isEmpty: boolean;
  /** Place of a module in the page; undefined where the page has no code of it. */
  modulePlace(identity: ModuleIdentity): number | undefined;
}

/** `name` is that of the analysis. */
export function sectionsHtml(name: string, { sections, isEmpty, modulePlace }: SectionsInput): string {
  if (sections.length === 0) return `<h2>${html(name)}</h2>${isEmpty ? '<p>Nothing was instantiated.</p>' : ''}`;
  const modules = sections.flatMap(({ module }) => (module === undefined ? [] : [module]));
  return sections
    .map(({ module, figures = [], tables = [], lines = [] }) => {
      const place = module === undefined ? undefined : modulePlace(module);
      return [
        `<section><h2>${html(name + whichModule(module, modules))}</h2>`,
        figures.length === 0 ? '' : `<dl class="figures">${figures.map(figureHtml).join('')}</dl>`,
        ...tables.filter(({ isForTools }) => isForTools !== true).map((table) => tableHtml(table, place)),
        lines.length === 0 ? '' : `<p>${lines.map(html).join('<br>')}</p>`,
        '</section>',
      ].join('\n');
    })
    .join('\n');
}

function figureHtml({ label, value, kind }: Figure): string {
  return `<div><dt>${html(label)}</dt><dd${exactTitle(value, figureText(value, kind))}>${html(figureText(value, kind))}</dd></div>`;
}

/** The exact value where the text shows less. */
function exactTitle(value: Cell, text: string): string {
  if (value === undefined || typeof value === 'string') return '';
  const exact = String(value);
  return exact === text.replaceAll(',', '') ? '' : ` title="${html(exact)}"`;
}

function tableHtml(table: Table, module: number | undefined): string {
  const { columns, rows, title, top = DEFAULT_TOP, rest } = table;
  if (rows.length === 0) return `<p class="empty">${html(title)}: none</p>`;
  // One row more is as short as the line that would say so.
  const shown = rows.length <= top + 1 ? rows : rows.slice(0, top);
  const hidden = rows.length - shown.length;
  const words = rest === undefined ? '' : `, ${rest}`;
  const more =
    hidden === 0
      ? ''
      : `<p class="more">${html(`… and ${hidden.toLocaleString('en-US')} more${words} (all with --format csv)`)}</p>`;
  const head = columns.map((column) => `<th scope="col"${cellClass(column)}>${html(column.title ?? column.key)}</th>`);
  const body = shown.map((row) => rowHtml(table, row, module));
  return `<div class="table"><table><caption>${html(title)}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></div>${more}`;
}

function rowHtml({ columns }: Table, row: readonly Cell[], module: number | undefined): string {
  const place = module === undefined ? undefined : placeOfRow(columns, row, module);
  const cells = columns.map((column, i) => {
    const text = valueText(row[i], column.kind);
    const content =
      place !== undefined && column.key === 'function' ? `<a href="${place}">${html(text)}</a>` : html(text);
    return `<td${cellClass(column)}${exactTitle(row[i], text)}>${content}</td>`;
  });
  return `<tr>${cells.join('')}</tr>`;
}

/**
 * Rows about a function lead to its code. Such tables have the columns `function`, its name, and `index`; those about
 * instructions have a column `pc` too.
 */
function placeOfRow(columns: readonly Column[], row: readonly Cell[], module: number): string | undefined {
  const cellAt = (key: string): Cell => row[columns.findIndex((column) => column.key === key)];
  const index = cellAt('index');
  if (cellAt('function') === undefined || typeof index !== 'number') return undefined;
  const pc = cellAt('pc');
  return `#${module === 0 ? '' : `module-${module + 1}-`}func-${index}${typeof pc === 'number' ? `+${pc}` : ''}`;
}

function cellClass({ kind }: Column): string {
  return kind === 'text' ? '' : ' class="number"';
}
