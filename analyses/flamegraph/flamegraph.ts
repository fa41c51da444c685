/** Flame graph: the call tree in the formats of viewers. */

import { callTreeSection } from '../call-tree/call-tree.ts';
import { CallTreeCollector } from '../call-tree/collector.ts';
import { mergeCallTrees } from '../call-tree/data.ts';
import { defineProbe } from '../define.ts';
import { functionOptions } from '../function-choice.ts';
import { OptionError } from '../options.ts';
import { sectionsText } from '../report/sections-text.ts';
import { pprof } from './pprof.ts';
import { chromeTrace, folded, speedscope, type Weight } from './writers.ts';

function weightOf(text: string): Weight {
  if (text === 'instructions' || text === 'time') return text;
  throw new OptionError(`option "weight" of flamegraph is "instructions" or "time", not "${text}"`, 'weight');
}

/** Contexts that the text shows; all other formats have all. */
const TEXT_ROWS = 60;

export const flamegraph = defineProbe({
  name: 'flamegraph',
  summary: 'the call tree for viewers of flame graphs: speedscope, folded stacks, Chrome trace, pprof',
  options: {
    ...functionOptions,
    weight: { help: 'what widths are: instructions or time', default: 'instructions' },
    depth: { help: 'levels of the tree; deeper calls count for the deepest level', default: 500 },
  },
  formats: ['text', 'speedscope', 'folded', 'chrome', 'pprof'],
  fileFormats: ['pprof'],
  fileNames: { speedscope: 'flamegraph.speedscope.json', chrome: 'flamegraph.chrome.json', pprof: 'flamegraph.pb' },
  start: ({ options: { weight, depth, ...choice } }) => {
    const measuresTime = weightOf(weight) === 'time';
    const collector = new CallTreeCollector({
      choice,
      name: 'flamegraph',
      measuresTime,
      depth,
    });
    return { instance: (instance) => collector.attach(instance), result: () => collector.result('flamegraph') };
  },
  merge: mergeCallTrees,
  present: (result) => [callTreeSection(result, TEXT_ROWS)],
  render: (result, format, context, options) => {
    const weight = weightOf(options.weight);
    if (format === 'text') return sectionsText('flamegraph', [callTreeSection(result, TEXT_ROWS)], context);
    if (format === 'pprof') return { text: '', files: [], bytes: pprof(result, weight) };
    if (format === 'folded') return folded(result, weight);
    return format === 'chrome' ? chromeTrace(result, weight) : speedscope(result, weight, context.program);
  },
});
