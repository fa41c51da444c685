/** Functions: their types, their bodies as byte ranges. */

import { InvalidError, MalformedError, WizError } from '../isa/errors.ts';
import { resolveFuncType } from './decode-externs.ts';
import type { ModuleDraft } from './draft.ts';
import { InstructionReader } from './instruction-reader.ts';
import { LIMITS } from './limits.ts';
import { readLocals } from './locals.ts';

export const LENGTHS_DIFFER = 'function and code section have inconsistent lengths';

export function decodeFunctionSection(draft: ModuleDraft): void {
  const { reader } = draft;
  draft.vector('functions', LIMITS.functions, () => {
    const at = reader.pos;
    const typeIndex = reader.u32();
    resolveFuncType(draft, typeIndex, at);
    draft.funcTypes.push(typeIndex);
  });
}

export function decodeCodeSection(draft: ModuleDraft): void {
  const { reader } = draft;
  const imported = draft.importCounts.function;
  const declared = draft.funcTypes.length - imported;
  const at = reader.pos;
  const count = reader.u32();
  // Too few are told at the end of the module: what follows may be the better explanation.
  if (count > declared) reader.malformed(`${LENGTHS_DIFFER}: ${declared} and ${count}`, at);
  reader.pos = at;
  draft.vector('functions', LIMITS.functions, (i) => {
    const sizeAt = reader.pos;
    const size = reader.length();
    const start = reader.pos;
    const index = imported + i;
    if (size > LIMITS.functionSize) {
      const detail = `function body of ${size} bytes is too large, the limit is ${LIMITS.functionSize}`;
      throw new InvalidError(detail, sizeAt, index);
    }
    reader.pos = start + size;
    draft.bodies.push({ index, typeIndex: draft.funcTypes[index] as number, start, end: reader.pos });
  });
}

/**
 * Sizes that lie about a body may surface as an error in what follows the code. Returns the first malformed
 * instruction that begins in front of the error, if there is one, since it is the cause.
 */
export function earlierError(draft: ModuleDraft, error: MalformedError): MalformedError {
  const reader = new InstructionReader(draft.reader.bytes, draft.types);
  try {
    for (const body of draft.bodies) {
      if (body.start > error.offset) break;
      reader.pos = body.start;
      readLocals(reader);
      reader.skipToEnd(body.end, 1);
    }
  } catch (earlier) {
    if (earlier instanceof MalformedError) return earlier;
    if (!(earlier instanceof WizError)) throw earlier;
  }
  return error;
}
