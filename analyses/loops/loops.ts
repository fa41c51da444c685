/** Loops: how often each was entered, and how many iterations it had. */

import { functionName, type Module, type ModuleInstance } from '../../engine/index.ts';
import type { Attachment } from '../../probes/index.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { defineProbe } from '../define.ts';
import { chosenFunctions, type FunctionChoice, functionOptions } from '../function-choice.ts';
import { PerModule } from '../per-module.ts';
import { heatOf } from '../report/heat.ts';
import type { Annotation, Mark, Section } from '../report/presentation.ts';
import { countText } from '../report/values.ts';
import { attachLoops, type LoopState, loopStates } from './counters.ts';
import { type FunctionLoops, type LoopCount, type LoopsResult, type ModuleLoops, mergeLoops } from './data.ts';

class LoopCounters {
  private readonly functions: readonly number[];
  private readonly counted = new Map<number, readonly LoopState[]>();

  constructor(module: Module, choice: FunctionChoice) {
    this.functions = chosenFunctions(module, choice);
  }

  attach(instance: ModuleInstance): Attachment {
    return whenEntered(instance, { functions: this.functions, name: 'loops' }, (func) => {
      const states = this.counted.get(func) ?? loopStates(instance.module, func);
      this.counted.set(func, states);
      return attachLoops(instance, func, states);
    });
  }

  result(module: Module): FunctionLoops[] {
    return [...this.counted]
      .filter(([, states]) => states.length > 0)
      .sort(([f], [g]) => f - g)
      .map(([index, states]) => ({
        index,
        name: functionName(module, index),
        loops: states.map((state) => state.toCount()),
      }));
  }
}

export const loops = defineProbe({
  name: 'loops',
  summary: 'how often each loop was entered, and how many iterations it had',
  options: { ...functionOptions, top: { help: 'rows that the text shows', default: 20 } },
  start: ({ options }) => {
    const modules = new PerModule((module) => new LoopCounters(module, options));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      result: (): LoopsResult => ({
        analysis: 'loops',
        version: 1,
        modules: modules.results((counters, module) => ({ functions: counters.result(module) })),
      }),
    };
  },
  merge: mergeLoops,
  present: ({ modules }, { top }) => modules.map((module) => section(module, top)),
  annotate: ({ modules }, index) => annotation(modules[index] as ModuleLoops),
});

function section(module: ModuleLoops, top: number): Section {
  const all = module.functions.flatMap((func) => func.loops.map((loop) => ({ func, ...loop })));
  const entered = all.filter(({ iterations }) => iterations > 0).sort((a, b) => b.iterations - a.iterations);
  const iterations = entered.reduce((sum, loop) => sum + loop.iterations, 0);
  return {
    module,
    figures: [
      { label: 'iterations', value: iterations, kind: 'exact' },
      { label: 'entries', value: entered.reduce((sum, loop) => sum + loop.entries, 0), kind: 'exact' },
      { label: 'loops entered', value: entered.length, kind: 'exact' },
      { label: 'never entered, of functions that were', value: all.length - entered.length, kind: 'exact' },
    ],
    tables: [
      {
        id: 'loops',
        title: 'Loops, by iterations',
        columns: [
          { key: 'function', kind: 'text' },
          { key: 'index', title: 'func', kind: 'exact' },
          { key: 'pc', kind: 'exact' },
          { key: 'depth', kind: 'exact' },
          { key: 'entries', kind: 'count' },
          { key: 'iterations', kind: 'count' },
          { key: 'share', title: '%', kind: 'share' },
          { key: 'mean', title: 'per entry', kind: 'ratio' },
          { key: 'min', kind: 'count', isExtra: true },
          { key: 'max', kind: 'count', isExtra: true },
          { key: 'distribution', title: 'iterations: entries', kind: 'text', isKey: false },
        ],
        rows: entered.map((loop) => [
          loop.func.name,
          loop.func.index,
          loop.pc,
          loop.depth,
          loop.entries,
          loop.iterations,
          loop.iterations / iterations,
          loop.entries === 0 ? undefined : loop.iterations / loop.entries,
          loop.trips.min,
          loop.trips.max,
          distributionText(loop),
        ]),
        top,
      },
    ],
  };
}

/** `1: 3, 4-7: 1.2k`: how many executions had how many iterations. */
function distributionText({ trips }: LoopCount): string {
  return trips.histogram
    .flatMap((count, k) => {
      if (count === 0) return [];
      const range = k === 0 ? '1' : `${countText(2 ** k)}-${countText(2 ** (k + 1) - 1)}`;
      return [`${range}: ${countText(count)}`];
    })
    .join(', ');
}

function annotation({ functions }: ModuleLoops): Annotation {
  const greatest = functions.reduce((max, f) => f.loops.reduce((m, { iterations }) => Math.max(m, iterations), max), 0);
  return {
    columns: [
      { key: 'iterations', kind: 'count' },
      { key: 'entries', kind: 'count' },
    ],
    weightTitle: 'iterations of loops',
    weightKind: 'count',
    others: 'without loops, or never entered',
    functions: new Map(
      functions.map(({ index, loops }) => [
        index,
        {
          weight: loops.reduce((sum, { iterations }) => sum + iterations, 0),
          marks: new Map(loops.map((loop) => [loop.pc, markOf(loop, greatest)])),
          arrows: loops
            .filter(({ entries, iterations }) => iterations > entries)
            .map(({ pc, end, entries, iterations }) => ({ from: end, to: pc, count: iterations - entries })),
        },
      ]),
    ),
  };
}

function markOf(loop: LoopCount, greatest: number): Mark {
  const cells = [loop.iterations, loop.entries];
  if (loop.iterations === 0) return { cells, status: 'miss', note: 'never entered' };
  return { cells, heat: heatOf(loop.iterations, greatest), note: distributionText(loop) };
}
