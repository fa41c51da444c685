/** Events of accesses to globals: equal to a slow and obvious reference on all programs, and case by case. */

import { describe, expect, it } from 'vitest';
import type { ModuleInstance } from '../../engine/index.ts';
import { type GlobalAccessEvent, type GlobalAccessOptions, onGlobalAccess } from '../../probes/events/global-access.ts';
import { loader, tiers } from '../contract/tiers.ts';
import { compareOn } from './reference/data-compare.ts';
import { placeText, valueText } from './reference/every-step.ts';
import { type GlobalEntry, globalReference } from './reference/global-reference.ts';
import { programNames } from './reference/programs.ts';
import { isWhole } from '../support/thorough.ts';

function entryOf({ location, access, global, before, after }: GlobalAccessEvent): GlobalEntry {
  return { place: placeText(location), access, global, before: valueText(before), after: valueText(after) };
}

function logOf(instance: ModuleInstance, options: GlobalAccessOptions = {}): GlobalEntry[] {
  const log: GlobalEntry[] = [];
  onGlobalAccess(instance, (event) => log.push(entryOf(event)), options);
  return log;
}

const summary = ({ access, global, before, after }: GlobalEntry): string =>
  access === 'read' ? `read ${global}: ${before}` : `write ${global}: ${before} -> ${after}`;

describe.each(tiers)('accesses to globals in tier $name', (tier) => {
  const load = loader(tier);
  const withAccesses = new Set<string>();

  describe('equal the log of the reference', () => {
    it.each(programNames(tier.name, 5))('%s', async (name) => {
      const comparison = {
        concerns: /^global\./,
        events: (instance: ModuleInstance) => logOf(instance),
        reference: globalReference,
      };
      if ((await compareOn(tier, name, comparison)) > 0) withAccesses.add(name);
    });

    it('on many programs', () => {
      expect(withAccesses.size).toBeGreaterThanOrEqual(isWhole ? 10 : 1);
    });
  });

  const wat = `(module (import "host" "shared" (global $shared (mut i64))) (import "host" "f" (func $f))
    (global $count (export "counter") (mut i32) (i32.const 5)) (global $half (mut f32) (f32.const 0.5))
    (global $wide (mut v128) (v128.const i32x4 1 2 3 4)) (global $ref (mut externref) (ref.null extern))
    (func $bump (export "bump") (global.set $count (i32.add (global.get $count) (i32.const 1))))
    (func (export "nan") (global.set $half (f32.reinterpret_i32 (i32.const 0x7fa12345))) (drop (global.get $half)))
    (func (export "vector") (global.set $wide (i32x4.neg (global.get $wide))))
    (func (export "keep") (param externref) (global.set $ref (local.get 0)))
    (func (export "around") (global.set $shared (i64.const 7)) (call $f) (drop (global.get $shared))))`;

  function newProgram() {
    const engine = tier.engine();
    const shared = new engine.WebAssembly.Global({ value: 'i64', mutable: true }, 1n);
    const f = () => {
      shared.value = -3n;
    };
    return load(wat, { engine, imports: { host: { shared, f } } });
  }

  it('tells the value before and after, for all types', () => {
    const p = newProgram();
    const log = logOf(p.instance);
    const object = 'thing';
    p.call('bump');
    p.call('nan');
    p.call('vector');
    p.call('keep', object);
    expect(log.map(summary)).toEqual([
      'read 1: i32 5',
      'write 1: i32 5 -> i32 6',
      'write 2: f32 0.5 (3f000000) -> f32 NaN (7fa12345)',
      'read 2: f32 NaN (7fa12345)',
      'read 3: v128 01000000020000000300000004000000',
      'write 3: v128 01000000020000000300000004000000 -> v128 fffffffffefffffffdfffffffcffffff',
      'write 4: null -> "thing"',
    ]);
  });

  it('shows what the host has written in between', () => {
    const p = newProgram();
    const log = logOf(p.instance, { global: 'host.shared' });
    p.call('around');
    expect(log.map(summary)).toEqual(['write 0: i64 1n -> i64 7n', 'read 0: i64 -3n']);
  });

  it('sees reads, writes, some globals and functions only', () => {
    const p = newProgram();
    const logs = {
      reads: logOf(p.instance, { access: 'read' }),
      writes: logOf(p.instance, { access: 'write' }),
      counter: logOf(p.instance, { global: 'counter' }),
      both: logOf(p.instance, { global: ['half', 1] }),
      bump: logOf(p.instance, { functions: 'bump' }),
    };
    p.call('bump');
    p.call('nan');
    const kinds = Object.entries(logs).map(([name, log]) => [
      name,
      log.map((e) => `${e.access[0]}${e.global}`).join(' '),
    ]);
    expect(Object.fromEntries(kinds)).toEqual({
      reads: 'r1 r2',
      writes: 'w1 w2',
      counter: 'r1 w1',
      both: 'r1 w1 w2 r2',
      bump: 'r1 w1',
    });
  });

  it('detaches, and refuses globals that there are not', () => {
    const p = newProgram();
    const log: unknown[] = [];
    const attachment = onGlobalAccess(p.instance, (event) => log.push(event));
    attachment.detach();
    p.call('bump');
    expect(log).toEqual([]);
    expect(p.instance.funcs.every((func) => func.probes === null)).toBe(true);
    expect(() => onGlobalAccess(p.instance, () => undefined, { global: 'conter' })).toThrow(
      'no global is named "conter"; did you mean "counter"',
    );
    expect(() => onGlobalAccess(p.instance, () => undefined, { global: 9 })).toThrow(
      'there is no global 9: the module has numbers 0 to 4',
    );
  });
});
