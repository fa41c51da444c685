/** Coverage as a probe with a name. */

import { defineProbe } from '../define.ts';
import { functionOptions } from '../function-choice.ts';
import { Coverage } from './coverage.ts';
import { COVERAGE_VERSION, type ModuleCoverage } from './data.ts';
import { istanbulFormats } from './istanbul.ts';
import { coverageDifferences } from './differences.ts';
import { mergeCoverage } from './merge.ts';
import { coverageAnnotation, coverageSections } from './present.ts';
import { renderCoverage } from './render.ts';

export const coverage = defineProbe({
  name: 'coverage',
  summary: 'which functions, blocks, branches and instructions were executed',
  version: COVERAGE_VERSION,
  options: {
    ...functionOptions,
    detail: { help: 'show every instruction of the functions that were called, with a mark', default: false },
    all: { help: 'the same, and those of functions that were never called', default: false },
  },
  formats: ['text', 'json', ...istanbulFormats],
  fileFormats: istanbulFormats,
  fileNames: {
    'istanbul-html': 'coverage-html/index.html',
    istanbul: 'coverage-final.json',
    cobertura: 'coverage.xml',
  },
  start: ({ options }) => {
    const analysis = new Coverage(options);
    return {
      instance: (instance) => analysis.attach(instance),
      result: () => analysis.result(),
      stop: () => analysis.detach(),
    };
  },
  merge: mergeCoverage,
  present: coverageSections,
  compare: coverageDifferences,
  annotate: ({ modules }, index, module) => coverageAnnotation(modules[index] as ModuleCoverage, module, true),
  render: (result, format, context, { detail, all }) =>
    renderCoverage(result, { format, hasDetail: detail || all, hasUncalled: all }, context),
});
