import { describe, expect, it } from 'vitest';
import { functionLocations, type Location, type ModuleInstance, ProbeError } from '../../engine/index.ts';
import { atEntry, atLocation, CountProbe, everyInstruction, FilterError, placeProbes } from '../../probes/index.ts';
import { loader, thrownBy, tiers } from '../contract/tiers.ts';
import { everyStep, placeText } from './reference/every-step.ts';
import { programNames, runProgram } from './reference/programs.ts';

const FIB = `(module
  (func $fib (export "fib") (param $n i32) (result i32)
    (if (result i32) (i32.lt_s (local.get $n) (i32.const 2)) (then (local.get $n))
      (else (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1))) (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
  (func $other (export "other") (result i32) (call $fib (i32.const 3))))`;

function isClean(instance: ModuleInstance): boolean {
  return (
    instance.globalProbes.length === 0 &&
    instance.funcs.every((func) => func.probes === null && func.code === (func.made?.units ?? null) && func.entry === 1)
  );
}

describe.each(tiers)('primitives in tier $name', (tier) => {
  const load = loader(tier);

  it('at a location: the handler gets the frame and the location, each time', () => {
    const p = load(FIB);
    const seen: unknown[] = [];
    const pc = p.pc('fib', 'i32.sub', 1);
    const place = { func: 'fib', pc };
    const attachment = atLocation(
      p.instance,
      place,
      ({ frame, location }) => seen.push([frame.pc, location.pc, location.instruction.name, frame.operand(0).value]),
      { needs: { operands: 1 } },
    );
    p.call('fib', 3);
    expect(seen).toEqual([
      [pc, pc, 'i32.sub', 2],
      [pc, pc, 'i32.sub', 2],
    ]);
    attachment.detach();
    attachment.detach();
    p.call('fib', 3);
    expect(seen.length).toBe(2);
    expect(isClean(p.instance)).toBe(true);
  });

  it('at a location that does not exist: refused, and nothing is left in the functions where it does', () => {
    const p = load(FIB);
    const pcs = new Set(p.pcs('other'));
    const pc = p.pcs('fib').find((candidate) => !pcs.has(candidate)) as number;
    const error = thrownBy(() => atLocation(p.instance, { func: '*', pc }, () => {}));
    expect(error).toBeInstanceOf(ProbeError);
    expect((error as ProbeError).nearest.length).toBeGreaterThan(0);
    expect(isClean(p.instance)).toBe(true);
    expect(thrownBy(() => atLocation(p.instance, { func: 'fub', pc }, () => {}))).toMatchObject({ nearest: ['fib'] });
    expect(() => atLocation(p.instance, { func: 'fib', pc: 0 }, () => {})).toThrow('use atEntry');
  });

  it('at the entry: once for each activation, of the functions that are wanted', () => {
    const p = load(FIB);
    const log: unknown[] = [];
    const all = atEntry(p.instance, ({ func }) => log.push(func));
    const one = atEntry(p.instance, ({ frame }) => log.push(`n=${frame.local(0).value}`), {
      functions: 'fib',
      needs: { locals: true },
    });
    p.call('other');
    expect(log).toEqual([1, 0, 'n=3', 0, 'n=2', 0, 'n=1', 0, 'n=0', 0, 'n=1']);
    all.detach();
    one.detach();
    expect(isClean(p.instance)).toBe(true);
  });

  it('every instruction of chosen functions: those of the others are left alone', () => {
    const p = load(FIB);
    const log: string[] = [];
    const attachment = everyInstruction(p.instance, ({ location }) => log.push(placeText(location)), {
      functions: 'other',
    });
    p.call('other');
    const expected = functionLocations(p.instance.module, p.func('other')).map(placeText);
    expect(log).toEqual(expected);
    expect(p.instance.funcs[0]?.probes).toBe(null);
    attachment.detach();
    expect(isClean(p.instance)).toBe(true);
  });

  it.each(programNames(tier.name, 0))(
    'every instruction of %s: by one global probe and by one probe each',
    async (name) => {
      // One number for a place: there are up to a million events.
      const logs: [number[], number[], number[]] = [[], [], []];
      const number = ({ func, pc }: Location): number => func * 2 ** 32 + pc;
      await runProgram(tier.engine(), name, {
        attach: (instance) => {
          everyStep(instance, (_, location) => void logs[0].push(number(location)));
          everyInstruction(instance, ({ location }) => void logs[1].push(number(location)));
          if (instance.module.bodies.length === 0) return;
          everyInstruction(instance, ({ location }) => void logs[2].push(number(location)), { functions: '*' });
        },
      });
      const [expected, ...found] = logs;
      for (const log of found) {
        expect(log.length).toBe(expected.length);
        expect(log.findIndex((place, i) => place !== expected[i])).toBe(-1);
      }
    },
  );

  it('a handler that fails is named by its option, its own name, or the kind of event', () => {
    const p = load(FIB);
    const fail = (): never => {
      throw new Error('no');
    };
    for (const [options, name] of [
      [{ name: 'watcher' }, 'watcher'],
      [{}, 'fail'],
    ] as const) {
      const attachment = atEntry(p.instance, fail, options);
      expect(thrownBy(() => p.call('other'))).toMatchObject({ probe: name, func: 1, pc: 0 });
      attachment.detach();
    }
    everyInstruction(p.instance, () => fail());
    expect(thrownBy(() => p.call('other'))).toMatchObject({
      probe: 'everyInstruction',
      func: 1,
      pc: p.pcs('other')[0],
    });
  });

  it('a handler that reads what it did not declare is told so', () => {
    const p = load(FIB);
    atEntry(p.instance, ({ frame }) => void frame.local(0), { functions: 'fib' });
    expect(() => p.call('fib', 1)).toThrow('locals: true');
  });

  it("one's own probes at all instructions of a kind", () => {
    const p = load(FIB);
    const counts = new Map<string, CountProbe>();
    const shared = new CountProbe();
    const attachment = placeProbes(
      p.instance,
      'call, i32.*',
      ({ instruction: { name } }) => {
        if (name === 'i32.const') return undefined;
        if (name !== 'call') return shared;
        const probe = new CountProbe();
        counts.set(`call ${counts.size}`, probe);
        return probe;
      },
      { functions: 'fib' },
    );
    p.call('fib', 6);
    // 25 activations, 12 of which call twice: 25 comparisons, 24 subtractions, 12 additions.
    expect([...counts.values()].map(({ count }) => count)).toEqual([12, 12]);
    expect(shared.count).toBe(61);
    attachment.detach();
    expect(isClean(p.instance)).toBe(true);
    expect(thrownBy(() => placeProbes(p.instance, 'cal', () => shared))).toBeInstanceOf(FilterError);
  });
});
