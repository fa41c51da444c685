/** Taint: which values from chosen sources reach chosen sinks. */

import { defineProbe } from '../define.ts';
import { chosenFunctions, functionOptions } from '../function-choice.ts';
import { oneOf, wholeNumber } from '../option-checks.ts';
import { PerModule } from '../per-module.ts';
import { applyChoice } from './choose.ts';
import { type ModuleFlows, mergeTaint, type TaintResult } from './data.ts';
import type { InstructionSinks } from './planner.ts';
import { annotateFlows, taintSections } from './present.ts';
import { type SinkSpec, sinkSpec, sourceSpec } from './specs.ts';
import { Tracker } from './tracker.ts';
import { watchInstance } from './watch.ts';

const DEFAULT_SOURCES = ['host'];
const DEFAULT_SINKS = ['host', 'call_indirect'];

function orDefault(list: readonly string[], standard: readonly string[]): readonly string[] {
  return list.length === 0 ? standard : list;
}

export const taint = defineProbe({
  name: 'taint',
  summary: 'which values from chosen sources, such as what is read, reach chosen sinks, such as what is written',
  options: {
    source: {
      help: 'where taint comes from: host (default), a function (name, import:name, ...), args:F, arg0:F, arg0[arg1]:F, result:F, written:F, memory:ADDRESS+BYTES; may be repeated',
      default: [],
    },
    sink: {
      help: 'what it should reach, or not: host and call_indirect (default), address, branch, a function, args:F, arg0:F, arg0[arg1]:F, data:F, result:F; may be repeated',
      default: [],
    },
    pointers: {
      help: 'load: what is loaded from a tainted address is tainted; none: it is not; both: and what is stored there, too',
      default: 'load',
    },
    'opaque-host': {
      help: 'results of functions of the host are clean, also where arguments were tainted',
      default: false,
    },
    only: { ...functionOptions.only, help: `sinks: ${functionOptions.only.help}` },
    except: { ...functionOptions.except, help: `sinks: ${functionOptions.except.help}` },
    top: { help: 'rows that the text shows', default: 20 },
  },
  start: ({ options }) => {
    const sources = orDefault(options.source, DEFAULT_SOURCES).map(sourceSpec);
    const sinks = orDefault(options.sink, DEFAULT_SINKS).map(sinkSpec);
    wholeNumber('top', options.top, 1);
    const tracker = new Tracker({
      pointers: oneOf('pointers', options.pointers, ['load', 'none', 'both']),
      isHostSource: sources.some((spec) => spec.word === 'host'),
      isHostSink: sinks.some((spec) => spec.word === 'host'),
      isHostTransparent: !options['opaque-host'],
    });
    const modules = new PerModule((module) => new Set(chosenFunctions(module, options)));
    return {
      instance: (instance) => {
        const reported = modules.add(instance);
        applyChoice(tracker, instance, { sources, sinks });
        return watchInstance(tracker, instance, { sinks: instructionSinks(sinks), reported });
      },
      result: (): TaintResult => ({
        analysis: 'taint',
        version: 1,
        modules: modules.results((_, module) => ({ flows: tracker.flows.of(module) })),
        sources: tracker.labels.all
          .filter(({ events }) => events > 0)
          .map((source) => ({ ...source }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
        taintedBytes: tracker.bytes.now,
        peakTaintedBytes: tracker.bytes.peak,
      }),
    };
  },
  merge: mergeTaint,
  present: (result, { top }) => taintSections(result, top),
  annotate: ({ modules }, index) => annotateFlows(modules[index] as ModuleFlows),
});

function instructionSinks(sinks: readonly SinkSpec[]): InstructionSinks {
  const has = (word: string): boolean => sinks.some((spec) => !('filter' in spec) && spec.word === word);
  return { address: has('address'), branch: has('branch'), call_indirect: has('call_indirect') };
}
