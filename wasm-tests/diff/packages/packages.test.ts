/** Real modules from npm: their own JavaScript gets the engine's namespace, and does the same as with the host's. */

import { describe, expect, test } from 'vitest';
import { native, type WasmNamespace, wiz } from '../namespace.ts';
import { type Results, useEsModuleLexer, useHashWasm, useOniguruma, useSourceMap, useSqlJs } from './uses.ts';

const packages: Readonly<Record<string, (W: WasmNamespace) => Promise<Results>>> = {
  'source-map': useSourceMap,
  'sql.js': useSqlJs,
  'hash-wasm': useHashWasm,
  'vscode-oniguruma': useOniguruma,
  'es-module-lexer': useEsModuleLexer,
};

/** The namespace, and how many modules were instantiated through it: glue that found another way would compare nothing. */
function counted(W: WasmNamespace): { W: WasmNamespace; instances: () => number } {
  let instances = 0;
  const count = <T>(value: T): T => {
    instances++;
    return value;
  };
  const { Instance } = W;
  const own = Object.create(W, {
    instantiate: { value: (...args: Parameters<WasmNamespace['instantiate']>) => count(W.instantiate(...args)) },
    Instance: {
      value: class extends Instance {
        constructor(...args: ConstructorParameters<typeof Instance>) {
          super(...args);
          count(this);
        }
      },
    },
  });
  return { W: own, instances: () => instances };
}

describe('packages', () => {
  test.each(Object.entries(packages))('%s', async (_name, use) => {
    const expected = await use(native.W);
    expect(expected.length).toBeGreaterThan(20);
    const { W, instances } = counted(wiz.W);
    expect(await use(W)).toEqual(expected);
    expect(instances()).toBeGreaterThan(0);
  });
});
