/** Calls: how often each function was entered, and which functions each call instruction called. */

import { defineProbe } from '../define.ts';
import { functionOptions } from '../function-choice.ts';
import { PerModule } from '../per-module.ts';
import { CallCounters } from './counters.ts';
import { type CallsResult, type ModuleCalls, mergeCalls } from './data.ts';
import { callAnnotation, callSection } from './present.ts';

export const calls = defineProbe({
  name: 'calls',
  summary: 'how often each function was entered, and what each call instruction called',
  options: { ...functionOptions, top: { help: 'rows that the text shows', default: 20 } },
  start: ({ options }) => {
    const modules = new PerModule((module) => new CallCounters(module, options));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      result: (): CallsResult => ({
        analysis: 'calls',
        version: 1,
        modules: modules.results((counters) => counters.result()),
      }),
    };
  },
  merge: mergeCalls,
  present: ({ modules }, { top }) => modules.map((module) => callSection(module, top)),
  annotate: ({ modules }, index) => callAnnotation(modules[index] as ModuleCalls),
});
