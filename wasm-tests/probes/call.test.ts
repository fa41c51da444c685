import { describe, expect, it } from 'vitest';
import type { FuncInstance, ModuleInstance } from '../../engine/index.ts';
import { type CallEvent, onCall, onCallReturn } from '../../probes/events/call.ts';
import { onHostCall } from '../../probes/events/host-call.ts';
import { loader, tiers } from '../contract/tiers.ts';
import { compareLogs } from './reference/compare.ts';
import { at, callReturns, calls, hostCalls, targetName } from './reference/control.ts';
import { texts } from './reference/trace.ts';
import { fewest } from '../support/thorough.ts';

type Names = Map<FuncInstance, string>;

/** Lines of events, one writer for each instance; `hosts` are the host functions of all of them, which tables pass on. */
function lineOf(instance: ModuleInstance, number: number, hosts: Names): (event: CallEvent) => string {
  const names = instance.module.imports.filter((i) => i.type.kind === 'function').map((i) => `${i.module}.${i.name}`);
  for (const [i, name] of names.entries()) hosts.set(instance.funcs[i] as FuncInstance, name);
  return ({ location, kind, isTail, element, target, args }) =>
    `call ${at(number, location)} ${kind} ${isTail} ${element} to ${targetName(target, hosts)}: ${texts(args)}`;
}

describe.each(tiers)('calls in tier $name', (tier) => {
  const load = loader(tier);

  it('reach the functions that a trace of all instructions shows to run next, with their arguments', async () => {
    const hosts: Names = new Map();
    const counts = await compareLogs(
      tier,
      (instance, number, tell) => {
        const line = lineOf(instance, number, hosts);
        return onCall(instance, (event) => tell(line(event)));
      },
      calls,
    );
    expect(counts.size).toBeGreaterThanOrEqual(fewest(10));
  });

  it('come back with the results that a trace of all instructions shows, or not, for the reason that it shows', async () => {
    const hosts: Names = new Map();
    const counts = await compareLogs(
      tier,
      (instance, number, tell) => {
        const line = lineOf(instance, number, hosts);
        return onCallReturn(instance, (event) => tell(`${line(event)} ${event.outcome} ${texts(event.results)}`));
      },
      callReturns,
    );
    expect(counts.size).toBeGreaterThanOrEqual(fewest(10));
  });

  it('of the host are those that JavaScript makes', async () => {
    const counts = await compareLogs(
      tier,
      (instance, number, tell) => {
        return onHostCall(instance, ({ func, args }) => tell(`host calls ${number}/${func} ${texts(args)}`));
      },
      hostCalls,
    );
    expect(counts.size).toBeGreaterThan(fewest(15));
  });

  it('can be those to some functions only, whichever way they are called', () => {
    const p = load(
      `(module (import "host" "log" (func $log (param i32)))
        (type $t (func (param i32)))
        (table funcref (elem $log $own))
        (func $own (param i32))
        (func (export "f") (param i32)
          (call $log (i32.const 1)) (call $own (i32.const 2))
          (call_indirect (type $t) (i32.const 3) (local.get 0))))`,
      { imports: { host: { log: () => {} } } },
    );
    const log: string[] = [];
    onCall(p.instance, ({ callee, isToHost, args }) => log.push(`${callee} ${isToHost} ${texts(args)}`), {
      callees: 'import:host.*',
    });
    p.call('f', 0);
    p.call('f', 1);
    expect(() => p.call('f', 2)).toThrow(/table index is out of bounds/);
    expect(log).toEqual(['0 true 127:1', '0 true 127:3', '0 true 127:1', '0 true 127:1']);
    expect(() => onCall(p.instance, () => {}, { callees: 'import:host.lok' })).toThrow(/host\.log/);
  });

  it('through a table that holds functions of elsewhere name no function of the caller, and change nothing', () => {
    const p = load(`(module (type $t (func (result i32))) (table (export "t") 2 funcref)
      (func (export "f") (param i32) (result i32) (call_indirect (type $t) (local.get 0))))`);
    const other = load('(module (func (export "seven") (result i32) (i32.const 7)) (func (export "none")))', {
      engine: p.engine,
    });
    const table = p.instance.tables[0]?.elements as unknown[];
    table[0] = other.instance.funcs[0];
    table[1] = other.instance.funcs[1];
    const before = [...table];
    const log: unknown[] = [];
    onCall(p.instance, ({ callee, target }) => log.push([callee, target]));
    expect(p.call('f', 0)).toBe(7);
    expect(() => p.call('f', 1)).toThrow(/signature mismatch/);
    expect(() => p.call('f', -1)).toThrow(/out of bounds/);
    expect(log).toEqual([
      [undefined, before[0]],
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(table).toEqual(before);
  });

  it('that never come back are told once, with the error, while the frame of the caller can be read', () => {
    const failure = new Error('of the host');
    const p = load(
      `(module (import "host" "fail" (func $fail))
        (func $g (param i32) (if (local.get 0) (then (call $fail))) (unreachable))
        (func (export "f") (param i32) (call $g (local.get 0))))`,
      {
        imports: {
          host: {
            fail: () => {
              throw failure;
            },
          },
        },
      },
    );
    const log: unknown[] = [];
    onCallReturn(
      p.instance,
      ({ callee, outcome, error, frame }) =>
        log.push([callee, outcome, (error as Error).message, frame.local(0).value]),
      { needs: { locals: true } },
    );
    expect(() => p.call('f', 1)).toThrow(failure);
    expect(() => p.call('f', 0)).toThrow(/unreachable/);
    expect(log).toEqual([
      [0, 'host-error', 'of the host', 1],
      [1, 'host-error', 'of the host', 1],
      [1, 'trap', 'unreachable', 0],
    ]);
  });

  it('of the host do not include what a tail call puts in their place', () => {
    const p = load(
      `(module (import "host" "again" (func $again))
        (func (export "f") (param i32) (if (local.get 0) (then (call $again))) (return_call $g))
        (func $g (export "g")))`,
      { imports: { host: { again: () => p.call('f', 0) } } },
    );
    const funcs: number[] = [];
    onHostCall(p.instance, ({ func }) => funcs.push(func));
    p.call('f', 1);
    p.call('g');
    expect(funcs).toEqual([1, 1, 2]);
  });
});
