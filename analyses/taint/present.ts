/** Flows of taint as tables, and as marks on the instructions where they end. */

import { heatOf } from '../report/heat.ts';
import type { Annotation, Figure, Mark, Section, Table } from '../report/presentation.ts';
import type { Flow, FlowFrame, ModuleFlows, TaintResult } from './data.ts';

export function taintSections(result: TaintResult, top: number): Section[] {
  const { modules } = result;
  const [only, ...others] = modules;
  const all = overview(result, top);
  if (only === undefined || others.length > 0) return [all, ...modules.map((module) => moduleSection(module, top))];
  const section = moduleSection(only, top);
  return [{ ...section, figures: all.figures, tables: [...all.tables, ...section.tables] }];
}

interface TaintSection extends Section {
  readonly tables: readonly Table[];
}

function overview(
  { sources, taintedBytes, peakTaintedBytes, modules }: TaintResult,
  top: number,
): TaintSection & { readonly figures: readonly Figure[] } {
  return {
    figures: [
      { label: 'sources that occurred', value: sources.length, kind: 'exact' },
      { label: 'flows', value: modules.reduce((sum, { flows }) => sum + flows.length, 0), kind: 'exact' },
      { label: 'tainted bytes of memory at the end', value: taintedBytes, kind: 'exact' },
      { label: 'the most at any time', value: peakTaintedBytes, kind: 'exact' },
    ],
    tables: [
      {
        id: 'sources',
        title: 'Sources',
        columns: [
          { key: 'source', kind: 'text' },
          { key: 'events', title: 'times', kind: 'count' },
          { key: 'bytes', title: 'wrote', kind: 'bytes' },
        ],
        rows: [...sources].sort((a, b) => b.events - a.events).map(({ name, events, bytes }) => [name, events, bytes]),
        top,
      },
    ],
  };
}

function byCount(flows: readonly Flow[]): Flow[] {
  return [...flows].sort((a, b) => b.count - a.count);
}

function moduleSection(module: ModuleFlows, top: number): TaintSection {
  const { flows } = module;
  return {
    module,
    tables: [
      {
        id: 'flows',
        title: 'Flows, by how often they happened',
        columns: [
          { key: 'source', kind: 'text' },
          { key: 'sink', kind: 'text' },
          { key: 'operand', kind: 'text' },
          { key: 'function', kind: 'text' },
          { key: 'func', kind: 'exact' },
          { key: 'pc', kind: 'exact' },
          { key: 'instruction', kind: 'text' },
          { key: 'count', title: 'times', kind: 'count' },
        ],
        rows: byCount(flows).map(({ source, sink, operand, name, index, pc, mnemonic, count }) => [
          source,
          sink,
          operand,
          name,
          index,
          pc,
          mnemonic,
          count,
        ]),
        top,
      },
    ],
    lines: examples(flows),
  };
}

/** Stacks that are shown. */
const MOST_EXAMPLES = 3;

function examples(flows: readonly Flow[]): string[] {
  const first = [...flows].sort((a, b) => a.first.order - b.first.order).slice(0, MOST_EXAMPLES);
  return first.flatMap(({ source, sink, first: { stack, omitted } }, i) => [
    ...(i === 0 ? ['The first flows, and where they happened'] : []),
    `${source} -> ${sink}`,
    ...stack.map(frameText),
    ...(omitted === 0 ? [] : [`    ... ${omitted} more`]),
  ]);
}

function frameText({ name, index, pc }: FlowFrame): string {
  return index < 0 ? `    ${name}` : `    ${name} (function ${index}) at pc ${pc}`;
}

/** Marks where flows end. */
export function annotateFlows({ flows }: ModuleFlows): Annotation {
  const most = flows.reduce((max, { count }) => Math.max(max, count), 0);
  const functions = new Map<number, Map<number, Flow[]>>();
  for (const flow of flows) {
    const byPc = functions.get(flow.index) ?? new Map<number, Flow[]>();
    functions.set(flow.index, byPc);
    byPc.set(flow.pc, [...(byPc.get(flow.pc) ?? []), flow]);
  }
  return {
    columns: [{ key: 'tainted', kind: 'count' }],
    weightTitle: 'arrivals of tainted values',
    weightKind: 'count',
    others: 'no flow ends here',
    functions: new Map(
      [...functions].map(([index, byPc]) => {
        const marks = new Map([...byPc].map(([pc, here]): [number, Mark] => [pc, markOf(here, most)]));
        const weight = [...byPc.values()].flat().reduce((sum, { count }) => sum + count, 0);
        return [index, { weight, marks }];
      }),
    ),
  };
}

function markOf(flows: readonly Flow[], most: number): Mark {
  const count = flows.reduce((sum, flow) => sum + flow.count, 0);
  const ways = flows.map(({ source, sink, operand }) => `${source} -> ${sink} (${operand})`);
  return { cells: [count], heat: heatOf(Math.min(count, most), most), status: 'note', note: ways.join(', ') };
}
