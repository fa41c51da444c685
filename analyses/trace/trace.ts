/** Trace: calls with arguments and results, or every instruction with its operands. */

import { defineProbe, type Outcome } from '../define.ts';
import { functionFilter, functionOptions } from '../function-choice.ts';
import { wholeNumber } from '../option-checks.ts';
import { PerModule } from '../per-module.ts';
import { printable } from '../report/text.ts';
import { eventText, type TraceEvent, type TraceResult } from './data.ts';
import { type Sink, traceCalls, traceInstructions } from './observe.ts';
import { Ring } from './ring.ts';

export const trace = defineProbe({
  name: 'trace',
  summary: 'calls with arguments and results, or every instruction with operands; the last ones on a trap',
  options: {
    ...functionOptions,
    instructions: { help: 'every instruction with its operands, in place of calls', default: false },
    last: {
      help: 'print nothing at once, but so many of the last events if the program traps; 0 prints all',
      default: 0,
    },
    keep: { help: 'the last events that the result has', default: 10_000 },
  },
  start: ({ options, log }) => {
    const last = wholeNumber('last', options.last);
    const ring = new Ring<TraceEvent>(Math.max(wholeNumber('keep', options.keep, 1), last));
    const modules = new PerModule((module) => module);
    let outcome: Outcome['kind'] | 'running' = 'running';
    const sink: Sink = {
      depth: 0,
      add: (event) => {
        ring.add(event);
        if (last === 0) log(printable(eventText(event)));
      },
    };
    return {
      instance: (instance) => {
        const module = modules.all.indexOf(modules.add(instance));
        const watched = { functions: functionFilter(options), module };
        return options.instructions ? traceInstructions(instance, sink, watched) : traceCalls(instance, sink, watched);
      },
      finished: ({ kind }) => {
        outcome = kind;
      },
      result: (): TraceResult => ({
        analysis: 'trace',
        version: 1,
        modules: modules.results(() => ({})),
        events: ring.count,
        kept: ring.toArray(),
        outcome,
      }),
    };
  },
  present: ({ kept }) => [
    {
      tables: [
        {
          id: 'events',
          title: 'Events',
          columns: [
            { key: 'depth', kind: 'exact' },
            { key: 'event', kind: 'text' },
            { key: 'function', kind: 'text' },
            { key: 'index', kind: 'exact' },
            { key: 'pc', kind: 'exact' },
            { key: 'values', kind: 'text' },
            { key: 'how', kind: 'text' },
          ],
          rows: kept.map((event) => [
            event.depth,
            event.kind,
            event.name,
            event.index,
            event.pc,
            [...event.values, ...(event.results ?? []).map((result) => `= ${result}`)].join(' '),
            event.how,
          ]),
        },
      ],
    },
  ],
  formats: ['text'],
  render: (result, _format, { program }, { last }) => textOf(result, printable(program), last),
});

/** Lines were printed when they happened; of a program that did not end well, the last ones are of interest again. */
function textOf({ events, kept, outcome }: TraceResult, program: string, last: number): string {
  const head = `trace of ${program}: ${events.toLocaleString('en-US')} events`;
  if (last === 0 || outcome === 'returned' || outcome === 'exit') return head;
  const lines = kept.slice(-last).map((event) => printable(eventText(event)));
  return [head, '', `The last ${lines.length} of them:`, ...lines].join('\n');
}
