// Peak memory of a process. Plain JavaScript, since the processes that are measured load no TypeScript.

import { existsSync, readFileSync } from 'node:fs';

const STATUS = '/proc/self/status';

/** Kilobytes. What Linux gives as `maxRSS` begins with what the parent had: the mark of the program itself is another one. */
export function peakKilobytes() {
  const [, mark] = (existsSync(STATUS) && /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(STATUS, 'utf8'))) || [];
  return mark === undefined ? process.resourceUsage().maxRSS : Number(mark);
}
