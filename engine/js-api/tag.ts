/** `WebAssembly.Tag`. */

import type { ValType } from '../isa/valtype.ts';
import { internFuncType } from '../module/types.ts';
import { typeError } from '../runtime/own-error.ts';
import { TagInstance } from '../runtime/tag.ts';
import { Brand } from './brand.ts';
import { isObject, member, sequence } from './conversions.ts';
import { interfaceObject } from './interface.ts';
import type { TagConstructor } from './types.ts';
import { valueTypeOf } from './value-types.ts';

export const tags = new Brand<TagInstance>('Tag');

/** V8's limit for the parameters of a function type. */
const MAX_PARAMETERS = 1000;

function construct(object: object, [descriptor]: readonly unknown[]): void {
  const where = 'WebAssembly.Tag(): Argument 0';
  if (!isObject(descriptor)) throw typeError(`${where} must be a tag type`);
  const parameters = member(descriptor, 'parameters');
  if (!isObject(parameters)) throw typeError(`${where} must be a tag type with 'parameters'`);
  const names = sequence(parameters);
  if (names === undefined) throw typeError(`${where} contains parameters without 'length'`);
  if (names.length > MAX_PARAMETERS) throw typeError(`${where} contains too many parameters`);
  const types: ValType[] = [];
  for (const [i, name] of names.entries()) {
    const type = valueTypeOf(name);
    if (type === undefined) throw typeError(`${where} parameter type at index #${i} must be a value type`);
    types.push(type);
  }
  const tag = new TagInstance({ type: internFuncType(types, []) });
  tag.jsObject = object;
  tags.set(object, tag);
}

export const Tag = interfaceObject({ name: 'Tag', construct }) as TagConstructor; // by its definition

/** The JavaScript object that stands for a tag instance. */
export function tagObject(tag: TagInstance): object {
  if (tag.jsObject === null) {
    tag.jsObject = Object.create(Tag.prototype) as object;
    tags.set(tag.jsObject, tag);
  }
  return tag.jsObject;
}
