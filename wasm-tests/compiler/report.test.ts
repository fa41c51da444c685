/** What the tier tells of itself. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import {
  type CauseCounts,
  Engine,
  insertExitProbe,
  insertGlobalProbe,
  insertProbe,
  type LocalProbe,
  removeGlobalProbe,
  removeProbe,
  type TierReport,
} from '../../engine/index.ts';
import { load, type Program } from '../support/program.ts';
import { engineIn } from '../support/tiers.ts';

/** A function that calls the host in the middle, one that it calls, one with a loop, and one that is never called. */
const WAT = `(module (import "e" "host" (func $host))
  (func $leaf (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $middle (export "middle") (param i32) (result i32) (call $host) (call $leaf (local.get 0)))
  (func $loop (export "loop") (param $n i32)
    (loop $l (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func $never (export "never")))`;
const LEAF = 1;

function program(engine: Engine, host: (p: Program) => void = () => {}): Program {
  const p: Program = load(WAT, { engine, imports: { e: { host: () => host(p) } } });
  return p;
}

function tiersByName({ functions }: TierReport): Record<string, string> {
  return Object.fromEntries(functions.listed.map(({ name, tier }) => [name, tier]));
}

function lines({ causes }: CauseCounts): string[] {
  return causes.map(({ count, func, cause }) => `${count} ${func}: ${cause}`);
}

const idle: LocalProbe = { name: 'idle', fire: () => {} };

describe('functions', () => {
  test('are counted by tier, and listed but for those that were never called', () => {
    const p = program(engineIn('js'));
    p.call('middle', 1);
    const report = p.engine.tierReport();
    expect(report).toMatchObject({ tier: 'js', threshold: 0, disabled: undefined });
    expect(report.functions).toMatchObject({ interpreted: 0, compiled: 2, refused: 0, untouched: 2 });
    expect(report.functions.listed).toEqual([
      { index: 1, name: 'leaf', tier: 'compiled', invalidations: 0 },
      { index: 2, name: 'middle', tier: 'compiled', invalidations: 0 },
    ]);
    expect(report.compilations).toMatchObject({ functions: 2, loops: 0, refused: 0 });
    expect(report.compilations.timeMs).toBeGreaterThan(0);
  });

  test('are interpreted until the threshold is reached', () => {
    const p = program(engineIn('interpreter'));
    p.call('middle', 1);
    expect(p.engine.tierReport()).toMatchObject({ tier: 'interpreter', threshold: undefined, disabled: undefined });
    expect(tiersByName(p.engine.tierReport())).toEqual({ leaf: 'interpreted', middle: 'interpreted' });
  });

  test('that compiled code calls are compiled at once if they are small, and else after some calls', () => {
    const nops = 'nop '.repeat(1020);
    const wat = `(module
      (func $small) (func $large ${nops})
      (func $hot (export "hot") (param i32) (if (local.get 0) (then (call $small) (call $large)))))`;
    const p = load(wat, { engine: new Engine({ tier: 'auto', threshold: 100 }) });
    for (let i = 0; i < 110; i++) p.call('hot', 0);
    expect(tiersByName(p.engine.tierReport())).toEqual({ hot: 'compiled' });
    p.call('hot', 1);
    expect(tiersByName(p.engine.tierReport())).toEqual({ hot: 'compiled', small: 'compiled', large: 'interpreted' });
    for (let i = 0; i < 4; i++) p.call('hot', 1);
    expect(tiersByName(p.engine.tierReport())).toEqual({ hot: 'compiled', small: 'compiled', large: 'compiled' });
  });

  test('that have many probes with frames are watched for some time before they are compiled', () => {
    const nops = 'nop '.repeat(300);
    const p = load(`(module (func $f (export "f") ${nops}))`, { engine: new Engine({ tier: 'auto', threshold: 100 }) });
    const pcs = p.pcs('f').slice(0, 8);
    for (const pc of pcs) insertProbe(p.instance, p.func('f'), pc, idle);
    for (let i = 0; i < 110; i++) p.call('f');
    expect(tiersByName(p.engine.tierReport())).toEqual({ f: 'interpreted' });
    // Of 305 bytes those above 256 count eight calls each.
    for (let i = 0; i < 400; i++) p.call('f');
    const report = p.engine.tierReport();
    expect(tiersByName(report)).toEqual({ f: 'compiled' });
    expect(report.functions.listed[0]).toMatchObject({ invalidations: 0 });
  });

  test('that are too large are refused, with the reason', () => {
    const nops = 'nop '.repeat(16_700);
    const p = load(`(module (func $huge (export "huge") (result i32) ${nops} (i32.const 7)))`, {
      engine: engineIn('js'),
    });
    expect(p.call('huge')).toBe(7);
    const { functions, compilations } = p.engine.tierReport();
    expect(functions).toMatchObject({ compiled: 0, refused: 1 });
    expect(functions.listed[0]).toMatchObject({
      name: 'huge',
      tier: 'refused',
      reason: expect.stringMatching(/^its body has 167\d\d bytes, more than 16605$/),
    });
    expect(compilations).toMatchObject({ functions: 0, refused: 0 });
  });

  test('whose JavaScript is too large are refused after one attempt', () => {
    const stores = Array.from({ length: 900 }, (_, i) => `(i32.store offset=4 (local.get 0) (i32.const ${i}))`).join(
      ' ',
    );
    const wat = `(module (memory 1) (func $long (export "long") (param i32) (result i32) ${stores} (i32.load offset=4 (local.get 0))))`;
    const p = load(wat, { engine: engineIn('js') });
    for (let i = 0; i < 5; i++) expect(p.call('long', 4)).toBe(899);
    const { functions, compilations } = p.engine.tierReport();
    expect(functions.listed[0]).toMatchObject({
      tier: 'refused',
      reason: 'its JavaScript is too large for V8 to optimise',
    });
    expect(compilations).toMatchObject({ functions: 0, loops: 0, refused: 1 });
  });

  test('that are large are compiled where V8 optimises larger ones', () => {
    const stores = Array.from({ length: 2000 }, (_, i) => `(i32.store offset=4 (local.get 0) (i32.const ${i}))`).join(
      ' ',
    );
    const wat = `(module (memory 1) (func $long (export "long") (param i32) (result i32) ${stores} (i32.load offset=4 (local.get 0))))`;
    const p = load(wat, { engine: new Engine({ tier: 'js', bytecodeLimit: 1_000_000 }) });
    expect(p.call('long', 4)).toBe(1999);
    expect(p.engine.tierReport().functions).toMatchObject({ compiled: 1, refused: 0 });
  });

  test('that only probes made too large are compiled once these are gone', () => {
    const adds = '(local.set 0 (i32.add (local.get 0) (i32.const 1)))'.repeat(300);
    const p = load(`(module (func $f (export "f") (param i32) (result i32) ${adds} (local.get 0)))`, {
      engine: engineIn('js'),
    });
    const tier = (): string | undefined => tiersByName(p.engine.tierReport()).f;
    expect([p.call('f', 1), tier()]).toEqual([301, 'compiled']);
    const func = p.func('f');
    const seen: LocalProbe = { name: 'seen', needs: { locals: true }, fire: () => void fired++ };
    let fired = 0;
    for (const pc of p.pcs('f')) insertProbe(p.instance, func, pc, seen);
    for (let i = 0; i < 20; i++) expect(p.call('f', 1)).toBe(301);
    expect([fired, tier()]).toEqual([20 * p.pcs('f').length, 'refused']);
    for (const pc of p.pcs('f')) removeProbe(p.instance, func, pc, seen);
    expect(tier()).toBe('interpreted');
    for (let i = 0; i < 200; i++) expect(p.call('f', 1)).toBe(301);
    expect([fired, tier()]).toEqual([20 * p.pcs('f').length, 'compiled']);
  });
});

test('entries at loops are counted, and so is the code for them', () => {
  const p = program(engineIn('interpreter'));
  p.call('loop', 5000);
  expect(p.engine.tierReport()).toMatchObject({ osrEntries: 0, compilations: { loops: 0 } });
  const auto = program(new Engine({ tier: 'auto', threshold: 100 }));
  auto.call('loop', 5000);
  expect(auto.engine.tierReport()).toMatchObject({ osrEntries: 1, compilations: { functions: 0, loops: 1 } });
});

describe('what makes code wrong', () => {
  /** Runs `middle` with a change of it in the middle. */
  function afterChange(change: (p: Program) => void): TierReport {
    const p = program(engineIn('js'), change);
    p.call('middle', 1);
    return p.engine.tierReport();
  }

  const leafPc = (p: Program): number => p.pc(LEAF, 'i32.add');

  test('is a probe that is inserted or removed, and the activation that leaves for it is counted', () => {
    const { invalidations, deoptimisations } = afterChange((p) => {
      insertProbe(p.instance, p.func('middle'), p.pc('middle', 'call', 1), idle);
    });
    const expected = [expect.stringMatching(/^1 middle: probe inserted by idle at middle\+\d+$/)];
    expect(lines(invalidations)).toEqual(expected);
    expect(lines(deoptimisations)).toEqual(expected);
    expect([invalidations.total, deoptimisations.total]).toEqual([1, 1]);
  });

  test('is a probe elsewhere, for code that relied on nothing being there', () => {
    const { invalidations, deoptimisations } = afterChange((p) => insertProbe(p.instance, LEAF, leafPc(p), idle));
    expect(lines(invalidations)).toEqual([expect.stringMatching(/^1 middle: probe inserted by idle at leaf\+\d+$/)]);
    expect(lines(deoptimisations)).toEqual(lines(invalidations));
  });

  test('names exit probes with their function, and global probes without', () => {
    const exit = afterChange((p) => insertExitProbe(p.instance, p.func('middle'), { name: 'end', exit: () => {} }));
    expect(lines(exit.deoptimisations)).toEqual(['1 middle: exit probe inserted by end at middle']);
    const global = afterChange((p) => insertGlobalProbe(p.instance, { name: 'all', fire: () => {} }));
    expect(lines(global.deoptimisations)).toEqual(['1 middle: global probe inserted by all']);
  });

  test('leaves out the name of a probe that has none', () => {
    const { deoptimisations } = afterChange((p) => insertProbe(p.instance, p.func('middle'), 0, { fire: () => {} }));
    expect(lines(deoptimisations)).toEqual(['1 middle: probe inserted at middle+0']);
  });

  test('is no cause where no code is', () => {
    const p = program(engineIn('js'));
    insertProbe(p.instance, LEAF, leafPc(p), idle);
    insertProbe(p.instance, p.func('never'), 0, idle);
    expect(p.engine.tierReport().invalidations).toEqual({ total: 0, causes: [], unlisted: 0 });
  });

  test('is listed up to a thousand causes, the most frequent first, and counted beyond', () => {
    const p = program(engineIn('js'));
    p.call('middle', 1);
    const run = (name: string): void => {
      const probe = { name, fire: () => {} };
      insertGlobalProbe(p.instance, probe);
      removeGlobalProbe(p.instance, probe);
      // Compiled again only after many calls, so each round is forced through a program of its own.
      program(p.engine, (q) => insertExitProbe(q.instance, q.func('middle'), { name, exit: () => {} })).call(
        'middle',
        1,
      );
    };
    for (let i = 0; i < 1010; i++) run(`probe ${i}`);
    for (let i = 0; i < 3; i++) run('probe 5');
    const { invalidations, deoptimisations } = p.engine.tierReport();
    expect(deoptimisations).toMatchObject({ total: 1013, unlisted: 10 });
    expect(deoptimisations.causes).toHaveLength(1000);
    expect(deoptimisations.causes[0]).toEqual({
      cause: 'exit probe inserted by probe 5 at middle',
      func: 'middle',
      count: 4,
    });
    expect(invalidations.total).toBe(1015);
  });
});

test('a report is not changed by what happens after it', () => {
  const p = program(engineIn('js'), (q) => insertProbe(q.instance, q.func('middle'), 0, idle));
  const before = p.engine.tierReport();
  const text = JSON.stringify(before);
  p.call('middle', 1);
  expect(JSON.stringify(before)).toBe(text);
  const after = p.engine.tierReport();
  const later = JSON.stringify(after);
  program(p.engine, (q) => insertProbe(q.instance, q.func('middle'), 0, idle)).call('middle', 1);
  expect(JSON.stringify(after)).toBe(later);
});

test('instances that nobody needs any more are not kept, and leave the list; totals stay', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const engine = engineIn('js');
  let gone = 0;
  const registry = new FinalizationRegistry(() => gone++);
  const make = (): void => {
    const p = program(engine, (q) => insertProbe(q.instance, q.func('middle'), 0, idle));
    registry.register(p.instance, 0);
    p.call('middle', 1);
  };
  const kept = program(engine);
  kept.call('loop', 3);
  for (let i = 0; i < 40; i++) make();
  expect(engine.tierReport().functions.listed.length).toBeGreaterThan(1);
  for (let i = 0; i < 50 && gone < 40; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  expect(gone).toBe(40);
  const { functions, deoptimisations } = engine.tierReport();
  expect(functions.listed.map(({ name }) => name)).toEqual(['loop']);
  expect(deoptimisations.total).toBe(40);
});
