/** Events of traps: equal to a slow and obvious reference on all programs, and case by case. */

import { describe, expect, it } from 'vitest';
import { insertProbe, type ModuleInstance, ProbeError } from '../../engine/index.ts';
import { onCatch, onThrow, onTrap, type TrapEvent } from '../../probes/events/trap.ts';
import { loader, thrownBy, tiers } from '../contract/tiers.ts';
import { cases } from '../programs/cases.ts';
import { isWatchedIn } from '../programs/heavy.ts';
import { placeText } from './reference/every-step.ts';
import { programs, runProgram } from './reference/programs.ts';
import { type TrapEntry, TrapReference } from './reference/trap-reference.ts';
import { isWhole, some } from '../support/thorough.ts';

/** Traps where they happened: with linked instances, the callers' instances are told of them, too. */
function logInto(log: TrapEntry[]): (instance: ModuleInstance) => void {
  return (instance) => {
    const handler = ({ frame, location, message, trace }: TrapEvent): void => {
      if (frame.depth + 1 !== trace.length || location === undefined) return;
      log.push({ place: placeText(location), message, frames: trace.length });
    };
    onTrap(instance, handler, { needs: { stack: true } });
  };
}

/** How deep recursion gets before the stack is used up depends on the tier and on what else is on it. */
function withoutDepth(entry: TrapEntry): TrapEntry {
  return entry.message === 'Maximum call stack size exceeded' ? { ...entry, frames: 0 } : entry;
}

describe.each(tiers)('traps in tier $name', (tier) => {
  const load = loader(tier);

  describe('equal the log of the reference', () => {
    const trapping = new Set<string>();
    const transcribed = [
      ...Object.keys(cases),
      'several memories',
      ...Object.keys(programs).filter((n) => n.startsWith('gen')),
    ];

    it.each(
      some(
        transcribed.filter((name) => isWatchedIn(tier.name, name)),
        2,
      ),
    )('%s', async (name) => {
      const log: TrapEntry[] = [];
      const lines = await runProgram(tier.engine(), name, { attach: logInto(log) });
      let reference: TrapReference | undefined;
      await runProgram(tier.engine(), name, {
        attach: (instance) => reference?.watch(instance),
        newTranscript: (W) => {
          reference = new TrapReference(W);
          return reference;
        },
      });
      expect(log.map(withoutDepth)).toEqual(reference?.traps.map(withoutDepth));
      expect(lines).toEqual(reference?.lines);
      if (log.length > 0) trapping.add(name);
    });

    it('on many programs', () => {
      expect(trapping.size).toBeGreaterThanOrEqual(isWhole ? 10 : 1);
    });
  });

  const wat = `(module (import "host" "f" (func $host))
    (func $inner (export "inner") (param i32) (drop (i32.div_s (i32.const 1) (local.get 0))))
    (func $outer (export "outer") (param i32) (call $inner (local.get 0)))
    (func (export "through") (call $host))
    (func $endless (export "endless") (call $endless)))`;

  function newProgram(host: () => void = () => undefined) {
    const p = load(wat, { imports: { host: { f: host } } });
    const log: string[] = [];
    const handler = (event: TrapEvent): void => {
      const { frame, location, kind, message, trace } = event;
      log.push(
        `${kind} "${message}" ${location?.instruction.name} in ${frame.func.index}, ${trace.map((f) => f.func).join(' ')}`,
      );
    };
    return { ...p, log, handler };
  }

  it('are told once, where they happened, with all activations', () => {
    const p = newProgram();
    onTrap(p.instance, p.handler);
    expect(() => p.call('outer', 0)).toThrow('divide by zero');
    p.call('outer', 1);
    expect(() => p.call('inner', 0)).toThrow('divide by zero');
    expect(p.log).toEqual([
      'divByZero "divide by zero" i32.div_s in 1, 1 2',
      'divByZero "divide by zero" i32.div_s in 1, 1',
    ]);
  });

  it('show the frame as it was', () => {
    const p = newProgram();
    const seen: unknown[] = [];
    onTrap(p.instance, ({ frame }) => seen.push(frame.local(0).value, frame.caller?.func.index, frame.pc), {
      needs: { locals: true, stack: true },
    });
    expect(() => p.call('outer', 0)).toThrow();
    expect(seen).toEqual([0, 2, p.pc('inner', 'i32.div_s')]);
  });

  it('are told at the innermost activation of the functions that are watched', () => {
    const p = newProgram();
    onTrap(p.instance, p.handler, { functions: 'outer' });
    expect(() => p.call('outer', 0)).toThrow();
    expect(() => p.call('inner', 0)).toThrow();
    expect(p.log).toEqual(['divByZero "divide by zero" call in 2, 1 2']);
  });

  it('are told once when the host passes them on, and each for itself when there are several', () => {
    const p = newProgram(() => {
      expect(() => p.call('inner', 0)).toThrow('divide by zero');
      p.call('outer', 0);
    });
    onTrap(p.instance, p.handler);
    expect(() => p.call('through')).toThrow('divide by zero');
    expect(p.log).toEqual([
      'divByZero "divide by zero" i32.div_s in 1, 1 3',
      'divByZero "divide by zero" i32.div_s in 1, 1 2 3',
    ]);
  });

  it('are not what host functions throw', () => {
    const p = newProgram(() => {
      throw new RangeError('of the host');
    });
    onTrap(p.instance, p.handler);
    expect(() => p.call('through')).toThrow('of the host');
    expect(p.log).toEqual([]);
  });

  it('include recursion that is too deep', () => {
    const p = newProgram();
    onTrap(p.instance, ({ kind, location, trace }) =>
      p.log.push(`${kind} ${location?.instruction.name} ${trace.length > 1000}`),
    );
    expect(() => p.call('endless')).toThrow(RangeError);
    expect(p.log).toEqual(['exhaustion call true']);
  });

  it('include those that probes ask for, not failures of probes', () => {
    const p = newProgram();
    onTrap(p.instance, p.handler);
    const at = p.pc('inner', 'i32.div_s');
    insertProbe(p.instance, p.func('inner'), at, {
      needs: { locals: true },
      fire: (f) => (f.local(0).value === 5 ? f.trap('five') : undefined),
    });
    insertProbe(p.instance, p.func('outer'), 0, {
      needs: { locals: true },
      fire: (f) => {
        if (f.local(0).value === 6) f.trap('at the entry');
        if (f.local(0).value === 7) throw new Error('broken');
      },
    });
    expect(() => p.call('outer', 5)).toThrow('five');
    expect(() => p.call('outer', 6)).toThrow('at the entry');
    expect(thrownBy(() => p.call('outer', 7))).toBeInstanceOf(ProbeError);
    expect(p.log).toEqual(['probe "five" i32.div_s in 1, 1 2', 'probe "at the entry" undefined in 2, 2']);
  });

  it('a handler that throws fails the call, by its name, wherever the trap began; rule 19', () => {
    const p = newProgram(() => p.call('inner', 0));
    const attachments = [
      onTrap(p.instance, p.handler),
      onTrap(p.instance, function broken({ frame }) {
        throw new TypeError(`of the handler in ${frame.func.index}`);
      }),
      onTrap(p.instance, p.handler),
    ];
    const at = p.pc('inner', 'i32.div_s');
    for (const name of ['outer', 'inner']) {
      const error = thrownBy(() => p.call(name, 0));
      expect(error).toBeInstanceOf(ProbeError);
      expect(error).toMatchObject({ probe: 'broken', func: 1, pc: at, cause: expect.any(TypeError) });
      expect((error as ProbeError).message).toContain(
        `probe broken failed at function 1, pc ${at}: of the handler in 1 (`,
      );
      expect((error as ProbeError).source?.url).toMatch(/trap\.test\.ts$/);
    }
    // Through a host function: it is passed on unchanged, and the activation below ends by the failure, not by a trap.
    expect(thrownBy(() => p.call('through'))).toMatchObject({ probe: 'broken', func: 1 });
    // The other handlers of the event were called each time, and nobody was told twice.
    expect(p.log).toHaveLength(6);
    for (const attachment of attachments) attachment.detach();
    expect(p.call('outer', 1)).toBe(p.call('outer', 1));
    expect(() => p.call('outer', 0)).toThrow('divide by zero');
  });

  it('are no longer told once detached', () => {
    const p = newProgram();
    const attachment = onTrap(p.instance, p.handler);
    attachment.detach();
    expect(() => p.call('outer', 0)).toThrow();
    expect(p.log).toEqual([]);
    expect(p.instance.funcs.every((func) => func.probes === null)).toBe(true);
  });

  it('exceptions are refused, since nothing executes them', () => {
    const { instance } = newProgram();
    expect(() => onThrow(instance, () => undefined)).toThrow(
      /no exception can be seen being thrown: this engine does not execute/,
    );
    expect(() => onCatch(instance, () => undefined)).toThrow(ProbeError);
  });
});
