/** Function instances (spec 4.2.6): functions of a module instance, and host functions. */

import type { FuncType } from '../module/types.ts';
import type { CompiledFunction } from './compiled-function.ts';
import type { FunctionCode } from './function-code.ts';
import type { ModuleInstance } from './instance.ts';
import type { FunctionProbes } from './sites.ts';
import { SLOT_I32 } from './value.ts';

/** What a host function does: gets JavaScript values for its parameters, returns what the JS API calls return. */
export type HostCallable = (...args: unknown[]) => unknown;

export class FuncInstance {
  /** Canonical number of the type: what `call_indirect` compares. */
  readonly type: number;
  readonly signature: FuncType;
  /** The instance whose code it is; null for a host function. */
  readonly instance: ModuleInstance | null;
  /** Index in the function index space of `instance`; -1 for a host function. */
  readonly index: number;
  /** The host's callable; null for a function with Wasm code. */
  readonly host: HostCallable | null;
  /** The JavaScript object that stands for this function, made when first asked for (JS API: exported function). */
  jsObject: object | null = null;

  // What follows belongs to the interpreter (engine/interpreter/code.ts fills it at the first call).

  /** The function's code as made from the module; null until the first call or probe. */
  made: FunctionCode | null = null;
  /** Code units that run now: those of `made`, or a private copy where probes are. */
  code: Int32Array | null = null;
  /** Index of the first code unit to execute: 0 while an entry probe is there, else 1. */
  entry = 1;
  /** Extent of the parameters, in elements of the 32-bit views, as the next two. */
  readonly paramUnits: number;
  readonly resultUnits: number;
  /** Extent of parameters and locals. */
  localUnits = 0;
  /** Extent of locals and the highest operand stack. */
  frameUnits = 0;
  /** Does any parameter, local or operand hold a reference? */
  usesRefs = false;
  /**
   * Calls and iterations of loops until somebody has a look at the function: whether it is hot, must be made, or has a
   * better way to be called. Host functions and compiled ones are looked at each time.
   */
  budget = 0;
  /** What a compiling tier knows of the function; null until it has one. */
  compiled: CompiledFunction | null = null;
  /** What is attached to this function; null almost always. */
  probes: FunctionProbes | null = null;

  constructor(
    type: number,
    signature: FuncType,
    instance: ModuleInstance | null,
    index: number,
    host: HostCallable | null,
  ) {
    this.type = type;
    this.signature = signature;
    this.instance = instance;
    this.index = index;
    this.host = host;
    this.paramUnits = signature.params.length * SLOT_I32;
    this.resultUnits = signature.results.length * SLOT_I32;
  }
}
