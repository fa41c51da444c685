/** Memory: which pages and which instructions access it, in which steps, how aligned; growth and bulk operations. */

import { defineProbe } from '../define.ts';
import { functionOptions } from '../function-choice.ts';
import { PerModule } from '../per-module.ts';
import { annotateSites } from '../sites/presenting.ts';
import { frequentText } from '../sketch/data.ts';
import { type MemoryResult, type ModuleMemory, mergeMemory } from './data.ts';
import { MemoryCounts } from './module-memory.ts';
import { memorySections } from './present.ts';

export const memory = defineProbe({
  name: 'memory',
  summary: 'accesses to memory by page and by instruction: strides, widths, alignment, growth, bulk operations',
  options: { ...functionOptions, top: { help: 'rows of each table that the text shows', default: 20 } },
  start: ({ options }) => {
    const modules = new PerModule((module) => new MemoryCounts(module, options));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      result: (): MemoryResult => ({
        analysis: 'memory',
        version: 1,
        modules: modules.results((counts) => counts.result()),
      }),
    };
  },
  merge: mergeMemory,
  present: ({ modules }, { top }) => modules.map((module) => memorySections(module, top)),
  annotate: ({ modules }, index) =>
    annotateSites((modules[index] as ModuleMemory).functions, {
      columns: [
        { key: 'accesses', kind: 'count' },
        { key: 'stride', title: 'most frequent stride', kind: 'text' },
      ],
      cells: ({ count, strides }) => [count, frequentText(strides, count - 1, 1)],
      weight: ({ count }) => count,
      weightTitle: 'memory accesses',
    }),
});
