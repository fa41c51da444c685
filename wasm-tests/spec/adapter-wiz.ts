/** Wiz behind the runner's interface, at the level of engine objects, where every bit of a value is visible. */

import { decodeModule } from '../../engine/binary/decode.ts';
import { InvalidError, MalformedError, UnsupportedError } from '../../engine/isa/errors.ts';
import { Trap } from '../../engine/isa/trap.ts';
import { F32, F64, HEAP, heapOf, I32, I64, V128, type ValType } from '../../engine/isa/valtype.ts';
import type { Module } from '../../engine/module/module.ts';
import { type FuncType, funcTypeOf, internFuncType, isHeapSubtype } from '../../engine/module/types.ts';
import { validateModule } from '../../engine/module/validate.ts';
import type { Executor } from '../../engine/runtime/executor.ts';
import { FuncInstance } from '../../engine/runtime/function.ts';
import { GlobalInstance } from '../../engine/runtime/global.ts';
import type { ExternInstance, ModuleInstance } from '../../engine/runtime/instance.ts';
import { instantiate } from '../../engine/runtime/instantiate.ts';
import { UnlinkableError } from '../../engine/runtime/link.ts';
import { SLOT_BYTES, SLOT_I32, SLOT_I64, Slots } from '../../engine/runtime/value.ts';
import { engineIn, tierNames } from '../support/tiers.ts';
import type { RefValue, SpecValue } from '../support/wast-values.ts';
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

/** The tiers that can run the suite. */
export const tiers: Readonly<Record<string, () => Executor>> = Object.fromEntries(
  tierNames.map((name) => [name, () => engineIn(name).executor]),
);

const hostTypes: Readonly<Record<HostParam, ValType>> = { i32: I32, i64: I64, f32: F32, f64: F64 };

export class WizEngine implements Engine<Module, ModuleInstance, ExternInstance> {
  readonly name = 'wiz';
  private readonly executor: Executor;

  constructor(executor: Executor) {
    this.executor = executor;
  }

  compile(bytes: Uint8Array): CompileOutcome<Module> {
    try {
      const module = decodeModule(bytes);
      validateModule(module);
      return { kind: 'module', module };
    } catch (error) {
      if (error instanceof MalformedError) return { kind: 'malformed', message: error.detail };
      if (error instanceof InvalidError) return { kind: 'invalid', message: error.detail };
      if (error instanceof UnsupportedError) return unsupported(error);
      throw error;
    }
  }

  imports(module: Module): readonly ImportName[] {
    return module.imports;
  }

  instantiate(module: Module, resolve: Resolve<ExternInstance>): InstantiateOutcome<ModuleInstance> {
    const imports: ExternInstance[] = [];
    for (const entry of module.imports) {
      const value = resolve(entry.module, entry.name);
      // The engine is only asked with something for every import: what does not exist is the embedder's business.
      if (value === undefined) return { kind: 'unlinkable', message: `unknown import ${entry.module}.${entry.name}` };
      imports.push(value);
    }
    try {
      return { kind: 'instance', instance: instantiate(module, imports, this.executor) };
    } catch (error) {
      if (error instanceof UnlinkableError) {
        return { kind: 'unlinkable', message: `incompatible import type: ${error.message}` };
      }
      if (error instanceof UnsupportedError) return unsupported(error);
      return abrupt(error);
    }
  }

  exported(instance: ModuleInstance, name: string): ExternInstance | undefined {
    const entry = instance.module.exports.find((e) => e.name === name);
    if (entry === undefined) return undefined;
    const spaces = {
      function: instance.funcs,
      table: instance.tables,
      memory: instance.memories,
      global: instance.globals,
      tag: instance.tags,
    };
    return spaces[entry.kind][entry.index];
  }

  invoke(instance: ModuleInstance, { name, args }: InvokeRequest): InvokeOutcome {
    const func = this.exported(instance, name);
    if (!(func instanceof FuncInstance)) throw new Error(`no exported function ${JSON.stringify(name)}`);
    const { params, results } = func.signature;
    checkArguments(name, args, params);
    const slots = new Slots(Math.max(params.length, results.length, 1));
    for (const [i, arg] of args.entries()) writeSlot(slots, i, arg);
    try {
      this.executor.invoke(func, slots, slots);
    } catch (error) {
      return abrupt(error);
    }
    return { kind: 'return', values: results.map((type, i) => readSlot(slots, i, type)) };
  }

  get(instance: ModuleInstance, name: string): SpecValue {
    const global = this.exported(instance, name);
    if (!(global instanceof GlobalInstance)) throw new Error(`no exported global ${JSON.stringify(name)}`);
    return readSlot(global.slots, 0, global.type.type);
  }

  hostFunction(params: readonly HostParam[]): ExternInstance {
    const type = internFuncType(
      params.map((param) => hostTypes[param]),
      [],
    );
    return new FuncInstance(type, funcTypeOf(type) as FuncType, null, -1, () => undefined);
  }
}

function unsupported(error: UnsupportedError): CompileOutcome<never> & { kind: 'unsupported' } {
  return { kind: 'unsupported', feature: error.feature, message: error.message };
}

function abrupt(error: unknown): Abrupt {
  if (!(error instanceof Trap)) throw error;
  return { kind: error.kind === 'exhaustion' ? 'exhaustion' : 'trap', message: error.message };
}

const typeCodes: Readonly<Record<string, ValType>> = { i32: I32, i64: I64, f32: F32, f64: F64, v128: V128 };

/** A wrong argument would be read as other bits: the script's mistake must not look like the engine's. */
function checkArguments(name: string, args: readonly SpecValue[], params: readonly ValType[]): void {
  const agree = (arg: SpecValue, i: number): boolean => arg.type === 'ref' || typeCodes[arg.type] === params[i];
  if (args.length !== params.length || !args.every(agree)) throw new Error(`wrong arguments for ${name}`);
}

function writeSlot(slots: Slots, slot: number, value: SpecValue): void {
  switch (value.type) {
    case 'i32':
      slots.i32[slot * SLOT_I32] = value.value;
      break;
    case 'i64':
      slots.i64[slot * SLOT_I64] = value.value;
      break;
    case 'f32':
      slots.i32[slot * SLOT_I32] = value.bits;
      break;
    case 'f64':
      slots.i64[slot * SLOT_I64] = value.bits;
      break;
    case 'v128':
      slots.u8.set(value.bytes, slot * SLOT_BYTES);
      break;
    case 'ref':
      slots.refs[slot] = value.kind === 'null' ? null : HostReference.of(value.host ?? 0);
      break;
  }
}

function readSlot(slots: Slots, slot: number, type: ValType): SpecValue {
  switch (type) {
    case I32:
      return { type: 'i32', value: slots.i32[slot * SLOT_I32] as number };
    case I64:
      return { type: 'i64', value: slots.i64[slot * SLOT_I64] as bigint };
    case F32:
      return { type: 'f32', bits: (slots.i32[slot * SLOT_I32] as number) >>> 0 };
    case F64:
      return { type: 'f64', bits: BigInt.asUintN(64, slots.i64[slot * SLOT_I64] as bigint) };
    case V128:
      return { type: 'v128', bytes: new Uint8Array(slots.u8.slice(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES)) };
    default:
      return readRef(slots.refs[slot], type);
  }
}

function readRef(value: unknown, type: ValType): RefValue {
  if (value === null) return { type: 'ref', kind: 'null' };
  if (value instanceof HostReference) return { type: 'ref', kind: 'host', host: value.number };
  if (value instanceof FuncInstance) return { type: 'ref', kind: 'func' };
  const heap = heapOf(type);
  if (isHeapSubtype(heap, HEAP.extern)) return { type: 'ref', kind: 'extern' };
  return { type: 'ref', kind: isHeapSubtype(heap, HEAP.exn) ? 'exn' : 'opaque' };
}
