/** The programs on which events are compared with references, and how they run while somebody watches. */

import { readFileSync } from 'node:fs';
import type { Engine, ModuleInstance } from '../../../engine/index.ts';
import type { Exports, Imports, WasmModule, WasmNamespace } from '../../diff/namespace.ts';
import { Transcript } from '../../diff/transcript.ts';
import { assemble } from '../../programs/assemble.ts';
import type { CaseContext } from '../../programs/cases/common.ts';
import { cases } from '../../programs/cases.ts';
import { branchy } from './branchy.ts';
import type { Mark } from './trace.ts';

export interface Watching {
  /** Called with each new instance, before its start function, and its number. */
  attach(instance: ModuleInstance, number: number): void;
  /** Has it seen enough? What the program calls from then on does nothing. */
  readonly isDone?: boolean;
  /** Told where JavaScript calls in and is called. */
  mark?(mark: Mark): void;
}

export interface Program {
  readonly name: string;
  readonly bytes: () => Promise<Uint8Array>;
  readonly run: (context: CaseContext) => void;
}

function example(file: string, calls: readonly (readonly [string, ...unknown[]])[]): Program {
  return {
    name: `${file}.wasm`,
    bytes: async () => readFileSync(new URL(`../../../examples/${file}.wasm`, import.meta.url)),
    run: ({ W, modules, t }) => {
      const { exports } = new W.Instance(modules[0] as WasmModule);
      for (const [name, ...args] of calls) t.call(exports, name, ...args);
    },
  };
}

const fromCases = [...Object.values(cases)]
  .filter(({ sources }) => sources.length === 1)
  .map(({ sources: [file], run }): Program => ({ name: file, bytes: () => assemble(file), run }));

export const programs: readonly Program[] = [
  ...fromCases,
  example('fib', [
    ['fib', 9],
    ['fib_fast', 40],
  ]),
  example('queens', [['queens', 5]]),
  example('sieve', [['primes', 300]]),
  example('mandelbrot', [['inside', 6, 20]]),
  branchy,
];

type Callable = (...args: unknown[]) => unknown;

/** The namespace of an engine, with marks around every call in both directions. */
function watched(engine: Engine, watching: Watching): WasmNamespace {
  const mark = (kept: Mark): void => watching.mark?.(kept);
  const real = engine.WebAssembly as unknown as WasmNamespace;
  const failureOf = (error: unknown): 'trap' | 'host-error' => {
    const isTrap =
      error instanceof real.RuntimeError || (error instanceof RangeError && /stack size/.test(error.message));
    return isTrap ? 'trap' : 'host-error';
  };
  const entering = <T>(action: () => T): T => {
    mark({ kind: 'enter' });
    try {
      const result = action();
      mark({ kind: 'leave', failure: undefined });
      return result;
    } catch (error) {
      mark({ kind: 'leave', failure: failureOf(error) });
      throw error;
    }
  };
  const host = (name: string, callable: Callable): Callable =>
    function (this: unknown, ...args) {
      mark({ kind: 'host', name });
      try {
        return callable.apply(this, args);
      } finally {
        mark({ kind: 'host-return' });
      }
    };
  const imported = (imports: Imports): Imports =>
    mapValues(imports, (fields, module) =>
      mapValues(fields, (value, field) =>
        typeof value === 'function' ? host(`${module}.${field}`, value as Callable) : value,
      ),
    );
  class Instance {
    readonly exports: Exports;

    constructor(module: WasmModule, imports: Imports = {}) {
      const { exports } = entering(() => new real.Instance(module, imported(imports)));
      this.exports = mapValues(exports, (value) =>
        typeof value === 'function'
          ? (...args: unknown[]) =>
              watching.isDone === true ? undefined : entering(() => (value as Callable)(...args))
          : value,
      );
    }
  }
  // The prototype chain keeps everything else of the namespace.
  return Object.assign(Object.create(real) as WasmNamespace, { Instance });
}

function mapValues<T>(object: Readonly<Record<string, T>>, map: (value: T, key: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}

/** Runs a program in an engine that is its own. */
export async function run({ bytes, run: perform }: Program, engine: Engine, watching: Watching): Promise<void> {
  let count = 0;
  engine.observe({ onInstance: (instance) => watching.attach(instance, count++) });
  const W = watched(engine, watching);
  perform({ W, modules: [new W.Module(await bytes())], t: new Transcript(W) });
}
