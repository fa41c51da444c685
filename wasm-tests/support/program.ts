/** Small programs in text format, loaded into an engine of their own, with names for their locations. */

import initWabt from 'wabt';
import { Engine, functionInstructions, instructions, internals, type ModuleInstance } from '../../engine/index.ts';

const wabt = await initWabt();
const features = { tail_call: true, multi_memory: true, extended_const: true, function_references: true };

/** The binary of a module in text format. */
export function assemble(wat: string): Uint8Array {
  const parsed = wabt.parseWat('test.wat', wat, features);
  try {
    return parsed.toBinary({ write_debug_names: true }).buffer;
  } finally {
    parsed.destroy();
  }
}

export type Call = (...args: unknown[]) => unknown;

export interface Program {
  readonly engine: Engine;
  readonly instance: ModuleInstance;
  /** What the module exports, as the JS API has it. */
  readonly exported: Readonly<Record<string, unknown>>;
  /** Calls an export. */
  call(name: string, ...args: unknown[]): unknown;
  /** Index of an exported function. */
  func(name: string): number;
  /** pc of the `nth` occurrence (from 0) of an instruction in a function, by its name in the instruction table. */
  pc(func: number | string, name: string, nth?: number): number;
  /** pcs of all instructions of a function. */
  pcs(func: number | string): number[];
}

export interface ProgramOptions {
  readonly imports?: Record<string, Record<string, unknown>>;
  /** Sees the instance before its start function runs. */
  readonly onInstance?: (instance: ModuleInstance) => void;
  /** An engine to share with other programs. */
  readonly engine?: Engine;
}

export function load(wat: string, { imports = {}, onInstance, engine = new Engine() }: ProgramOptions = {}): Program {
  const { WebAssembly } = engine;
  const stop = engine.observe({ onInstance: (instance) => onInstance?.(instance) });
  const object = new WebAssembly.Instance(new WebAssembly.Module(assemble(wat)), imports as never);
  stop();
  const instance = internals.instanceOf(object);
  const { module } = instance;
  const func = (name: string): number => {
    const found = module.exports.find((e) => e.name === name && e.kind === 'function');
    if (found === undefined) throw new Error(`no exported function ${name}`);
    return found.index;
  };
  const indexOf = (f: number | string): number => (typeof f === 'number' ? f : func(f));
  return {
    engine,
    instance,
    exported: object.exports,
    func,
    call: (name, ...args) => (object.exports[name] as Call)(...args),
    pcs: (f) => [...functionInstructions(module, indexOf(f)).pcs],
    pc: (f, name, nth = 0) => {
      const { pcs, ops } = functionInstructions(module, indexOf(f));
      const places = [...ops.keys()].filter((i) => instructions[ops[i] as number]?.name === name);
      const place = places[nth];
      if (place === undefined) throw new Error(`function ${f} has no ${name} number ${nth}`);
      return pcs[place] as number;
    },
  };
}
