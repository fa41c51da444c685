/** Parameters and locals with their names. */

import { type Frame, type Module, readNames, type TypedValue } from '../../engine/index.ts';

export interface NamedLocal extends TypedValue {
  readonly index: number;
  /** From the name section; undefined without. */
  readonly name: string | undefined;
  readonly isParameter: boolean;
}

/** The name of a parameter or local in the name section. */
export function localName(module: Module, func: number, local: number): string | undefined {
  return readNames(module).locals.get(func)?.get(local) || undefined;
}

/** The index of the first parameter or local of that name. */
export function localIndex(module: Module, func: number, name: string): number | undefined {
  for (const [index, candidate] of readNames(module).locals.get(func) ?? []) if (candidate === name) return index;
  return undefined;
}

/** All parameters and locals of a frame. Needs `locals`. */
export function namedLocals(frame: Frame): NamedLocal[] {
  const { func, instance, localTypes } = frame;
  const parameters = func.signature.params.length;
  return localTypes.map((_, index) => ({
    ...frame.local(index),
    index,
    name: localName(instance.module, func.index, index),
    isParameter: index < parameters,
  }));
}
