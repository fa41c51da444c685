/** Tables: operations on them, which elements are called indirectly and by whom, and their sizes. */

import {
  instructions,
  type LocalProbe,
  type Module,
  type ModuleInstance,
  type TableInstance,
} from '../../engine/index.ts';
import type { Attachment } from '../../probes/index.ts';
import { defineProbe } from '../define.ts';
import { entityName } from '../entity-names.ts';
import { type FunctionChoice, functionOptions } from '../function-choice.ts';
import { PerModule } from '../per-module.ts';
import { annotateSites } from '../sites/presenting.ts';
import { Sites } from '../sites/sites.ts';
import {
  type ModuleTables,
  mergeCalls,
  mergeOperations,
  mergeTables,
  type TablesResult,
  type TableUse,
} from './data.ts';
import { tablesSection } from './present.ts';
import { ElementProbe, IndirectCallProbe, RangeProbe, TableState } from './probes.ts';

/** `table.size` and `elem.drop` access no elements. */
const ops: ReadonlySet<number> = new Set(
  instructions
    .filter(({ effects }) => effects.has('tableread') || effects.has('tablewrite') || effects.has('tablegrow'))
    .map(({ op }) => op),
);

function probeFor(state: TableState, table: TableInstance): LocalProbe {
  switch (state.operation) {
    case 'call':
      return new IndirectCallProbe(state, table);
    case 'get':
    case 'set':
      return new ElementProbe(state);
    default:
      return new RangeProbe(state);
  }
}

class TableCounts {
  private readonly module: Module;
  private readonly sites: Sites<TableState>;
  private readonly seen: ModuleInstance[] = [];
  private readonly initialSizes: number[];

  constructor(module: Module, choice: FunctionChoice) {
    this.module = module;
    const make = (location: ConstructorParameters<typeof TableState>[0]): TableState => new TableState(location);
    this.sites = new Sites<TableState>(module, { name: 'tables', choice, ops, make });
    this.initialSizes = module.tableTypes.map(() => 0);
  }

  attach(instance: ModuleInstance): Attachment {
    this.seen.push(instance);
    for (const [i, { size }] of instance.tables.entries()) {
      this.initialSizes[i] = Math.max(this.initialSizes[i] as number, size);
    }
    return this.sites.attach(instance, ({ location: { func, pc }, state }, insertions) =>
      insertions.local(instance, func, pc, probeFor(state, instance.tables[state.table] as TableInstance)),
    );
  }

  result(): Pick<ModuleTables, 'tables' | 'functions'> {
    const { module, sites } = this;
    return {
      tables: module.tableTypes.map((_, i) => this.use(i)),
      functions: sites.results((state) => state.result(module)),
    };
  }

  private use(table: number): TableUse {
    const own = [...this.sites.states()].filter((state) => state.table === table && state.times > 0);
    return {
      table,
      name: entityName(this.module, 'table', table),
      initialSize: this.initialSizes[table] as number,
      finalSize: this.seen.reduce((max, { tables }) => Math.max(max, tables[table]?.size ?? 0), 0),
      operations: mergeOperations(own.map(({ operation, times, elements }) => ({ operation, times, elements }))),
      calls: mergeCalls(own.flatMap((state) => state.calls(this.module))),
    };
  }
}

export const tables = defineProbe({
  name: 'tables',
  summary: 'operations on tables; which elements are called indirectly, and by whom',
  options: { ...functionOptions, top: { help: 'rows of each table that the text shows', default: 20 } },
  start: ({ options }) => {
    const modules = new PerModule((module) => new TableCounts(module, options));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      result: (): TablesResult => ({
        analysis: 'tables',
        version: 1,
        modules: modules.results((counts) => counts.result()),
      }),
    };
  },
  merge: mergeTables,
  present: ({ modules }, { top }) => modules.map((module) => tablesSection(module, top)),
  annotate: ({ modules }, index) =>
    annotateSites((modules[index] as ModuleTables).functions, {
      columns: [
        { key: 'times', kind: 'count' },
        { key: 'targets', title: 'elements called', kind: 'exact' },
      ],
      cells: ({ operation, times, calls }) => [times, operation === 'call' ? calls.length : undefined],
      weight: ({ times }) => times,
      weightTitle: 'operations on tables',
    }),
});
