/** Modules and instances as they come into being. */

import { describe, expect, it } from 'vitest';
import { type Engine, type Module, type ModuleInstance, ProbeError } from '../../engine/index.ts';
import { attachToInstances, onInstance, onModule } from '../../probes/events/instantiate.ts';
import { onMemoryAccess } from '../../probes/events/memory-access.ts';
import { atEntry, atLocation } from '../../probes/primitives.ts';
import { thrownBy, tiers } from '../contract/tiers.ts';
import { assemble, load } from '../support/program.ts';
import { programs, runProgram } from './reference/programs.ts';

describe.each(tiers)('instantiation in tier $name', (tier) => {
  const wat = `(module (memory (export "m") 1) (data (i32.const 0) "x") (global $g (export "g") (mut i32) (i32.const 41))
    (table $t (export "t") 1 funcref) (elem (table $t) (i32.const 0) $begin)
    (func $begin (global.set $g (i32.add (global.get $g) (i32.const 1))) (i32.store8 (i32.const 1) (i32.const 9)))
    (func (export "f") (result i32) (i32.load8_u (i32.const 1)))
    (start $begin))`;
  const plain = '(module (func (export "f") (result i32) (i32.const 1)))';
  const byteOf = (instance: ModuleInstance, at: number) => instance.memories[0]?.refresh().getUint8(at);

  it('shows the instance when nothing of it has run', () => {
    const engine = tier.engine();
    const seen: unknown[] = [];
    onInstance(engine, ({ module, instance, start }) => {
      seen.push(
        module === instance.module,
        start,
        byteOf(instance, 0),
        instance.globals[0]?.i32[0],
        instance.tables[0]?.elements[0],
      );
    });
    const p = load(wat, { engine });
    expect(seen).toEqual([true, 0, 0, 41, null]);
    expect([byteOf(p.instance, 0), byteOf(p.instance, 1), p.instance.globals[0]?.i32[0]]).toEqual([120, 9, 42]);
  });

  it('comes after the module, once each, until detached', () => {
    const engine = tier.engine();
    const log: string[] = [];
    const attachments = [
      onModule(engine, ({ module }) => log.push(`module of ${module.bodies.length} functions`)),
      onInstance(engine, ({ start }) => log.push(`instance, start ${start}`)),
    ];
    const { WebAssembly } = engine;
    const module = new WebAssembly.Module(assemble(plain));
    new WebAssembly.Instance(module);
    new WebAssembly.Instance(module);
    WebAssembly.validate(assemble(wat));
    for (const attachment of attachments) attachment.detach();
    load(wat, { engine });
    expect(log).toEqual(['module of 1 functions', 'instance, start undefined', 'instance, start undefined']);
  });

  /** The engine, whose namespace writes down what JavaScript makes: also an instance whose start function fails. */
  function logged(engine: Engine, log: string[]): Engine {
    const real = engine.WebAssembly;
    const exportsOf = (module: object): number =>
      real.Module.exports(module as InstanceType<typeof real.Module>).length;
    class Module extends real.Module {
      constructor(bytes: Uint8Array) {
        super(bytes as Uint8Array<ArrayBuffer>);
        log.push(`module of ${exportsOf(this)} exports`);
      }
    }
    class Instance extends real.Instance {
      constructor(module: InstanceType<typeof real.Module>, imports?: object) {
        const made = `instance of ${exportsOf(module)} exports`;
        try {
          super(module, imports as never);
        } catch (error) {
          const isRefused =
            error instanceof real.LinkError || (error instanceof TypeError && /import/i.test(error.message));
          if (!isRefused) log.push(made);
          throw error;
        }
        log.push(made);
      }
    }
    return Object.create(engine, { WebAssembly: { value: Object.assign(Object.create(real), { Module, Instance }) } });
  }

  it('equals the log of the reference on all programs: each module and instance that JavaScript makes', async () => {
    let compared = 0;
    for (const name of Object.keys(programs)) {
      const engine = tier.engine();
      const log: string[] = [];
      onModule(engine, ({ module }) => log.push(`module of ${module.exports.length} exports`));
      onInstance(engine, ({ module }) => log.push(`instance of ${module.exports.length} exports`));
      const expected: string[] = [];
      await runProgram(logged(engine, expected), name);
      expect(log, name).toEqual(expected);
      if (log.length >= 2) compared++;
    }
    expect(compared).toBeGreaterThanOrEqual(10);
  });

  it('is seen of one engine and of the modules that are wanted', () => {
    const engine = tier.engine();
    const log: string[] = [];
    const modules = (module: Module): boolean => module.start !== undefined;
    onModule(engine, () => log.push('module'), { modules });
    onInstance(engine, () => log.push('instance'), { modules });
    load(plain, { engine });
    load(wat, { engine: tier.engine() });
    expect(log).toEqual([]);
    load(wat, { engine });
    expect(log).toEqual(['module', 'instance']);
  });

  it('is not seen where imports do not match, and is seen where the start function traps', () => {
    const engine = tier.engine();
    let count = 0;
    onInstance(engine, () => count++);
    expect(() => load('(module (import "a" "b" (func)))', { engine })).toThrow();
    expect(count).toBe(0);
    expect(() => load('(module (func $f (unreachable)) (start $f))', { engine })).toThrow('unreachable');
    expect(count).toBe(1);
  });

  describe('attaching to all instances', () => {
    const attachAll = (engine: Engine, log: string[]) =>
      attachToInstances(engine, (instance) => [
        onMemoryAccess(instance, ({ access, address }) => log.push(`${access} ${address}`)),
        atEntry(instance, ({ func }) => log.push(`entry ${func}`)),
      ]);

    it('sees the start function, and all instances of all modules', () => {
      const engine = tier.engine();
      const log: string[] = [];
      attachAll(engine, log);
      const first = load(wat, { engine });
      const second = load(wat, { engine });
      load(plain, { engine }).call('f');
      first.call('f');
      second.call('f');
      const start = ['entry 0', 'write 1'];
      const f = ['entry 1', 'read 1'];
      expect(log).toEqual([...start, ...start, 'entry 0', ...f, ...f]);
    });

    it('detaches from all of them, and attaches to no more', () => {
      const engine = tier.engine();
      const log: string[] = [];
      const attachment = attachAll(engine, log);
      const p = load(wat, { engine });
      log.length = 0;
      attachment.detach();
      attachment.detach();
      p.call('f');
      load(wat, { engine }).call('f');
      expect(log).toEqual([]);
      expect(p.instance.funcs.every((func) => func.probes === null)).toBe(true);
    });

    it('takes one attachment as well as several', () => {
      const engine = tier.engine();
      const log: number[] = [];
      attachToInstances(engine, (instance) => atEntry(instance, ({ func }) => log.push(func)));
      load(plain, { engine }).call('f');
      expect(log).toEqual([0]);
    });
  });

  it('fails with the name of a handler that fails', () => {
    const engine = tier.engine();
    const cause = new Error('no');
    const attachment = onInstance(
      engine,
      () => {
        throw cause;
      },
      { name: 'picky' },
    );
    const error = thrownBy(() => load(plain, { engine })) as ProbeError;
    expect(error).toBeInstanceOf(ProbeError);
    expect(error.message).toMatch(
      /^probe picky failed when an instance was made: no \(.*instantiate\.test\.ts:\d+:\d+\)$/,
    );
    expect([error.probe, error.cause]).toEqual(['picky', cause]);
    attachment.detach();
    expect(load(plain, { engine }).call('f')).toBe(1);
  });

  it('fails with that name also where the handler asks for what cannot be', () => {
    const engine = tier.engine();
    attachToInstances(engine, (instance) => atLocation(instance, { func: 0, pc: 99 }, () => undefined), {
      name: 'lost',
    });
    const error = thrownBy(() => load(plain, { engine })) as ProbeError;
    expect(error).toMatchObject({ probe: 'lost', cause: expect.any(ProbeError) });
    expect(error.message).toContain('probe lost failed when an instance was made: ');
  });
});
