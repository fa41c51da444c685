/** Frames and stacks as text. */

import {
  ENTRY_PC,
  type Frame,
  functionLocations,
  functionName,
  type Location,
  type Needs,
  type StackEntry,
  valTypeText,
} from '../../engine/index.ts';
import { namedLocals } from './locals.ts';
import { valueText } from './value-text.ts';

/** What a probe must declare to use `frameText`. */
export const FRAME_TEXT_NEEDS: Needs = { locals: true, operands: 'all' };
/** What a probe must declare to use `stackText`. */
export const STACK_TEXT_NEEDS: Needs = { stack: true };

/** Where a frame stands, on one line: `fib (function 3) at pc 12, module offset 0x4a: i32.add`. */
export function placeText(frame: Frame): string {
  const { func, instance, pc } = frame;
  const { module } = instance;
  const name = `${functionName(module, func.index)} (function ${func.index})`;
  if (pc === ENTRY_PC) return `${name} at its entry`;
  const location = functionLocations(module, func.index).find((candidate) => candidate.pc === pc) as Location;
  return `${name} at pc ${pc}, module offset 0x${location.offset.toString(16)}: ${location.instruction.mnemonic}`;
}

/** Which parts of a frame become text; both unless told. */
export interface FrameParts {
  readonly locals?: boolean;
  readonly operands?: boolean;
}

/** Where the frame stands, its parameters and locals with names, and its operands, the topmost first. */
export function frameText(frame: Frame, parts: FrameParts = {}): string {
  const { module } = frame.instance;
  const locals = (parts.locals === false ? [] : namedLocals(frame)).map(
    (local) =>
      `  ${local.isParameter ? 'param' : 'local'} ${local.index}${local.name === undefined ? '' : ` $${local.name}`}: ` +
      `${valTypeText(module, local.type)} = ${valueText(local)}`,
  );
  const operands = (parts.operands === false ? [] : frame.operandTypes).map((_, fromTop) => {
    const operand = frame.operand(fromTop);
    return `  operand ${fromTop}: ${valTypeText(module, operand.type)} = ${valueText(operand)}`;
  });
  return [placeText(frame), ...locals, ...operands].join('\n');
}

/** The stack from this frame down, one entry a line, host functions included; of a deep one, `most` entries. */
export function stackText(frame: Frame, most = Number.POSITIVE_INFINITY): string {
  const { stack } = frame;
  const lines = stack.slice(0, most).map((entry, i) => `#${i} ${entryText(entry)}`);
  if (stack.length > lines.length) lines.push(`... and ${stack.length - lines.length} more`);
  return lines.join('\n');
}

function entryText(entry: StackEntry): string {
  if (!('kind' in entry)) return placeText(entry);
  return entry.name === undefined ? 'the host' : `host function ${entry.name || '(no name)'}`;
}
