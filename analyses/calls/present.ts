/** What people and tools get to see of calls. */

import { heatOf } from '../report/heat.ts';
import type { Annotation, Cell, Column, Mark, Section, Table } from '../report/presentation.ts';
import { countText } from '../report/values.ts';
import { type CallSite, callsMade, type ModuleCalls } from './data.ts';

function failuresOf({ failures }: CallSite): number {
  return Object.values(failures).reduce((a, b) => a + b, 0);
}

function sumOf<T>(items: readonly T[], pick: (item: T) => number): number {
  return items.reduce((sum, item) => sum + pick(item), 0);
}

export function callSection(module: ModuleCalls, top: number): Section {
  const { functions, sites } = module;
  const made = sumOf(sites, callsMade);
  const toHost = sumOf(sites, ({ callees }) => sumOf(callees, ({ count, isHost }) => (isHost ? count : 0)));
  const failed = sumOf(sites, failuresOf);
  const resolved = sites.filter(({ kind }) => kind !== 'direct');
  return {
    module,
    figures: [
      { label: 'functions entered', value: functions.filter(({ entered }) => entered > 0).length, kind: 'exact' },
      { label: 'activations', value: sumOf(functions, ({ entered }) => entered), kind: 'exact' },
      { label: 'calls', value: made, kind: 'exact' },
      { label: 'of them through tables and references', value: sumOf(resolved, callsMade), kind: 'exact' },
      { label: 'of them to the host', value: toHost, kind: 'exact' },
      ...(failed === 0 ? [] : [{ label: 'calls that trapped instead', value: failed, kind: 'exact' as const }]),
    ],
    tables: [
      functionTable(module, top),
      siteTable(module, top),
      targetTable(module, resolved, top),
      calleeTable(module),
    ],
  };
}

/** Calls of functions of the module by call instructions of it, by index. */
function callsByCallee(sites: readonly CallSite[]): Map<number, { calls: number; sites: number }> {
  const byCallee = new Map<number, { calls: number; sites: number }>();
  for (const { callees } of sites) {
    for (const { index, module, count } of callees) {
      if (module !== undefined || count === 0) continue;
      const known = byCallee.get(index) ?? { calls: 0, sites: 0 };
      byCallee.set(index, { calls: known.calls + count, sites: known.sites + 1 });
    }
  }
  return byCallee;
}

function functionTable({ functions, sites }: ModuleCalls, top: number): Table {
  const byCallee = callsByCallee(sites);
  return {
    id: 'functions',
    title: 'Functions, by activations',
    columns: [
      { key: 'function', kind: 'text' },
      { key: 'index', title: 'func', kind: 'exact' },
      { key: 'entered', kind: 'count' },
      { key: 'called', title: 'called from here', kind: 'count' },
      { key: 'sites', title: 'places', kind: 'count' },
    ],
    rows: functions
      .filter(({ entered }) => entered > 0)
      .sort((a, b) => b.entered - a.entered)
      .map(({ name, index, entered }) => [
        name,
        index,
        entered,
        byCallee.get(index)?.calls ?? 0,
        byCallee.get(index)?.sites ?? 0,
      ]),
    top,
  };
}

const siteColumns: readonly Column[] = [
  { key: 'caller', kind: 'text' },
  { key: 'index', title: 'func', kind: 'exact' },
  { key: 'pc', kind: 'exact' },
  { key: 'instruction', kind: 'text' },
];

function placer({ functions }: ModuleCalls): (site: CallSite) => Cell[] {
  const names = new Map(functions.map(({ index, name }) => [index, name]));
  return ({ func, pc, mnemonic }) => [names.get(func), func, pc, mnemonic];
}

function siteTable(module: ModuleCalls, top: number): Table {
  const place = placer(module);
  return {
    id: 'sites',
    title: 'Call instructions, by calls',
    columns: [...siteColumns, { key: 'calls', kind: 'count' }, { key: 'callees', kind: 'text', isKey: false }],
    rows: module.sites
      .filter((site) => callsMade(site) > 0)
      .sort((a, b) => callsMade(b) - callsMade(a))
      .map((site) => [...place(site), callsMade(site), calleesText(site)]),
    top,
  };
}

/** Callees that are named in text; CSV has all. */
const MOST_CALLEES = 3;

function calleesText({ kind, callees }: CallSite): string {
  const sorted = [...callees].sort((a, b) => b.count - a.count);
  const named = sorted
    .slice(0, MOST_CALLEES)
    .map(({ name, count }) => (kind === 'direct' ? name : `${name} ${countText(count)}`));
  return [...named, ...(sorted.length > MOST_CALLEES ? [`${sorted.length - MOST_CALLEES} more`] : [])].join(', ');
}

function targetTable(module: ModuleCalls, resolved: readonly CallSite[], top: number): Table {
  const place = placer(module);
  return {
    id: 'indirect',
    title: 'Calls through tables and references',
    columns: [
      ...siteColumns,
      { key: 'calls', kind: 'count' },
      { key: 'different', title: 'callees', kind: 'count' },
      { key: 'failed', kind: 'count' },
      { key: 'failures', title: 'why', kind: 'text', isKey: false },
    ],
    rows: resolved
      .filter((site) => callsMade(site) + failuresOf(site) > 0)
      .sort((a, b) => b.callees.length - a.callees.length || callsMade(b) - callsMade(a))
      .map((site) => [
        ...place(site),
        callsMade(site),
        site.callees.length,
        failuresOf(site),
        Object.entries(site.failures)
          .map(([reason, count]) => `${reason} ${countText(count)}`)
          .join(', '),
      ]),
    top,
  };
}

/** A row for each callee of each call instruction. */
function calleeTable(module: ModuleCalls): Table {
  const place = placer(module);
  return {
    id: 'callees',
    title: 'Callees',
    isForTools: true,
    columns: [
      ...siteColumns,
      { key: 'callee', kind: 'text' },
      { key: 'callee_index', kind: 'exact' },
      { key: 'calls', kind: 'count' },
    ],
    rows: module.sites.flatMap((site) =>
      site.callees.map(({ name, index, count }) => [...place(site), name, index, count]),
    ),
  };
}

export function callAnnotation({ functions, sites }: ModuleCalls): Annotation {
  const greatest = sites.reduce((max, site) => Math.max(max, callsMade(site)), 0);
  const byFunction = new Map<number, CallSite[]>();
  for (const site of sites) byFunction.set(site.func, [...(byFunction.get(site.func) ?? []), site]);
  return {
    columns: [{ key: 'calls', kind: 'count' }],
    weightTitle: 'activations',
    weightKind: 'count',
    others: 'never entered',
    functions: new Map(
      functions
        .filter(({ entered }) => entered > 0)
        .map(({ index, entered }) => [
          index,
          {
            weight: entered,
            marks: new Map((byFunction.get(index) ?? []).map((site) => [site.pc, markOf(site, greatest)])),
          },
        ]),
    ),
  };
}

function markOf(site: CallSite, greatest: number): Mark {
  const made = callsMade(site);
  const failed = failuresOf(site);
  const notes = [
    ...(site.kind === 'direct' || made === 0 ? [] : [calleesText(site)]),
    ...(failed === 0 ? [] : [`trapped ${countText(failed)}`]),
  ];
  const mark: Mark = made === 0 ? { cells: [0], status: 'miss' } : { cells: [made], heat: heatOf(made, greatest) };
  return notes.length === 0 ? mark : { ...mark, note: notes.join(', ') };
}
