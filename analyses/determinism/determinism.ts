/** Determinism: a hash of what happened, by which two runs are compared. */

import { defineProbe, type Outcome } from '../define.ts';
import { chosenFunctions, functionOptions } from '../function-choice.ts';
import { oneOf } from '../option-checks.ts';
import { PerModule } from '../per-module.ts';
import type { Section } from '../report/presentation.ts';
import type { AnalysisResult } from '../result.ts';
import { observe } from './events.ts';
import { EventStream } from './stream.ts';

export interface DeterminismResult extends AnalysisResult {
  /** `control`: the order of basic blocks; `data`: stored values and those of host calls as well. */
  readonly level: string;
  /** 16 hexadecimal digits. */
  readonly hash: string;
  readonly events: number;
  /** Events from one checkpoint to the next, a power of two. */
  readonly interval: number;
  /** The hash behind each `interval` events. */
  readonly checkpoints: readonly string[];
  /** How the run ended; `running` while it has not. */
  readonly outcome: Outcome['kind'] | 'running';
}

const LEVELS = ['control', 'data'];

export const determinism = defineProbe({
  name: 'determinism',
  summary: 'a hash of what happened: equal for equal runs, and wiz diff tells where two runs part',
  options: {
    ...functionOptions,
    level: {
      help: 'control: the order of basic blocks; data: also values stored and passed to and from the host',
      default: 'control',
    },
  },
  start: ({ options }) => {
    const level = oneOf('level', options.level, LEVELS);
    const stream = new EventStream();
    const modules = new PerModule((module) => chosenFunctions(module, options));
    let instances = 0;
    let outcome: DeterminismResult['outcome'] = 'running';
    return {
      instance: (instance) => {
        const functions = modules.add(instance);
        return observe(instance, stream, { functions, instance: instances++, hasData: level === 'data' });
      },
      finished: (how) => {
        outcome = how.kind;
      },
      result: (): DeterminismResult => ({
        analysis: 'determinism',
        version: 1,
        modules: modules.results(() => ({})),
        level,
        hash: stream.hash,
        events: stream.events,
        interval: stream.interval,
        checkpoints: stream.checkpoints,
        outcome,
      }),
    };
  },
  present: (result) => [section(result)],
  compare: firstDifference,
});

function section({ hash, events, level, outcome, interval, checkpoints }: DeterminismResult): Section {
  return {
    figures: [
      { label: 'hash', value: hash, kind: 'text' },
      { label: 'events', value: events, kind: 'exact' },
      { label: 'level', value: level, kind: 'text' },
      { label: 'the run', value: outcome, kind: 'text' },
    ],
    tables: [
      {
        id: 'checkpoints',
        title: 'Checkpoints',
        isForTools: true,
        columns: [
          { key: 'events', kind: 'exact' },
          { key: 'hash', kind: 'text', isKey: false },
        ],
        rows: [...checkpoints.map((point, i) => [(i + 1) * interval, point]), [events, hash]],
      },
    ],
  };
}

/** Between which checkpoints two runs part. */
function firstDifference(before: DeterminismResult, after: DeterminismResult): Section[] {
  if (before.hash === after.hash || before.level !== after.level) return [];
  const interval = Math.max(before.interval, after.interval);
  const at = ({ interval: own, checkpoints }: DeterminismResult, i: number): string | undefined =>
    checkpoints[((i + 1) * interval) / own - 1];
  let equal = 0;
  while (at(before, equal) !== undefined && at(before, equal) === at(after, equal)) equal++;
  const from = equal * interval;
  const to = Math.min(from + interval, Math.max(before.events, after.events));
  return [
    {
      tables: [
        {
          id: 'first-difference',
          title: 'The runs are the same up to the first of these events, and not up to the second',
          columns: [
            { key: 'same', kind: 'exact' },
            { key: 'different', kind: 'exact' },
          ],
          rows: [[from, to]],
        },
      ],
    },
  ];
}
