/** `WebAssembly.Tag` and `WebAssembly.Exception`. */

import type { ValType } from '../isa/valtype.ts';
import { type FuncType, funcTypeOf, internFuncType } from '../module/types.ts';
import { fromJS, toJS } from '../runtime/convert.ts';
import { TagInstance } from '../runtime/tag.ts';
import { Slots } from '../runtime/value.ts';
import type { ExceptionConstructor, TagConstructor } from './types.ts';
import { valueTypeOf } from './value-types.ts';
import { Brand, enforceUint32, interfaceObject, isObject, member } from './webidl.ts';

export const tags = new Brand<TagInstance>('Tag');

class TagObject {
  constructor(descriptor: unknown) {
    const where = 'WebAssembly.Tag(): Argument 0';
    if (!isObject(descriptor)) throw new TypeError(`${where} must be a tag type`);
    const parameters = member(descriptor, 'parameters');
    if (!isObject(parameters)) throw new TypeError(`${where} must be a tag type with 'parameters'`);
    const length = member(parameters, 'length');
    if (length === undefined) throw new TypeError(`${where} contains parameters without 'length'`);
    const types: ValType[] = [];
    for (let i = 0; i < enforceUint32(length, `${where} contains parameters whose 'length'`); i++) {
      const type = valueTypeOf(Reflect.get(parameters, i));
      if (type === undefined) throw new TypeError(`${where} parameter type at index #${i} must be a value type`);
      types.push(type);
    }
    const tag = new TagInstance({ type: internFuncType(types, []) });
    tag.jsObject = this;
    tags.set(this, tag);
  }
}

export const Tag = interfaceObject(TagObject, 'Tag') as unknown as TagConstructor;

/** The JavaScript object that stands for a tag instance. */
export function tagObject(tag: TagInstance): object {
  if (tag.jsObject === null) {
    tag.jsObject = Object.create(Tag.prototype) as object;
    tags.set(tag.jsObject, tag);
  }
  return tag.jsObject;
}

/** An exception: its tag and one slot for each of the tag's parameters. */
interface ExceptionPackage {
  readonly tag: TagInstance;
  readonly values: Slots;
}

const exceptions = new Brand<ExceptionPackage>('Exception');

class ExceptionObject {
  constructor(tagObject: unknown, payload: unknown, options?: unknown) {
    const where = 'WebAssembly.Exception()';
    const tag = tags.get(tagObject);
    if (tag === undefined) throw new TypeError(`${where}: Argument 0 must be a WebAssembly tag`);
    if (!isObject(payload)) throw new TypeError(`${where}: Exception values must be an iterable object`);
    const types = parametersOf(tag);
    const values = [...(payload as Iterable<unknown>)];
    if (values.length !== types.length) {
      throw new TypeError(`${where}: Number of exception values does not match signature length`);
    }
    const slots = new Slots(types.length);
    for (const [i, type] of types.entries()) fromJS(values[i], type, slots, i);
    exceptions.set(this, { tag, values: slots });
    if (isObject(options) && member(options, 'traceStack')) captureStack(this);
  }

  is(tagObject: unknown): boolean {
    const where = 'WebAssembly.Exception.is()';
    const { tag } = exceptions.receiver(this, where);
    const other = tags.get(tagObject);
    if (other === undefined) throw new TypeError(`${where}: Argument 0 must be a WebAssembly.Tag`);
    return other === tag;
  }

  getArg(tagObject: unknown, index: unknown): unknown {
    const where = 'WebAssembly.Exception.getArg()';
    const { tag, values } = exceptions.receiver(this, where);
    const other = tags.get(tagObject);
    if (other === undefined) throw new TypeError(`${where}: Argument 0 must be a WebAssembly.Tag`);
    const at = enforceUint32(index, `${where}: Index`);
    if (other !== tag) throw new TypeError(`${where}: First argument does not match the exception tag`);
    const types = parametersOf(tag);
    if (at >= types.length) throw new RangeError(`${where}: Index out of range`);
    return toJS(values, at, types[at] as ValType);
  }
}

export const Exception = interfaceObject(ExceptionObject, 'Exception') as unknown as ExceptionConstructor;

function parametersOf(tag: TagInstance): readonly ValType[] {
  return (funcTypeOf(tag.type.type) as FuncType).params;
}

/** Gives the exception a stack that begins at the constructor's caller. */
function captureStack(exception: object): void {
  const v8 = Error as { captureStackTrace?: (target: object, above: unknown) => void };
  if (v8.captureStackTrace !== undefined) v8.captureStackTrace(exception, Exception);
  const stack = member(exception, 'stack') ?? new Error('WebAssembly exception').stack;
  Object.defineProperty(exception, 'stack', { value: stack, enumerable: false, writable: true, configurable: true });
}
