// Imported by the processes that `bench/packages.ts` measures, behind everything else: each adds a line with its peak memory, in kilobytes, to
// the file in BENCH_PEAK when it has ended and all reports are written.

import { appendFileSync } from 'node:fs';
import { peakKilobytes } from './peak-memory.mjs';

const { emit } = process;
process.emit = function (name, ...rest) {
  const result = Reflect.apply(emit, this, [name, ...rest]);
  if (name === 'exit') appendFileSync(process.env.BENCH_PEAK, `${peakKilobytes()}\n`);
  return result;
};
