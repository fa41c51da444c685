/**
 * Sections as CSV (RFC 4180, lines end with a line feed): all rows, exact values. The first table is the report itself. Each
 * further one is a file of its own, beside the one of the report; in a stream it follows behind an empty line.
 */

import { stringify } from 'csv-stringify/sync';
import type { Cell, Column, Section } from './presentation.ts';
import type { Report, ReportContext } from './report.ts';

interface FullTable {
  readonly id: string;
  readonly columns: readonly Column[];
  readonly rows: Cell[][];
}

export function sectionsCsv(sections: readonly Section[], { out }: ReportContext): Report {
  const [first, ...others] = joined(sections);
  if (first === undefined) return { text: '', files: [] };
  if (out === undefined) return { text: [first, ...others].map(csv).join('\n'), files: [] };
  const files = others.map((table) => ({ path: `${out.replace(/\.csv$/, '')}.${table.id}.csv`, content: csv(table) }));
  return { text: csv(first), files };
}

/** Tables of equal ids in one: with several modules, a column in front says which. */
function joined(sections: readonly Section[]): FullTable[] {
  const modules = new Set(sections.flatMap(({ module }) => (module === undefined ? [] : [module.sha256])));
  const columns: readonly Column[] = modules.size < 2 ? [] : [{ key: 'module', kind: 'text' }];
  const tables = new Map<string, FullTable>();
  for (const { module, tables: own = [] } of sections) {
    const place = modules.size < 2 ? [] : [module?.name ?? module?.sha256];
    for (const table of own) {
      const full = tables.get(table.id) ?? { id: table.id, columns: [...columns, ...table.columns], rows: [] };
      tables.set(table.id, full);
      for (const row of table.rows) full.rows.push([...place, ...table.columns.map((_, i) => row[i])]);
    }
  }
  return [...tables.values()];
}

function csv({ columns, rows }: FullTable): string {
  return stringify(rows, { header: true, columns: columns.map(({ key }) => ({ key })), cast: { bigint: String } });
}
