/** `WebAssembly.Global`. */

import { EXTERNREF, isRef, V128, type ValType } from '../isa/valtype.ts';
import { fromJS, NOT_A_WASM_FUNCTION, refFromJS, toJS } from '../runtime/convert.ts';
import { GlobalInstance } from '../runtime/global.ts';
import type { GlobalConstructor } from './types.ts';
import { valueTypeOf } from './value-types.ts';
import { Brand, interfaceObject, isObject, member } from './webidl.ts';

export const globals = new Brand<GlobalInstance>('Global');

const WHERE = 'WebAssembly.Global';

class GlobalObject {
  constructor(descriptor: unknown, ...rest: unknown[]) {
    const where = `${WHERE}()`;
    if (!isObject(descriptor)) throw new TypeError(`${where}: Argument 0 must be a global descriptor`);
    const isMutable = Boolean(member(descriptor, 'mutable'));
    const type = valueTypeOf(member(descriptor, 'value'));
    if (type === undefined) throw new TypeError(`${where}: Descriptor property 'value' must be a WebAssembly type`);
    const global = new GlobalInstance({ type, isMutable });
    if (isRef(type)) {
      const isGiven = rest.length > 0;
      global.slots.refs[0] = isGiven ? refFromJS(rest[0], type, `${where}: ${NOT_A_WASM_FUNCTION}`) : defaultRef(type);
    } else if (rest[0] !== undefined) fromJS(rest[0], type, global.slots, 0);
    global.jsObject = this;
    globals.set(this, global);
  }

  valueOf(): unknown {
    return read(this, `${WHERE}.valueOf()`);
  }

  get value(): unknown {
    return read(this, `get ${WHERE}.value`);
  }

  set value(value: unknown) {
    const where = `set ${WHERE}.value`;
    const { type, slots } = globals.receiver(this, where);
    if (!type.isMutable) throw new TypeError(`${where}: Can't set the value of an immutable global.`);
    if (type.type === V128) throw new TypeError(`${where}: Can't set the value of s128 ${WHERE}`);
    if (isRef(type.type)) slots.refs[0] = refFromJS(value, type.type, `${where}: ${NOT_A_WASM_FUNCTION}`);
    else fromJS(value, type.type, slots, 0);
  }
}

export const Global = interfaceObject(GlobalObject, 'Global') as unknown as GlobalConstructor;

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
  if (type.type === V128) throw new TypeError(`${where}: Can't get the value of s128 ${WHERE}`);
  return toJS(slots, 0, type.type);
}

function defaultRef(type: ValType): unknown {
  return type === EXTERNREF ? undefined : null;
}
