/** `WebAssembly.Exception`: values with a tag. Wasm code neither throws nor catches them yet; JavaScript may. */

import { isRef, type ValType } from '../isa/valtype.ts';
import { type FuncType, funcTypeOf } from '../module/types.ts';
import { fromJS, NOT_A_WASM_FUNCTION, refFromJS, toJS } from '../runtime/convert.ts';
import { rangeError, typeError, type V8Error } from '../runtime/own-error.ts';
import type { TagInstance } from '../runtime/tag.ts';
import { Slots } from '../runtime/value.ts';
import { Brand } from './brand.ts';
import { enforceUint32, isObject, member, sequence } from './conversions.ts';
import { interfaceObject } from './interface.ts';
import { tags } from './tag.ts';
import type { ExceptionConstructor } from './types.ts';

/** An exception: its tag and one slot for each of the tag's parameters. */
interface ExceptionPackage {
  readonly tag: TagInstance;
  readonly values: Slots;
}

const exceptions = new Brand<ExceptionPackage>('Exception');

function construct(object: object, [tagObject, payload, options]: readonly unknown[], callee: unknown): void {
  const where = 'WebAssembly.Exception()';
  const tag = tags.get(tagObject);
  if (tag === undefined) throw typeError(`${where}: Argument 0 must be a WebAssembly tag`);
  if (!isObject(payload)) throw typeError(`${where}: Exception values must be an iterable object`);
  const values = sequence(payload);
  if (values === undefined) throw typeError(`${where}: Exception values argument has no length`);
  const types = parametersOf(tag);
  if (values.length !== types.length) {
    throw typeError(`${where}: Number of exception values does not match signature length`);
  }
  const slots = new Slots(types.length);
  for (const [i, type] of types.entries()) {
    if (isRef(type)) slots.refs[i] = refFromJS(values[i], type, `${where}: ${NOT_A_WASM_FUNCTION}`);
    else if (values[i] !== undefined) fromJS(values[i], type, slots, i); // as in V8, undefined stands for zero
  }
  if (options !== undefined && options !== null) {
    if (!isObject(options)) throw typeError(`${where}: Argument 2 is not an object`);
    if (member(options, 'traceStack')) captureStack(object, callee);
  }
  exceptions.set(object, { tag, values: slots });
}

const members = {
  getArg(tagObject: unknown, index: unknown): unknown {
    const where = 'WebAssembly.Exception.getArg()';
    const { tag, values } = exceptions.receiver(this, where);
    const other = tagArgument(tagObject, where);
    const at = enforceUint32(index, `${where}: Index`);
    if (other !== tag) throw typeError(`${where}: First argument does not match the exception tag`);
    const types = parametersOf(tag);
    if (at >= types.length) throw rangeError(`${where}: Index out of range`);
    return toJS(values, at, types[at] as ValType);
  },

  is(tagObject: unknown): boolean {
    const where = 'WebAssembly.Exception.is()';
    const { tag } = exceptions.receiver(this, where);
    return tagArgument(tagObject, where) === tag;
  },
};

export const Exception = interfaceObject({ name: 'Exception', construct, members }) as ExceptionConstructor; // by its definition

function tagArgument(value: unknown, where: string): TagInstance {
  const tag = tags.get(value);
  if (tag === undefined) throw typeError(`${where}: Argument 0 must be a WebAssembly.Tag`);
  return tag;
}

function parametersOf(tag: TagInstance): readonly ValType[] {
  return (funcTypeOf(tag.type.type) as FuncType).params;
}

/** Gives the exception a stack that begins at the constructor's caller. */
function captureStack(exception: object, callee: unknown): void {
  (Error as V8Error).captureStackTrace?.(exception, callee);
  // V8 titles it by the name of the error that it is not.
  const stack = String(member(exception, 'stack') ?? new Error('thrown').stack).replace(/^.*/, 'Error');
  Object.defineProperty(exception, 'stack', { value: stack, enumerable: false, writable: true, configurable: true });
}
