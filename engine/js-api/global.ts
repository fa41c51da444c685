/** `WebAssembly.Global`. */

import { isRef, V128 } from '../isa/valtype.ts';
import { defaultRef, fromJS, NOT_A_WASM_FUNCTION, refFromJS, toJS } from '../runtime/convert.ts';
import { GlobalInstance } from '../runtime/global.ts';
import { typeError } from '../runtime/own-error.ts';
import { Brand } from './brand.ts';
import { isObject, member } from './conversions.ts';
import { interfaceObject } from './interface.ts';
import type { GlobalConstructor } from './types.ts';
import { valueTypeOf } from './value-types.ts';

export const globals = new Brand<GlobalInstance>('Global');

const WHERE = 'WebAssembly.Global';

function construct(object: object, [descriptor, ...rest]: readonly unknown[]): void {
  const where = `${WHERE}()`;
  if (!isObject(descriptor)) throw typeError(`${where}: Argument 0 must be a global descriptor`);
  const isMutable = Boolean(member(descriptor, 'mutable'));
  const type = valueTypeOf(member(descriptor, 'value'));
  if (type === undefined) throw typeError(`${where}: Descriptor property 'value' must be a WebAssembly type`);
  const global = new GlobalInstance({ type, isMutable });
  if (isRef(type)) {
    const isGiven = rest.length > 0;
    global.slots.refs[0] = isGiven ? refFromJS(rest[0], type, `${where}: ${NOT_A_WASM_FUNCTION}`) : defaultRef(type);
  } else if (rest[0] !== undefined) fromJS(rest[0], type, global.slots, 0);
  global.jsObject = object;
  globals.set(object, global);
}

const members = {
  valueOf(): unknown {
    return read(this, `${WHERE}.valueOf()`);
  },

  get value(): unknown {
    return read(this, `get ${WHERE}.value`);
  },
};
// Apart from the others, since a setter that is written as one cannot tell whether it got an argument.
Object.defineProperty(members, 'value', { set: setValue });

export const Global = interfaceObject({ name: 'Global', construct, members }) as GlobalConstructor; // by its definition

function setValue(this: unknown, ...args: unknown[]): void {
  const where = `set ${WHERE}.value`;
  const { type, slots } = globals.receiver(this, where);
  if (!type.isMutable) throw typeError(`${where}: Can't set the value of an immutable global.`);
  if (args.length === 0) throw typeError(`${where}: Argument 0 is required`);
  if (type.type === V128) throw typeError(`${where}: Can't set the value of s128 ${WHERE}`);
  if (isRef(type.type)) slots.refs[0] = refFromJS(args[0], type.type, `${where}: ${NOT_A_WASM_FUNCTION}`);
  else fromJS(args[0], type.type, slots, 0);
}

/** The JavaScript object that stands for a global instance. */
export function globalObject(global: GlobalInstance): object {
  if (global.jsObject === null) {
    global.jsObject = Object.create(Global.prototype) as object;
    globals.set(global.jsObject, global);
  }
  return global.jsObject;
}

function read(receiver: unknown, where: string): unknown {
  const { type, slots } = globals.receiver(receiver, where);
  if (type.type === V128) throw typeError(`${where}: Can't get the value of s128 ${WHERE}`);
  return toJS(slots, 0, type.type);
}
