/** The probes that can be asked for by name. */

import { callTree } from './call-tree/call-tree.ts';
import { callgraph } from './callgraph/callgraph.ts';
import { calls } from './calls/calls.ts';
import { Coverage } from './coverage/coverage.ts';
import { type AnalysisKind, defineProbe } from './define.ts';
import { flamegraph } from './flamegraph/flamegraph.ts';
import { hotness } from './hotness/hotness.ts';
import { time } from './time/time.ts';
import { timeout } from './timeout/timeout.ts';
import { type CoverageFormat, renderCoverage } from './coverage/render.ts';

const coverage = defineProbe({
  name: 'coverage',
  summary: 'which functions, blocks and instructions were executed',
  options: {
    detail: { help: 'show every instruction of the functions that were called, with a mark', default: false },
    all: { help: 'the same, and those of functions that were never called', default: false },
  },
  formats: ['text', 'json', 'lcov'],
  fileFormats: ['lcov'],
  start: () => {
    const analysis = new Coverage();
    return {
      instance: (instance) => analysis.attach(instance),
      result: () => analysis.result(),
      stop: () => analysis.detach(),
    };
  },
  render: (result, format, context, { detail, all }) => {
    const style = { format: format as CoverageFormat, hasDetail: detail || all, hasUncalled: all };
    return renderCoverage(result, style, context);
  },
});

export const analysisKinds: readonly AnalysisKind[] = [
  callTree,
  callgraph,
  calls,
  coverage,
  flamegraph,
  hotness,
  time,
  timeout,
];
