/**
 * Values across the border to JavaScript (JS API: ToJSValue and ToWebAssemblyValue), and the functions
 * that carry them (JS API: Exported Function). Both in one file, since each is made of the other:
 * a function reference becomes an exported function, whose call converts its arguments.
 *
 * All errors have V8's message: those of conversions of numbers are the ones that JavaScript itself throws.
 */

import { Trap } from '../isa/trap.ts';
import {
  DEFINED,
  F32,
  F64,
  HEAP,
  heapOf,
  I32,
  I64,
  isDefined,
  isNullable,
  isRef,
  refType,
  type ValType,
} from '../isa/valtype.ts';
import { type FuncType, funcTypeOf, isHeapSubtype, isSubtype } from '../module/types.ts';
import { FuncInstance, type HostCallable } from './function.ts';
import { copyRelics } from './host.ts';
import { leavingEngine, typeError } from './own-error.ts';
import { errorOfTrap } from './runtime-error.ts';
import { SLOT_I32, SLOT_I64, Slots } from './value.ts';

const INCOMPATIBLE = 'type incompatibility when transforming from/to JS';
/** What V8 says where a table, a global or a segment of function references gets something else. */
export const NOT_A_WASM_FUNCTION = 'function-typed object must be null (if nullable) or a Wasm function object';

/** The value of type `type` in a slot, as JavaScript sees it. */
export function toJS(slots: Slots, slot: number, type: ValType): unknown {
  switch (type) {
    case I32:
      return slots.i32[slot * SLOT_I32];
    case F64:
      return slots.f64[slot * SLOT_I64];
    case I64:
      return slots.i64[slot * SLOT_I64];
    case F32:
      return slots.f32[slot * SLOT_I32];
    default:
      if (!isRef(type) || !isJSType(type)) throw typeError(INCOMPATIBLE);
      return refToJS(slots.refs[slot], type);
  }
}

/** ToNumber of a value that is no number (ECMA-262, 7.1.4). */
export function toNumber(value: unknown): number {
  if (typeof value === 'bigint') throw typeError('Cannot convert a BigInt value to a number');
  if (typeof value === 'symbol') throw typeError('Cannot convert a Symbol value to a number');
  return +(value as number);
}

/** ToBigInt of a value (ECMA-262, 7.1.13): unlike `BigInt(value)`, it takes no numbers. */
export function toBigInt(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' || typeof value === 'symbol' || value === undefined || value === null) {
    throw typeError(`Cannot convert ${String(value)} to a BigInt`);
  }
  return BigInt.asIntN(Number.MAX_SAFE_INTEGER, value as bigint); // begins with ToBigInt, and cuts nothing off here
}

/** Puts a JavaScript value into a slot as a value of type `type`; a TypeError where it cannot be one. */
export function fromJS(value: unknown, type: ValType, slots: Slots, slot: number): void {
  switch (type) {
    case I32:
      // A typed array takes ToInt32 of the number.
      slots.i32[slot * SLOT_I32] = typeof value === 'number' ? value : toNumber(value);
      return;
    case F64:
      slots.f64[slot * SLOT_I64] = typeof value === 'number' ? value : toNumber(value);
      return;
    case I64:
      slots.i64[slot * SLOT_I64] = toBigInt(value); // modulo 2^64
      return;
    case F32:
      slots.f32[slot * SLOT_I32] = typeof value === 'number' ? value : toNumber(value);
      return;
    default:
      if (!isRef(type) || !isJSType(type)) throw typeError(INCOMPATIBLE);
      slots.refs[slot] = refFromJS(value, type);
  }
}

/** The results of a call as its caller in JavaScript gets them: undefined, one value, or an array. */
export function toJSResults(slots: Slots, types: readonly ValType[]): unknown {
  if (types.length === 0) return undefined;
  if (types.length === 1) return toJS(slots, 0, types[0] as ValType);
  return types.map((type, i) => toJS(slots, i, type));
}

/** Puts what a host function returned into slots `base`..; several results come as an iterable of exactly so many. */
export function fromJSResults(value: unknown, types: readonly ValType[], slots: Slots, base: number): void {
  if (types.length === 0) return;
  if (types.length === 1) {
    fromJS(value, types[0] as ValType, slots, base);
    return;
  }
  const values: unknown[] = [];
  for (const element of value as Iterable<unknown>) values.push(element);
  if (values.length !== types.length) throw typeError('multi-return length mismatch');
  for (let i = 0; i < types.length; i++) fromJS(values[i], types[i] as ValType, slots, base + i);
}

/**
 * Calls a host function whose parameters lie in slots `base`.. and puts its results there.
 * The callable gets `undefined` as its `this`, as the JS API wants it.
 */
export function callHost(func: FuncInstance, slots: Slots, base: number): void {
  const host = func.host as HostCallable;
  const { params, results } = func.signature;
  let value: unknown;
  switch (params.length) {
    case 0:
      value = host();
      break;
    case 1:
      value = host(toJS(slots, base, params[0] as ValType));
      break;
    case 2:
      value = host(toJS(slots, base, params[0] as ValType), toJS(slots, base + 1, params[1] as ValType));
      break;
    default: {
      const args = new Array<unknown>(params.length);
      for (let i = 0; i < params.length; i++) args[i] = toJS(slots, base + i, params[i] as ValType);
      value = host(...args);
    }
  }
  if (results.length !== 0) fromJSResults(value, results, slots, base);
}

/** Can values of this type cross the border at all? v128 and exception references cannot. */
export function isJSType(type: ValType): boolean {
  if (!isRef(type)) return type >= F64 && type <= I32;
  const heap = heapOf(type);
  return isHeapSubtype(heap, HEAP.func) || isHeapSubtype(heap, HEAP.extern);
}

/** A reference of type `type` as JavaScript sees it: functions are their exported function objects. */
export function refToJS(ref: unknown, type: ValType): unknown {
  // A FuncInstance in an externref would be the engine's own object that a tool passed through: that stays as it is.
  return ref instanceof FuncInstance && isHeapSubtype(heapOf(type), HEAP.func) ? functionObject(ref) : ref;
}

/** The reference of type `type` that a JavaScript value stands for; a TypeError with `message` where there is none. */
export function refFromJS(value: unknown, type: ValType, message = INCOMPATIBLE): unknown {
  const heap = heapOf(type);
  if (value === null && isNullable(type)) return null;
  if (heap === HEAP.extern && value !== null) return value;
  if (isDefined(heap) || heap === HEAP.func) {
    const func = functionInstance(value);
    if (func !== undefined && isSubtype(refType(DEFINED | func.type, false), type)) return func;
  }
  throw typeError(message);
}

/** What an element or a global of a reference type holds where nobody says (JS API: DefaultValue). */
export function defaultRef(type: ValType): unknown {
  return heapOf(type) === HEAP.extern ? undefined : null;
}

/** Slots of a pooled argument area; calls with more values allocate their own. */
const POOLED_SLOTS = 16;
const pool: Slots[] = [];
/** How many calls from JavaScript are in progress: they nest through host functions, each with its own area. */
let depth = 0;

const instances = new WeakMap<object, FuncInstance>();
const hostIndices = new WeakMap<FuncInstance, number>();

/** The function instance behind an exported function; undefined for every other value. */
export function functionInstance(value: unknown): FuncInstance | undefined {
  return typeof value === 'function' ? instances.get(value) : undefined;
}

/**
 * Makes a function of another engine a function reference of type `type` for this one: it can stand in tables and globals, and JavaScript gets it
 * out of them as the same object.
 */
export function adoptFunction(callable: HostCallable, type: number): void {
  if (instances.has(callable)) return;
  const func = new FuncInstance(type, funcTypeOf(type) as FuncType, null, -1, callable);
  func.jsObject = callable;
  instances.set(callable, func);
}

/** Tells as which function index a host function was imported, which is the name of its exported function. */
export function setHostIndex(func: FuncInstance, index: number): void {
  hostIndices.set(func, index);
}

/** The JavaScript function that stands for `func`: one for each instance, whichever way it gets out. */
export function functionObject(func: FuncInstance): HostCallable {
  func.jsObject ??= makeFunctionObject(func);
  return func.jsObject as HostCallable;
}

function makeFunctionObject(func: FuncInstance): HostCallable {
  const { params, results } = func.signature;
  const slotCount = Math.max(params.length, results.length);
  const isCallable = params.every(isJSType) && results.every(isJSType);
  const hasRefs = params.some(isRef) || results.some(isRef);
  const call = (...args: unknown[]): unknown => {
    if (!isCallable) throw typeError(INCOMPATIBLE);
    const slots = slotCount > POOLED_SLOTS ? new Slots(slotCount) : pooledSlots();
    depth++;
    try {
      for (let i = 0; i < params.length; i++) fromJS(args[i], params[i] as ValType, slots, i);
      if (func.instance === null) callHost(func, slots, 0);
      else func.instance.executor.invoke(func, slots, slots);
      return toJSResults(slots, results);
    } catch (error) {
      throw error instanceof Trap
        ? errorOfTrap(error, { module: func.instance?.module, callee: call })
        : leavingEngine(error, call);
    } finally {
      depth--;
      if (hasRefs) slots.refs.fill(null); // the pool must keep no object alive
    }
  };
  // Bound, so that it is a native function to whoever looks: it shows no source, has no `prototype`, cannot be constructed.
  const exported = call.bind(undefined);
  const index = func.instance === null ? (hostIndices.get(func) ?? 0) : func.index;
  Object.defineProperty(exported, 'name', { value: String(index) });
  Object.defineProperty(exported, 'length', { value: params.length });
  copyRelics(exported);
  instances.set(exported, func);
  return exported;
}

function pooledSlots(): Slots {
  let slots = pool[depth];
  if (slots === undefined) {
    slots = new Slots(POOLED_SLOTS);
    pool[depth] = slots;
  }
  return slots;
}
