/**
 * V8's own WebAssembly behind the runner's interface: the check that the runner, and not only
 * the engine under test, reads the suite right.
 *
 * Calls with numbers and vectors only go through a small generated module that takes its arguments from a memory and leaves
 * the results there: JavaScript numbers lose NaN bits, and vectors cannot become JavaScript values at all.
 */

import type { SpecValue } from '../support/wast-values.ts';
import {
  type Abrupt,
  type CompileOutcome,
  type Engine,
  type HostParam,
  HostReference,
  type ImportName,
  type InstantiateOutcome,
  type InvokeOutcome,
  type InvokeRequest,
  type Resolve,
} from './adapter.ts';
import { adapterBytes, readValue, SLOT, type ValueType, writeValue } from './v8-bits.ts';

interface NativeModule {
  readonly nativeModule: true;
}

interface NativeInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface NativeMemory {
  readonly buffer: ArrayBuffer;
}

interface Native {
  readonly Module: {
    new (bytes: Uint8Array): NativeModule;
    imports(module: NativeModule): ImportName[];
  };
  readonly Instance: new (module: NativeModule, imports?: object) => NativeInstance;
  readonly Memory: new (descriptor: { initial: number }) => NativeMemory;
  readonly CompileError: new () => Error;
  readonly LinkError: new () => Error;
  readonly RuntimeError: new () => Error;
  readonly Exception?: new () => object;
}

// The cast is the boundary to a global that the type library at hand declares only in part.
const native = (globalThis as unknown as { WebAssembly: Native }).WebAssembly;

type NativeFunction = (...args: unknown[]) => unknown;

function abrupt(error: unknown): Abrupt | undefined {
  if (error instanceof native.RuntimeError) return { kind: 'trap', message: error.message };
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return { kind: 'exhaustion', message: error.message };
  }
  if (native.Exception !== undefined && error instanceof native.Exception) {
    return { kind: 'exception', message: 'WebAssembly.Exception' };
  }
  return undefined;
}

/** A call prepared for functions of one signature. */
interface Bridge {
  readonly call: () => void;
  readonly view: DataView;
  readonly results: readonly ValueType[];
}

export class V8Engine implements Engine<NativeModule, NativeInstance, unknown> {
  readonly name = 'v8';
  private readonly bridgeModules = new Map<string, NativeModule>();
  private readonly bridges = new WeakMap<object, Map<string, Bridge | undefined>>();
  private readonly memory = new native.Memory({ initial: 1 });

  compile(bytes: Uint8Array): CompileOutcome<NativeModule> {
    try {
      return { kind: 'module', module: new native.Module(bytes) };
    } catch (error) {
      if (!(error instanceof native.CompileError)) throw error;
      const flag = /enable (?:with|via) --(?:experimental-wasm-)?([\w-]+)/.exec(error.message);
      if (flag !== null) return { kind: 'unsupported', feature: flag[1] as string, message: error.message };
      return { kind: 'refused', message: error.message };
    }
  }

  imports(module: NativeModule): readonly ImportName[] {
    return native.Module.imports(module);
  }

  instantiate(module: NativeModule, resolve: Resolve<unknown>): InstantiateOutcome<NativeInstance> {
    const imports: Record<string, Record<string, unknown>> = {};
    for (const { module: from, name } of this.imports(module)) {
      const value = resolve(from, name);
      if (value === undefined) continue;
      imports[from] ??= {};
      (imports[from] as Record<string, unknown>)[name] = value;
    }
    try {
      return { kind: 'instance', instance: new native.Instance(module, imports) };
    } catch (error) {
      if (error instanceof native.LinkError) return { kind: 'unlinkable', message: error.message };
      // Without any object for the module name V8 throws a TypeError.
      if (error instanceof TypeError && /Import #/.test(error.message)) {
        return { kind: 'unlinkable', message: error.message };
      }
      const outcome = abrupt(error);
      if (outcome === undefined) throw error;
      return outcome;
    }
  }

  exported(instance: NativeInstance, name: string): unknown {
    return instance.exports[name];
  }

  invoke(instance: NativeInstance, { name, args, resultTypes }: InvokeRequest): InvokeOutcome {
    const func = instance.exports[name];
    if (typeof func !== 'function') throw new Error(`no exported function ${JSON.stringify(name)}`);
    try {
      const bridged = this.bridge(func as NativeFunction, args, resultTypes);
      if (bridged !== undefined) return { kind: 'return', values: this.invokeBits(bridged, args) };
      const result: unknown = func(...args.map(toJS));
      return { kind: 'return', values: resultTypes === undefined ? undefined : fromJS(result, resultTypes) };
    } catch (error) {
      const outcome = abrupt(error);
      if (outcome === undefined) throw error;
      return outcome;
    }
  }

  get(instance: NativeInstance, name: string, type: SpecValue['type']): SpecValue {
    const global = instance.exports[name];
    if (typeof global !== 'object' || global === null) throw new Error(`no exported global ${JSON.stringify(name)}`);
    return fromJSValue((global as { readonly value: unknown }).value, type);
  }

  hostFunction(_params: readonly HostParam[]): unknown {
    return () => undefined;
  }

  private invokeBits({ call, view, results }: Bridge, args: readonly SpecValue[]): SpecValue[] {
    for (const [i, arg] of args.entries()) writeValue(view, i * SLOT, arg);
    call();
    return results.map((type, i) => readValue(view, i * SLOT, type));
  }

  /**
   * The bridge for a call; undefined where references cross, or where the function's type is more than its
   * parameters and results (a declared subtype). Without `resultTypes` all single results are tried.
   */
  private bridge(
    func: NativeFunction,
    args: readonly SpecValue[],
    resultTypes: InvokeRequest['resultTypes'],
  ): Bridge | undefined {
    const params = args.map((arg) => arg.type).filter((type) => type !== 'ref');
    if (params.length < args.length) return undefined;
    const guesses: readonly (readonly SpecValue['type'][])[] =
      resultTypes === undefined ? guessedResults : [resultTypes];
    for (const guess of guesses) {
      const results = guess.filter((type) => type !== 'ref');
      if (results.length < guess.length) return undefined;
      const bridge = this.linkBridge(func, params, results);
      if (bridge !== undefined) return bridge;
    }
    return undefined;
  }

  private linkBridge(func: NativeFunction, params: ValueType[], results: ValueType[]): Bridge | undefined {
    const key = `${params.join()}:${results.join()}`;
    let known = this.bridges.get(func);
    if (known === undefined) {
      known = new Map();
      this.bridges.set(func, known);
    }
    if (known.has(key)) return known.get(key);
    let module = this.bridgeModules.get(key);
    if (module === undefined) {
      module = new native.Module(adapterBytes(params, results));
      this.bridgeModules.set(key, module);
    }
    let bridge: Bridge | undefined;
    try {
      const instance = new native.Instance(module, { env: { f: func, m: this.memory } });
      bridge = { call: instance.exports.call as () => void, view: new DataView(this.memory.buffer), results };
    } catch (error) {
      if (!(error instanceof native.LinkError)) throw error;
    }
    known.set(key, bridge);
    return bridge;
  }
}

const guessedResults: readonly (readonly ValueType[])[] = [[], ['i32'], ['i64'], ['f32'], ['f64'], ['v128']];

const bits = new DataView(new ArrayBuffer(16));

function toJS(value: SpecValue): unknown {
  switch (value.type) {
    case 'i32':
    case 'i64':
      return value.value;
    case 'f32':
      bits.setUint32(0, value.bits);
      return bits.getFloat32(0);
    case 'f64':
      bits.setBigUint64(0, value.bits);
      return bits.getFloat64(0);
    case 'v128':
      throw new Error('V8 takes no vectors from JavaScript');
    case 'ref':
      return value.kind === 'null' ? null : HostReference.of(value.host ?? 0);
  }
}

function fromJS(result: unknown, types: readonly SpecValue['type'][]): SpecValue[] {
  const values: readonly unknown[] = result === undefined ? [] : Array.isArray(result) ? result : [result];
  if (values.length !== types.length) throw new Error(`${values.length} results`);
  return types.map((type, i) => fromJSValue(values[i], type));
}

function fromJSValue(value: unknown, type: SpecValue['type']): SpecValue {
  switch (type) {
    case 'i32':
      return { type, value: value as number };
    case 'i64':
      return { type, value: value as bigint };
    case 'f32':
      bits.setFloat32(0, value as number);
      return { type, bits: bits.getUint32(0) };
    case 'f64':
      bits.setFloat64(0, value as number);
      return { type, bits: bits.getBigUint64(0) };
    case 'v128':
      throw new Error('V8 gives no vectors to JavaScript');
    case 'ref':
      if (value === null) return { type, kind: 'null' };
      if (value instanceof HostReference) return { type, kind: 'host', host: value.number };
      if (typeof value === 'function') return { type, kind: 'func' };
      return { type, kind: typeof value === 'number' ? 'i31' : 'opaque' };
  }
}
