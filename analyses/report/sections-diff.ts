/**
 * Differences of two results, by what they show: rows of tables belong together when their keys are equal, and differ in what was
 * measured.
 */

import type { Cell, Column, Figure, Section, Table, ValueKind } from './presentation.ts';

/** Sections with what differs only: before, after, and by how much. Empty when nothing does. */
export function sectionsDiff(before: readonly Section[], after: readonly Section[]): Section[] {
  const keys = new Set([...before, ...after].map(moduleKey));
  return [...keys].flatMap((key) => {
    const [a, b] = [before, after].map((sections) => sections.find((section) => moduleKey(section) === key));
    const diff = sectionDiff(a, b);
    return diff === undefined ? [] : [diff];
  });
}

/** One section for each module, with the tables of all. */
export function joined(sections: readonly Section[]): Section[] {
  const byModule = new Map<string, Section>();
  for (const section of sections) {
    const key = moduleKey(section);
    const known = byModule.get(key);
    const tables = [...(known?.tables ?? []), ...(section.tables ?? [])];
    byModule.set(key, { ...section, tables });
  }
  return [...byModule.values()];
}

function moduleKey({ module }: Section): string {
  return module?.sha256 ?? '';
}

function sectionDiff(a: Section | undefined, b: Section | undefined): Section | undefined {
  const module = b?.module ?? a?.module;
  const figures = figuresDiff(a?.figures ?? [], b?.figures ?? []);
  const ids = new Set([...(a?.tables ?? []), ...(b?.tables ?? [])].map(({ id }) => id));
  const tables = [...ids].flatMap((id) => {
    const [x, y] = [a, b].map((section) => section?.tables?.find((table) => table.id === id));
    return tableDiff(x, y);
  });
  const all = figures === undefined ? tables : [figures, ...tables];
  if (all.length === 0) return undefined;
  return module === undefined ? { tables: all } : { module, tables: all };
}

function figuresDiff(a: readonly Figure[], b: readonly Figure[]): Table | undefined {
  const labels = new Set([...a, ...b].map(({ label }) => label));
  const rows = [...labels].flatMap((label) => {
    const [x, y] = [a, b].map((figures) => figures.find((figure) => figure.label === label));
    if (x?.value === y?.value) return [];
    return [[label, x?.value, y?.value, difference(x?.value, y?.value)]];
  });
  if (rows.length === 0) return undefined;
  const columns = [{ key: 'figure', kind: 'text' as const }, ...changeColumns('value', undefined, 'exact')];
  return { id: 'figures', title: 'Figures that differ', columns, rows };
}

function changeColumns(key: string, title: string | undefined, kind: ValueKind): Column[] {
  const name = title ?? key;
  return [
    { key: `${key}_before`, title: `${name} before`, kind },
    { key: `${key}_after`, title: 'after', kind },
    { key: `${key}_change`, title: '+/-', kind },
  ];
}

function difference(before: Cell, after: Cell): Cell {
  if (typeof before === 'string' || typeof after === 'string') return undefined;
  if (typeof before === 'bigint' || typeof after === 'bigint') return BigInt(after ?? 0) - BigInt(before ?? 0);
  return (after ?? 0) - (before ?? 0);
}

function isKey({ isKey, kind }: Column): boolean {
  return isKey ?? (kind === 'text' || kind === 'exact' || kind === 'address');
}

/** A row that differs: what it is about, and its values before and after. */
interface ChangedRow {
  readonly keys: readonly Cell[];
  readonly before: readonly Cell[] | undefined;
  readonly after: readonly Cell[] | undefined;
}

function tableDiff(a: Table | undefined, b: Table | undefined): Table[] {
  const { columns, id, title, top } = (b ?? a) as Table;
  const keys = columns.flatMap((column, i) => (isKey(column) ? [i] : []));
  // Shares follow from counts: they would say everything twice, and of every row when one changes.
  const measured = columns.flatMap((column, i) =>
    isKey(column) || column.kind === 'share' || column.kind === 'text' ? [] : [i],
  );
  const [befores, afters] = [rowsByKey(a, keys), rowsByKey(b, keys)];
  const changed = [...new Set([...befores.keys(), ...afters.keys()])].flatMap((key): ChangedRow[] => {
    const [before, after] = [befores.get(key), afters.get(key)];
    if (before !== undefined && after !== undefined && measured.every((i) => before[i] === after[i])) return [];
    const named = (after ?? before) as readonly Cell[];
    return [{ keys: keys.map((i) => named[i]), before, after }];
  });
  if (changed.length === 0) return [];
  const shown = measured.filter((i) => changed.some(({ before, after }) => before?.[i] !== after?.[i]));
  const size = ({ before, after }: ChangedRow): number =>
    shown.reduce((max, i) => Math.max(max, Math.abs(Number(difference(before?.[i], after?.[i]) ?? 0))), 0);
  changed.sort((x, y) => size(y) - size(x));
  const diff: Table = {
    id,
    title: `${title}: what differs`,
    columns: [
      ...keys.map((i) => columns[i] as Column),
      ...shown.flatMap((i) => {
        const { key, title: name, kind } = columns[i] as Column;
        return changeColumns(key, name, kind);
      }),
    ],
    rows: changed.map(({ keys, before, after }) => [
      ...keys,
      ...shown.flatMap((i) => [before?.[i], after?.[i], difference(before?.[i], after?.[i])]),
    ]),
  };
  return [top === undefined ? diff : { ...diff, top }];
}

/** Rows whose keys are equal, which some tables have, keep their order: they are numbered. */
function rowsByKey(table: Table | undefined, keys: readonly number[]): Map<string, readonly Cell[]> {
  const rows = new Map<string, readonly Cell[]>();
  for (const row of table?.rows ?? []) {
    const key = keys.map((i) => String(row[i])).join('\u0000');
    let unique = key;
    for (let n = 2; rows.has(unique); n++) unique = `${key}\u0000${n}`;
    rows.set(unique, row);
  }
  return rows;
}
