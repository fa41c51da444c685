/** The local declarations at the start of a function body (spec 5.5.13). */

import type { ValType } from '../isa/valtype.ts';
import type { InstructionReader } from './instruction-reader.ts';
import { checkLimit, LIMITS } from './limits.ts';

/** Neighbouring locals of the same type, as they are declared. */
export interface LocalRun {
  readonly count: number;
  readonly type: ValType;
}

/**
 * Reads the declarations, the reader standing at the first byte of a body; afterwards it stands at the first
 * instruction. Parameters are not among them, but `paramCount` counts against the limit of locals.
 */
export function readLocals(reader: InstructionReader, paramCount = 0): LocalRun[] {
  const runs: LocalRun[] = [];
  const start = reader.pos;
  const runCount = reader.u32();
  let total = 0;
  for (let i = 0; i < runCount; i++) {
    const at = reader.pos;
    const count = reader.u32();
    total += count;
    if (total > 0xffff_ffff) reader.malformed(`too many locals: ${total}`, at);
    runs.push({ count, type: reader.valType() });
  }
  // At the end, since beyond 2^32 - 1 they are not too many for this engine but malformed.
  checkLimit('locals', paramCount + total, LIMITS.locals, start);
  return runs;
}
