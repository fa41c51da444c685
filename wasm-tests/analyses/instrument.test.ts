/** Analyses that code attaches to what runs already. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { instrument, OptionError } from '../../analyses/index.ts';
import { Engine, type WasmInstance } from '../../engine/index.ts';

const bytes = readFileSync(new URL('../../examples/fib.wasm', import.meta.url));

function instanceIn(engine: Engine): WasmInstance {
  const { Module, Instance } = engine.WebAssembly;
  return new Instance(new Module(bytes));
}

const tiers = ['interpreter', 'js', 'auto'] as const;

describe.each(tiers)('instrument, with the tier %s', (tier) => {
  const engine = new Engine({ tier });
  const instance = instanceIn(engine);
  const { fib } = instance.exports;

  test('sees what is called between attaching and detaching', () => {
    fib(5);
    const coverage = instrument(instance, 'calls');
    fib(3);
    coverage.detach();
    fib(6);
    coverage.detach();
    expect(coverage.result().modules[0]?.functions.find(({ name }) => name === 'fib')?.entered).toBe(5);
    expect(coverage.report()).toContain('calls of the program');
  });

  test('takes the exports for the instance, and several at once', () => {
    const other = instanceIn(engine);
    const third = instanceIn(engine);
    const icount = instrument([instance.exports, other], 'icount', { options: { top: 1 } });
    fib(1);
    other.exports.fib(1);
    const both = icount.result().modules.reduce((sum, { executed }) => sum + executed, 0);
    third.exports.fib(1);
    instanceIn(engine).exports.fib(1);
    icount.detach();
    expect(both).toBeGreaterThan(0);
    expect(icount.result().modules.reduce((sum, { executed }) => sum + executed, 0)).toBe(both);
  });
});

describe('instrument refuses', () => {
  const instance = instanceIn(new Engine());

  test('what is no instance of an engine, or of another one than the rest', () => {
    expect(() => instrument({}, 'coverage')).toThrow(TypeError);
    expect(() => instrument([], 'coverage')).toThrow('all instances must be of one engine');
    expect(() => instrument([instance, instanceIn(new Engine())], 'coverage')).toThrow('of one engine');
  });

  test('analyses and options that there are not', () => {
    expect(() => instrument(instance, 'covrage')).toThrow(RangeError);
    expect(() => instrument(instance, 'coverage', { options: { colour: 'red' } })).toThrow(OptionError);
    expect(() => instrument(instance, 'hotness', { options: { top: 'many' } })).toThrow(OptionError);
  });
});
