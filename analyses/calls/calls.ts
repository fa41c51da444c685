/** Calls: how often each function was entered and from where, and where each call went. */

import { defineProbe } from '../define.ts';
import { chosenFunctions, type FunctionChoice, functionOptions } from '../function-choice.ts';
import { PerModule } from '../per-module.ts';
import type { Section, Table } from '../report/presentation.ts';
import { CallCounter } from './counter.ts';
import { type CallSiteCounts, type CallsResult, type ModuleCalls, mergeCalls } from './data.ts';

export const calls = defineProbe({
  name: 'calls',
  summary: 'how often each function was called and by whom, where indirect calls went, and which of them failed',
  options: { ...functionOptions, top: { help: 'rows of each table that the text shows', default: 20 } },
  start: ({ options }) => {
    const modules = new PerModule((module) => ({
      chosen: new Set(chosenFunctions(module, options)),
      counter: new CallCounter(module),
    }));
    return {
      instance: (instance) => modules.add(instance).counter.attach(instance),
      result: (): CallsResult => ({
        analysis: 'calls',
        version: 1,
        modules: modules.results(({ chosen, counter }) => ({
          functions: counter.functions().filter(({ index }) => chosen.has(index)),
          sites: counter.sites().filter(({ func }) => chosen.has(func)),
        })),
      }),
    };
  },
  merge: mergeCalls,
  present: ({ modules }, options) => modules.map((module) => section(module, options)),
});

function countOf({ targets }: CallSiteCounts): number {
  return targets.reduce((sum, { count }) => sum + count, 0);
}

function failuresOf({ failed }: CallSiteCounts): number {
  return failed.null + failed.outOfBounds + failed.signature;
}

function section(module: ModuleCalls, { top, only, except }: FunctionChoice & { readonly top: number }): Section {
  const executed = module.sites.reduce((sum, site) => sum + countOf(site) + failuresOf(site), 0);
  const toHost = module.sites.flatMap(({ targets }) => targets).filter(({ isHost }) => isHost);
  const isWhole = only.length === 0 && except.length === 0;
  return {
    module,
    figures: [
      { label: 'functions entered', value: module.functions.length, kind: 'exact' },
      { label: 'times', value: module.functions.reduce((sum, f) => sum + f.entries, 0), kind: 'exact' },
      { label: 'calls executed', value: executed, kind: 'exact' },
      { label: 'of them to the host', value: toHost.reduce((sum, { count }) => sum + count, 0), kind: 'exact' },
      {
        label: 'indirect calls that failed',
        value: module.sites.reduce((n, s) => n + failuresOf(s), 0),
        kind: 'exact',
      },
    ],
    tables: [
      functionTable(module, top, isWhole),
      siteTable(module, top),
      importTable(module, top),
      failureTable(module, top),
    ],
  };
}

/** Sites that called a function of this module or of the host, the busiest first. */
function callersOf(module: ModuleCalls): Map<number, { readonly text: string; readonly count: number }[]> {
  const names = new Map(module.functions.map(({ index, name }) => [index, name]));
  const callers = new Map<number, { text: string; count: number }[]>();
  for (const site of module.sites) {
    for (const target of site.targets) {
      if (target.count === 0 || target.module !== undefined) continue;
      const list = callers.get(target.index) ?? [];
      callers.set(target.index, list);
      list.push({ text: `${names.get(site.func) ?? site.func} at ${site.pc}`, count: target.count });
    }
  }
  for (const list of callers.values()) list.sort((a, b) => b.count - a.count);
  return callers;
}

const SHOWN_CALLERS = 1;

function functionTable(module: ModuleCalls, top: number, isWhole: boolean): Table {
  const callers = callersOf(module);
  const rows = [...module.functions]
    .sort((a, b) => b.entries - a.entries)
    .map(({ index, name, entries }) => {
      const list = callers.get(index) ?? [];
      const called = list.reduce((sum, { count }) => sum + count, 0);
      const shown = list.slice(0, SHOWN_CALLERS).map(({ text, count }) => `${text}: ${count}`);
      const more = list.length > SHOWN_CALLERS ? [`${list.length - SHOWN_CALLERS} more`] : [];
      return [name, index, entries, list.length, Math.max(0, entries - called), [...shown, ...more].join(', ')];
    });
  return {
    id: 'functions',
    title: 'Functions by calls',
    columns: [
      { key: 'function', kind: 'text' },
      { key: 'index', title: 'func', kind: 'exact' },
      { key: 'entries', title: 'entered', kind: 'count' },
      { key: 'sites', title: 'call sites', kind: 'exact' },
      { key: 'from_outside', title: isWhole ? 'from host or other modules' : 'from elsewhere', kind: 'count' },
      { key: 'callers', title: 'called by', kind: 'text' },
    ],
    rows,
    top,
  };
}

function siteTable({ sites, functions }: ModuleCalls, top: number): Table {
  const names = new Map(functions.map(({ index, name }) => [index, name]));
  const rows = sites
    .filter(({ kind, targets }) => kind !== 'direct' && targets.length > 0)
    .sort((a, b) => countOf(b) - countOf(a))
    .map((site) => {
      const targets = [...site.targets].sort((a, b) => b.count - a.count).map(({ name, count }) => `${name}: ${count}`);
      return [names.get(site.func), site.pc, site.mnemonic, countOf(site), targets.length, targets.join(', ')];
    });
  return {
    id: 'indirect',
    title: 'Where indirect calls went',
    columns: [
      { key: 'function', title: 'in function', kind: 'text' },
      { key: 'pc', kind: 'exact' },
      { key: 'instruction', kind: 'text' },
      { key: 'calls', kind: 'count' },
      { key: 'targets', title: 'different targets', kind: 'exact' },
      { key: 'target_names', title: 'targets', kind: 'text' },
    ],
    rows,
    top,
  };
}

function importTable({ sites }: ModuleCalls, top: number): Table {
  const counts = new Map<string, [string, number, number, number]>();
  for (const { name, index, isHost, count } of sites.flatMap(({ targets }) => targets)) {
    if (!isHost) continue;
    const row = counts.get(`${index} ${name}`) ?? [name, index, 0, 0];
    counts.set(`${index} ${name}`, row);
    row[2] += count;
    row[3]++;
  }
  return {
    id: 'host',
    title: 'Calls to the host',
    columns: [
      { key: 'import', kind: 'text' },
      { key: 'index', title: 'func', kind: 'exact' },
      { key: 'calls', kind: 'count' },
      { key: 'sites', title: 'call sites', kind: 'exact' },
    ],
    rows: [...counts.values()].sort((a, b) => b[2] - a[2]),
    top,
  };
}

function failureTable({ sites, functions }: ModuleCalls, top: number): Table {
  const names = new Map(functions.map(({ index, name }) => [index, name]));
  const rows = sites
    .filter((site) => failuresOf(site) > 0)
    .sort((a, b) => failuresOf(b) - failuresOf(a))
    .map(({ func, pc, mnemonic, failed }) => [
      names.get(func),
      pc,
      mnemonic,
      failed.null,
      failed.outOfBounds,
      failed.signature,
    ]);
  return {
    id: 'failed',
    title: 'Indirect calls that trapped',
    columns: [
      { key: 'function', title: 'in function', kind: 'text' },
      { key: 'pc', kind: 'exact' },
      { key: 'instruction', kind: 'text' },
      { key: 'null', title: 'null', kind: 'count' },
      { key: 'out_of_bounds', title: 'beyond the table', kind: 'count' },
      { key: 'signature', title: 'other type', kind: 'count' },
    ],
    rows,
    top,
  };
}
