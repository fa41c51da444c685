/** How hits are shown. */

import { heatOf } from '../report/heat.ts';
import type { Annotation, Section } from '../report/presentation.ts';
import type { BreakpointHits, BreakpointResult, ModuleBreakpoints } from './data.ts';

function sum(module: ModuleBreakpoints, field: 'arrivals' | 'hits' | 'printed' | 'failed'): number {
  return module.breakpoints.reduce((total, breakpoint) => total + breakpoint[field], 0);
}

export function breakpointSection(module: ModuleBreakpoints, { when, isEverywhere }: BreakpointResult): Section {
  const { breakpoints } = module;
  const failed = sum(module, 'failed');
  const hasCondition = when !== '';
  return {
    module,
    figures: [
      ...(hasCondition ? [{ label: 'condition', value: when, kind: 'text' } as const] : []),
      { label: isEverywhere ? 'places where it became true' : 'breakpoints', value: breakpoints.length, kind: 'exact' },
      { label: 'hits', value: sum(module, 'hits'), kind: 'exact' },
      { label: 'printed', value: sum(module, 'printed'), kind: 'exact' },
      ...(failed === 0
        ? []
        : [{ label: 'arrivals at which the condition had no value', value: failed, kind: 'exact' } as const]),
    ],
    tables: [
      {
        id: 'breakpoints',
        title: 'Breakpoints, by hits',
        columns: [
          { key: 'function', kind: 'text' },
          { key: 'func', kind: 'exact' },
          { key: 'pc', kind: 'exact' },
          { key: 'offset', kind: 'address' },
          { key: 'instruction', kind: 'text' },
          { key: 'arrivals', kind: 'count' },
          { key: 'hits', kind: 'count' },
          { key: 'printed', kind: 'count' },
          { key: 'failed', title: 'no value', kind: 'count' },
        ],
        rows: [...breakpoints]
          .sort((a, b) => b.hits - a.hits)
          .map((b) => [b.name, b.index, b.pc, b.offset, b.instruction, b.arrivals, b.hits, b.printed, b.failed]),
      },
    ],
  };
}

/** The entry has no line of its own: its marks stand at the first instruction, which comes behind it. */
export function breakpointAnnotation(
  { breakpoints }: ModuleBreakpoints,
  pcOf: (b: BreakpointHits) => number,
): Annotation {
  const greatest = breakpoints.reduce((max, { hits }) => Math.max(max, hits), 0);
  const byFunction = new Map<number, BreakpointHits[]>();
  for (const breakpoint of breakpoints) {
    byFunction.set(breakpoint.index, [...(byFunction.get(breakpoint.index) ?? []), breakpoint]);
  }
  return {
    columns: [
      { key: 'hits', kind: 'count' },
      { key: 'arrivals', kind: 'count' },
    ],
    weightTitle: 'hits',
    weightKind: 'count',
    others: 'without a breakpoint',
    functions: new Map(
      [...byFunction].map(([index, list]) => [
        index,
        {
          weight: list.reduce((sum, { hits }) => sum + hits, 0),
          // A breakpoint at the first instruction has precedence over one at the entry.
          marks: new Map(list.map((b) => [pcOf(b), markOf(b, greatest)])),
        },
      ]),
    ),
  };
}

function markOf({ pc, hits, arrivals }: BreakpointHits, greatest: number) {
  const note = pc === 0 ? { note: 'breakpoint at the entry' } : {};
  return { cells: [hits, arrivals], heat: hits === 0 ? 0 : heatOf(hits, greatest), ...note };
}
