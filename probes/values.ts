/** Reading several values of a frame at once. */

import type { Frame, TypedValue } from '../engine/index.ts';

/** `count` operands, the deepest first, without the `above` topmost ones. */
export function operandsOf(frame: Frame, count: number, above = 0): TypedValue[] {
  const values: TypedValue[] = [];
  for (let fromTop = above + count - 1; fromTop >= above; fromTop--) values.push(frame.operand(fromTop));
  return values;
}

/** The first `count` locals: a function's arguments, at its entry. */
export function localsOf(frame: Frame, count: number): TypedValue[] {
  const values: TypedValue[] = [];
  for (let i = 0; i < count; i++) values.push(frame.local(i));
  return values;
}
