/** Events of accesses to tables: equal to a slow and obvious reference on all programs, and case by case. */

import { describe, expect, it } from 'vitest';
import { instructions, type ModuleInstance } from '../../engine/index.ts';
import { FilterError } from '../../probes/errors.ts';
import { onTableAccess, type TableAccessEvent, type TableAccessOptions } from '../../probes/events/table-access.ts';
import { loader, tiers } from '../contract/tiers.ts';
import { describeValue } from '../diff/transcript.ts';
import { compareOn } from './reference/data-compare.ts';
import { placeText } from './reference/every-step.ts';
import { programNames } from './reference/programs.ts';
import { type TableEntry, tableReference } from './reference/table-reference.ts';
import { isWhole } from '../support/thorough.ts';

function entryOf(e: TableAccessEvent): TableEntry {
  return {
    place: placeText(e.location),
    access: e.access,
    table: e.table,
    index: e.index,
    count: e.count,
    traps: e.access === 'grow' ? false : e.wouldTrap,
    value: e.value === undefined ? '-' : describeValue(e.value.value),
    values:
      e.access === 'grow' || e.values === undefined ? '-' : e.values.map((v) => describeValue(v.value)).join(', '),
    result: e.access === 'grow' ? e.result : undefined,
  };
}

function logOf(instance: ModuleInstance, options: TableAccessOptions = {}): TableEntry[] {
  const log: TableEntry[] = [];
  onTableAccess(instance, (event) => log.push(entryOf(event)), { value: true, ...options });
  return log;
}

const summary = ({ access, table, index, count, traps, value, values, result }: TableEntry): string =>
  [
    `${access} ${table}[${index}+${count}]`,
    ...(value === '-' ? [] : [value]),
    ...(values === '-' ? [] : [`(${values})`]),
    ...(result === undefined ? [] : [`= ${result}`]),
    ...(traps ? ['traps'] : []),
  ].join(' ');

describe.each(tiers)('accesses to tables in tier $name', (tier) => {
  const load = loader(tier);
  const withAccesses = new Set<string>();

  describe('equal the log of the reference', () => {
    it.each(programNames(tier.name, 3))('%s', async (name) => {
      const comparison = {
        concerns: /^table\.|call_indirect$/,
        events: (instance: ModuleInstance) => logOf(instance),
        reference: tableReference,
      };
      if ((await compareOn(tier, name, comparison)) > 0) withAccesses.add(name);
    });

    it('on many programs', () => {
      expect(withAccesses.size).toBeGreaterThanOrEqual(isWhole ? 10 : 1);
    });
  });

  const wat = `(module (type $t (func (param i32) (result i32)))
    (table $first (export "a") 3 5 funcref) (table $second 4 externref)
    (elem $passive func $double $double) (elem (i32.const 1) $double)
    (func $double (export "double") (type $t) (i32.mul (local.get 0) (i32.const 2)))
    (func (export "call") (param i32) (result i32) (call_indirect $first (type $t) (i32.const 21) (local.get 0)))
    (func (export "tail") (param i32) (result i32) (return_call_indirect $first (type $t) (i32.const 21) (local.get 0)))
    (func (export "get") (param i32) (result externref) (table.get $second (local.get 0)))
    (func $set (export "set") (param i32 externref) (table.set $second (local.get 0) (local.get 1)))
    (func (export "fill") (param i32 externref i32) (table.fill $second (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy") (param i32 i32 i32) (table.copy $first $first (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init") (param i32 i32 i32) (table.init $first $passive (local.get 0) (local.get 1) (local.get 2)))
    (func (export "drop") (elem.drop $passive))
    (func (export "grow") (param i32) (result i32) (table.grow $first (ref.func $double) (local.get 0)))
    (func (export "grow_and_get") (result externref)
      (table.get $second (table.grow $second (ref.null extern) (i32.const 1)))))`;

  it.each([
    ['call', [1], 'read 0[1+1] function 0/1'],
    ['call', [0], 'read 0[0+1] null', /null function/],
    ['call', [3], 'read 0[3+1] traps', /table index is out of bounds/],
    ['tail', [1], 'read 0[1+1] function 0/1'],
    ['get', [0], 'read 1[0+1] null'],
    ['get', [-1], 'read 1[4294967295+1] traps', /table index is out of bounds/],
    ['set', [3, 'x'], 'write 1[3+1] "x"'],
    ['set', [4, 'x'], 'write 1[4+1] "x" traps', /out of bounds/],
    ['fill', [1, 'y', 3], 'write 1[1+3] "y"'],
    ['fill', [2, 'y', 3], 'write 1[2+3] "y" traps', /out of bounds/],
    ['fill', [4, 'y', 0], 'write 1[4+0] "y"'],
    ['copy', [0, 1, 2], 'read 0[1+2] (function 0/1, null), write 0[0+2] (function 0/1, null)'],
    ['copy', [2, 0, 2], 'read 0[0+2] traps, write 0[2+2] traps', /out of bounds/],
    ['copy', [0, 2, 2], 'read 0[2+2] traps, write 0[0+2] traps', /out of bounds/],
    ['init', [1, 0, 2], 'write 0[1+2] (function 0/1, function 0/1)'],
    ['init', [0, 1, 2], 'write 0[0+2] traps', /out of bounds/],
    ['grow', [2], 'grow 0[3+2] function 0/1 = 3'],
    ['grow', [3], 'grow 0[3+3] function 0/1 = -1'],
    ['grow', [-1], 'grow 0[3+4294967295] function 0/1 = -1'],
    ['grow_and_get', [], 'grow 1[4+1] null = 4, read 1[4+1] null'],
  ] as [string, unknown[], string, RegExp?][])('%s %j: %s', (name, args, expected, error) => {
    const p = load(wat);
    const log = logOf(p.instance);
    const call = () => p.call(name, ...args);
    if (error === undefined) call();
    else expect(call).toThrow(error);
    expect(log.map(summary).join(', ')).toBe(expected);
  });

  it('marks an init from a segment that was dropped', () => {
    const p = load(wat);
    const log = logOf(p.instance);
    p.call('drop');
    p.call('init', 0, 0, 0);
    expect(() => p.call('init', 0, 0, 1)).toThrow();
    expect(log.map(summary)).toEqual(['write 0[0+0] ()', 'write 0[0+1] traps']);
  });

  it('sees reads, writes, growth, some tables and functions only', () => {
    const p = load(wat);
    const logs = {
      read: logOf(p.instance, { access: 'read' }),
      write: logOf(p.instance, { access: 'write' }),
      grow: logOf(p.instance, { access: 'grow' }),
      second: logOf(p.instance, { table: 'second' }),
      a: logOf(p.instance, { table: 'a' }),
      set: logOf(p.instance, { functions: 'set' }),
    };
    p.call('copy', 0, 1, 1);
    p.call('grow', 1);
    p.call('set', 0, null);
    const kinds = Object.entries(logs).map(([name, log]) => [
      name,
      log.map((e) => `${e.access[0]}${e.table}`).join(' '),
    ]);
    expect(Object.fromEntries(kinds)).toEqual({
      read: 'r0',
      write: 'w0 w1',
      grow: 'g0',
      second: 'w1',
      a: 'r0 w0 g0',
      set: 'w1',
    });
  });

  it('tells no elements when nobody asks, and detaches', () => {
    const p = load(wat);
    const log: TableAccessEvent[] = [];
    const attachment = onTableAccess(p.instance, (event) => log.push(event));
    p.call('call', 1);
    p.call('copy', 0, 1, 1);
    p.call('grow', 1);
    attachment.detach();
    p.call('call', 1);
    expect(log.map((e) => [e.value, e.access === 'grow' ? undefined : e.values])).toEqual(
      Array.from({ length: 4 }, () => [undefined, undefined]),
    );
    expect(p.instance.funcs.every((func) => func.probes === null)).toBe(true);
  });

  it('refuses tables that there are not', () => {
    const { instance } = load(wat);
    expect(() => onTableAccess(instance, () => undefined, { table: 'frist' })).toThrow(
      new FilterError('frist', 'no table is named "frist"', ['first']),
    );
    expect(() => onTableAccess(load('(module (func))').instance, () => undefined, { table: 0 })).toThrow(
      'there is no table 0: the module has none',
    );
  });

  it('knows all instructions of the table that access tables', () => {
    const effects = ['tableread', 'tablewrite', 'tablegrow'] as const;
    const names = instructions.filter((i) => effects.some((effect) => i.effects.has(effect))).map((i) => i.name);
    expect(names.sort()).toEqual(
      [
        'call_indirect',
        'return_call_indirect',
        'table.get',
        'table.set',
        'table.fill',
        'table.copy',
        'table.init',
        'table.grow',
      ].sort(),
    );
  });
});
