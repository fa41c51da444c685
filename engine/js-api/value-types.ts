/** Value types as the JavaScript API spells them. */

import { EXTERNREF, F32, F64, FUNCREF, I32, I64, type ValType } from '../isa/valtype.ts';

const byName: ReadonlyMap<string, ValType> = new Map([
  ['i32', I32],
  ['i64', I64],
  ['f32', F32],
  ['f64', F64],
  ['externref', EXTERNREF],
  ['anyfunc', FUNCREF],
]);

/** The type that a value of a descriptor names, after conversion to a string; undefined where there is none. */
export function valueTypeOf(name: unknown): ValType | undefined {
  return byName.get(`${name as string}`); // unlike String(), refuses symbols as ToString does
}
