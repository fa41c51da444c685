/** How compiled code deals with a probe: its work is written out, or it is called, or the code is left before its only event. */

import { inlineWorkOf } from '../runtime/inline-work.ts';
import type { LocalProbe } from '../runtime/probe.ts';

/**
 * Is the code left before its event? `hasWriters`: other probes of the function may change the operand that it looks at. One that is called before
 * it in the same event could do so, and then it is called as well.
 */
export function isLeftFor(probe: LocalProbe, hasWriters: boolean): boolean {
  const work = inlineWorkOf(probe);
  return work?.kind === 'once' && (work.when === 'always' || !hasWriters);
}

/** Is it called? */
export function isCalled(probe: LocalProbe, hasWriters: boolean): boolean {
  const work = inlineWorkOf(probe);
  return work === undefined || work.kind === 'only' || (work.kind === 'once' && !isLeftFor(probe, hasWriters));
}
