/** Events of memory accesses: equal to a slow and obvious reference on all programs, and case by case. */

import { describe, expect, it } from 'vitest';
import { type Instruction, instructions, type ModuleInstance } from '../../engine/index.ts';
import { FilterError } from '../../probes/errors.ts';
import { readsValue, writesValue } from '../../engine/runtime/accessed-values.ts';
import { type MemoryAccessEvent, type MemoryAccessOptions, onMemoryAccess } from '../../probes/events/memory-access.ts';
import { unsigned } from '../../probes/events/operands.ts';
import { loader, tiers } from '../contract/tiers.ts';
import { compareOn } from './reference/data-compare.ts';
import { placeText, valueText } from './reference/every-step.ts';
import { type AccessEntry, memoryReference } from './reference/memory-reference.ts';
import { programNames } from './reference/programs.ts';
import { isWhole } from '../support/thorough.ts';

function entryOf(e: MemoryAccessEvent): AccessEntry {
  return {
    place: placeText(e.location),
    access: e.access,
    memory: e.memory,
    address: e.address,
    width: e.width,
    traps: e.wouldTrap,
    value: valueText(e.value),
    bytes: e.bytes === undefined ? '-' : Buffer.from(e.bytes).toString('hex'),
  };
}

/** The log of an instance, by events. */
function logOf(instance: ModuleInstance, options: MemoryAccessOptions = {}): AccessEntry[] {
  const log: AccessEntry[] = [];
  onMemoryAccess(instance, (event) => log.push(entryOf(event)), { value: true, ...options });
  return log;
}

const summary = ({ access, memory, address, width, value, traps }: AccessEntry): string =>
  `${access} ${memory}[${address}+${width}] ${value}${traps ? ' traps' : ''}`;

describe.each(tiers)('memory accesses in tier $name', (tier) => {
  const load = loader(tier);
  const withAccesses = new Set<string>();

  describe('equal the log of the reference', () => {
    it.each(programNames(tier.name, 2))('%s', async (name) => {
      const comparison = {
        concerns: /\.(load|store)|^memory\./,
        events: (instance: ModuleInstance) => logOf(instance),
        reference: memoryReference,
      };
      if ((await compareOn(tier, name, comparison)) > 0) withAccesses.add(name);
    });

    it('on many programs', () => {
      expect(withAccesses.size).toBeGreaterThanOrEqual(isWhole ? 10 : 1);
    });
  });

  describe('vector accesses', () => {
    const all = instructions.filter((i) => i.feature === 'simd' && i.immediates[0] === 'memarg');
    const body = (i: Instruction): string => {
      const lane = i.immediates.includes('lane') ? ' 1' : '';
      const vector = '(v128.load (i32.const 32))';
      const isStore = i.access.writes !== undefined;
      const operands = `(i32.const 3)${isStore || lane !== '' ? ` ${vector}` : ''}`;
      const access = `(${i.mnemonic} offset=4${lane} ${operands})`;
      return isStore ? access : `(drop ${access})`;
    };

    it.each(all.map((i) => [i.mnemonic, i] as const))('%s', (_name, i) => {
      const wat = `(module (memory 1) (data (i32.const 0) "\\01\\82\\03\\84\\05\\86\\07\\88\\f9\\0a\\fb\\0c\\fd\\0e\\ff\\00\\91\\12\\93\\14\\95\\16\\97\\18\\99\\1a\\9b\\1c\\9d\\1e\\9f\\20\\a1\\22\\a3\\24\\a5\\26\\a7\\28\\a9\\2a\\ab\\2c\\ad\\2e\\af\\30")
        (func (export "f") ${body(i)}))`;
      const p = load(wat);
      const reference = memoryReference(p.instance);
      const log = logOf(p.instance);
      p.call('f');
      expect(log).toEqual(reference);
      const { address, width, traps } = log.at(-1) as AccessEntry;
      expect([address, width, traps]).toEqual([7, i.access.reads ?? i.access.writes, false]);
    });
  });

  it('every access of the table can tell its value', () => {
    const accesses = instructions.filter((i) => i.immediates[0] === 'memarg');
    expect(accesses.length).toBeGreaterThan(40);
    for (const i of accesses) {
      expect(i.access.reads === undefined ? writesValue(i) : readsValue(i), i.name).toBeTypeOf('function');
    }
  });

  const wat = `(module (memory $first (export "a") 1) (memory $second 1)
    (data (i32.const 8) "\\ff\\fe\\fd\\fc\\fb\\fa\\f9\\f8") (data $passive "abcdef")
    (func $load (export "load") (param i32) (result i64) (i64.load32_s offset=4 (local.get 0)))
    (func $store (export "store") (param i32 i32) (i32.store16 $second (local.get 0) (local.get 1)))
    (func (export "copy") (param i32 i32 i32) (memory.copy $second $first (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init") (param i32 i32 i32) (memory.init $second $passive (local.get 0) (local.get 1) (local.get 2)))
    (func (export "drop") (data.drop $passive))
    (func (export "fill") (param i32 i32 i32) (memory.fill $first (local.get 0) (local.get 1) (local.get 2))))`;

  it('tells address, width, value and memory', () => {
    const p = load(wat);
    const log = logOf(p.instance);
    p.call('load', 8);
    p.call('store', 2, -1);
    p.call('copy', 0, 8, 3);
    p.call('init', 1, 2, 4);
    p.call('fill', 100, 0x1ff, 0);
    expect(log.map(summary)).toEqual([
      'read 0[12+4] i64 -117835013n',
      'write 1[2+2] i32 65535',
      'read 0[8+3] -',
      'write 1[0+3] -',
      'write 1[1+4] -',
      'write 0[100+0] i32 255',
    ]);
    expect(log.map(({ bytes }) => bytes)).toEqual(['-', '-', 'fffefd', 'fffefd', '63646566', '-']);
  });

  it.each([
    ['load', [-8], 'read 0[4294967292+4] - traps'],
    ['load', [-1], 'read 0[4294967299+4] - traps'],
    ['load', [65528], 'read 0[65532+4] i64 0n'],
    ['load', [65529], 'read 0[65533+4] - traps'],
    ['store', [65535, 5], 'write 1[65535+2] i32 5 traps'],
    ['fill', [65536, 0, 1], 'write 0[65536+1] i32 0 traps'],
    ['fill', [65536, 0, 0], 'write 0[65536+0] i32 0'],
    ['init', [0, 3, 4], 'write 1[0+4] - traps'],
  ])('marks what would trap: %s %j', (name, args, expected) => {
    const p = load(wat);
    const log = logOf(p.instance);
    const call = () => p.call(name, ...args);
    if (expected.endsWith('traps')) expect(call).toThrow('memory access out of bounds');
    else call();
    expect(log.map(summary)).toEqual([expected]);
  });

  it('marks both accesses of a copy that traps for one of them, and those of a segment that was dropped', () => {
    const p = load(wat);
    const log = logOf(p.instance);
    expect(() => p.call('copy', 65535, 0, 2)).toThrow();
    expect(() => p.call('copy', 0, 65535, 2)).toThrow();
    p.call('drop');
    expect(() => p.call('init', 0, 0, 1)).toThrow();
    expect(log.map(summary)).toEqual([
      'read 0[0+2] - traps',
      'write 1[65535+2] - traps',
      'read 0[65535+2] - traps',
      'write 1[0+2] - traps',
      'write 1[0+1] - traps',
    ]);
  });

  it('tells no values when nobody asks, and detaches', () => {
    const p = load(wat);
    const log: MemoryAccessEvent[] = [];
    const attachment = onMemoryAccess(p.instance, (event) => log.push(event));
    p.call('load', 8);
    p.call('init', 0, 0, 3);
    attachment.detach();
    p.call('load', 8);
    expect(log.map(({ value, bytes }) => [value, bytes])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(p.instance.funcs.every((func) => func.probes === null)).toBe(true);
  });

  it('sees reads, writes, some memories, instructions and functions only', () => {
    const p = load(wat);
    const logs = {
      reads: logOf(p.instance, { access: 'read' }),
      writes: logOf(p.instance, { access: 'write' }),
      second: logOf(p.instance, { memory: 'second' }),
      a: logOf(p.instance, { memory: ['a'] }),
      stores: logOf(p.instance, { instructions: 'store' }),
      load: logOf(p.instance, { functions: 'load' }),
    };
    p.call('load', 8);
    p.call('store', 2, -1);
    p.call('copy', 0, 8, 3);
    const kinds = Object.entries(logs).map(([name, log]) => [
      name,
      log.map((e) => `${e.access[0]}${e.memory}`).join(' '),
    ]);
    expect(Object.fromEntries(kinds)).toEqual({
      reads: 'r0 r0',
      writes: 'w1 w1',
      second: 'w1 w1',
      a: 'r0 r0',
      stores: 'w1',
      load: 'r0',
    });
  });

  it('refuses filters that select nothing, and says what there is', () => {
    const { instance } = load(wat);
    const attach = (options: MemoryAccessOptions) => () => onMemoryAccess(instance, () => undefined, options);
    expect(attach({ memory: 2 })).toThrow('there is no memory 2: the module has numbers 0 to 1');
    expect(attach({ memory: 'secnd' })).toThrow('no memory is named "secnd"; did you mean "second"?');
    expect(attach({ instructions: 'i32.add' })).toThrow(FilterError);
    expect(attach({ instructions: 'store', access: 'read' })).toThrow(
      'no instruction that reads a memory is selected by "store"',
    );
    expect(attach({ functions: 'lod' })).toThrow(FilterError);
    expect(instance.funcs.every((func) => func.probes === null)).toBe(true);
  });

  it('reads memory that the program or the host has grown', () => {
    const p = load(`(module (memory (export "m") 1)
      (func (export "f") (param i32) (result i32)
        (drop (memory.grow (i32.const 1)))
        (i32.store (local.get 0) (i32.const 7))
        (i32.load (local.get 0))))`);
    const log = logOf(p.instance);
    p.call('f', 65536);
    p.instance.memories[0]?.native.grow(3);
    p.call('f', 65536 * 5);
    expect(log.map(summary)).toEqual([
      'write 0[65536+4] i32 7',
      'read 0[65536+4] i32 7',
      'write 0[327680+4] i32 7',
      'read 0[327680+4] i32 7',
    ]);
  });

  it('keeps the bits of NaNs', () => {
    const p = load(`(module (memory 1) (data (i32.const 0) "\\45\\23\\a1\\7f")
      (func (export "f") (f32.store (i32.const 4) (f32.load (i32.const 0)))))`);
    const log = logOf(p.instance);
    p.call('f');
    expect(log.map(summary)).toEqual(['read 0[0+4] f32 NaN (7fa12345)', 'write 0[4+4] f32 NaN (7fa12345)']);
  });

  it('declares only what it reads, and adds what the handler declares', () => {
    const p = load(wat);
    const seen: unknown[] = [];
    onMemoryAccess(p.instance, ({ frame }) => seen.push(frame.local(0).value), {
      needs: { locals: true },
      name: 'mine',
    });
    p.call('load', 8);
    expect(seen).toEqual([8]);
    onMemoryAccess(p.instance, ({ frame }) => frame.depth, { name: 'greedy' });
    expect(() => p.call('load', 8)).toThrow(/the depth must be declared/);
  });

  it('takes addresses and lengths as unsigned numbers', () => {
    expect([-1, 5, -1n, 5n].map(unsigned)).toEqual([0xffff_ffff, 5, 2 ** 64, 5]);
  });
});
