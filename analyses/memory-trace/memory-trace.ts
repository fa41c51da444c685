/** A trace of accesses to memory, one by one: who, where, which bytes, which value. */

import { defineProbe } from '../define.ts';
import { functionOptions } from '../function-choice.ts';
import { address, oneOf, wholeNumber } from '../option-checks.ts';
import { OptionError } from '../options.ts';
import { traceSection } from './present.ts';
import { type Choice, MemoryTrace } from './trace.ts';

const options = {
  ...functionOptions,
  limit: { help: 'accesses that are kept', default: 10_000 },
  keep: { help: 'which ones, if there are more: first or last', default: 'last' },
  reads: { help: 'reads only', default: false },
  writes: { help: 'writes only', default: false },
  from: { help: 'only accesses that touch this address or a higher one', default: '' },
  to: { help: 'only accesses that touch this address or a lower one', default: '' },
  top: { help: 'rows that the text shows', default: 100 },
} as const;

export const memoryTrace = defineProbe({
  name: 'memory-trace',
  summary: 'each access to memory: place, address, width, value',
  options,
  start: ({ options: { only, except, limit, keep, reads, writes, from, to } }) => {
    if (reads && writes) {
      throw new OptionError(
        'the options "reads" and "writes" exclude each other: without them, the trace has both',
        'reads',
      );
    }
    const choice: Choice = {
      only,
      except,
      limit: wholeNumber('limit', limit, 1),
      keep: oneOf('keep', keep, ['first', 'last']),
      access: reads ? 'read' : writes ? 'write' : undefined,
      from: address('from', from) ?? 0,
      to: address('to', to) ?? Number.POSITIVE_INFINITY,
    };
    if (choice.from > choice.to) throw new OptionError(`option "to" (${to}) is below option "from" (${from})`, 'to');
    const trace = new MemoryTrace(choice);
    return {
      instance: (instance) => trace.attach(instance),
      result: () => trace.result(),
    };
  },
  present: (result, { top }) => [traceSection(result, top)],
});
