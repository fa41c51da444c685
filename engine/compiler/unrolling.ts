/**
 * Small innermost loops are unrolled. V8 does that with loops of WebAssembly, but not with those of JavaScript, which look for interrupts in each
 * turn. An iteration that ends goes on with the next copy:
 *
 *     L3: for (;;) {
 *       C3: { ...; if (l0 !== 0) break C3; break L3; }
 *       C3: { ...; if (l0 !== 0) break C3; break L3; }
 *     }
 */

import type { FunctionBody } from '../module/module.ts';
import type { Block } from './block.ts';
import type { BlockFacts } from './structure.ts';
import { Lines } from './text.ts';

/** Loops of so many bytes are repeated. */
const MAX_BYTES = 128;
/** With 8, V8 no longer keeps 64-bit integers of one of the loops that were measured in registers. */
const COPIES = 4;
/** In larger functions loops stay as they are: V8 takes long for those as it is. */
const MAX_FUNCTION_BYTES = 1 << 14;

/** How often the text of a loop is repeated, in a function with this body. */
export function copiesOf(facts: BlockFacts, { start, end }: FunctionBody): number {
  if (!facts.isLoop || facts.hasInnerLoop || facts.calls.length > 0) return 1;
  return facts.end - facts.start <= MAX_BYTES && end - start <= MAX_FUNCTION_BYTES ? COPIES : 1;
}

/** Goes to the start of a loop. */
export function nextTurn({ label, copies }: Block): string {
  return copies > 1 ? `break ${copyLabel(label)};` : `continue ${label};`;
}

function copyLabel(label: string): string {
  return label.replace('L', 'C');
}

/** The text of a loop in each turn; `isReachable`: control comes to its end, which leaves it. */
export function loopBody({ label, copies, isTargeted }: Block, body: Lines, isReachable: boolean): Lines {
  if (copies === 1 || !isTargeted) {
    if (isReachable) body.add('break;');
    return body;
  }
  if (isReachable) body.add(`break ${label};`);
  const lines = new Lines();
  for (let i = 0; i < copies; i++) {
    lines.add(`${copyLabel(label)}: {`);
    lines.nest(body);
    lines.add('}');
  }
  return lines;
}
