/** Names that compiled code uses for what it finds at run time, and what they stand for. */

import { readF32, shapeOf, writeF32 } from '../interpreter/callers.ts';
import type { Machine } from '../interpreter/machine.ts';
import { F32, isRef, type ValType } from '../isa/valtype.ts';
import { bindable, type ViewKind } from './expression.ts';

/** A function that compiled code calls by its name. */
export function helperNamed(name: string): unknown {
  if (name === 'readF32') return readF32;
  if (name === 'writeF32') return writeF32;
  if (!bindable.has(name)) throw new Error(`compiler: there is no ${name}`);
  return bindable.get(name);
}

/** A line that becomes the loading of the memory views anew. */
export const RELOAD = '#reload';

export function viewName(memory: number, kind: ViewKind): string {
  return memory === 0 ? kind.toUpperCase() : `${kind.toUpperCase()}_${memory}`;
}

/** Copies a v128 from one slot of the stack to another. */
export function copierOf({ slots }: Machine): (to: number, from: number) => void {
  const { i32 } = slots;
  return (to, from) => {
    i32[to] = i32[from] as number;
    i32[to + 1] = i32[from + 1] as number;
    i32[to + 2] = i32[from + 2] as number;
    i32[to + 3] = i32[from + 3] as number;
  };
}

/** The value that a local begins with. */
export function initialValue(type: ValType): string {
  const shape = shapeOf(type);
  if (shape === 'I') return '0n';
  return isRef(type) ? 'null' : type === F32 ? '0' : '0';
}
