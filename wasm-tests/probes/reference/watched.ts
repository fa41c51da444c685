/** A namespace that tells where JavaScript calls into a program and is called by it, for references that need to know. */

import type { Engine } from '../../../engine/index.ts';
import type { Exports, Imports, WasmModule, WasmNamespace } from '../../diff/namespace.ts';
import type { Mark } from './trace.ts';

export interface Marking {
  /** Told where JavaScript calls in and is called. */
  mark?(mark: Mark): void;
  /** Has it seen enough? What the program calls from then on does nothing. */
  readonly isDone?: boolean;
}

type Callable = (...args: unknown[]) => unknown;

/** The namespace of an engine, with marks around every call in both directions. */
export function watched(engine: Engine, watching: Marking): WasmNamespace {
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
