/** The runner itself: it must notice what is wrong, in V8 as in Wiz. */

import { describe, expect, test } from 'vitest';
import type { Engine } from './adapter.ts';
import { V8Engine } from './adapter-v8.ts';
import { tiers, WizEngine } from './adapter-wiz.ts';
import { blessAll, blessed, deviations } from './expected.ts';
import { countFile } from './report.ts';
import { type CommandResult, type FileResult, runScript } from './run-file.ts';
import { isKnownTrap, trapMatches } from './trap-messages.ts';

const module = `(module $m
  (import "spectest" "print_i32" (func $print (param i32)))
  (import "spectest" "global_i32" (global $g i32))
  (memory 1)
  (table 2 funcref)
  (elem (i32.const 0) $id)
  (func $id (export "id") (param i32) (result i32) (call $print (local.get 0)) (local.get 0))
  (func (export "f32") (param f32) (result f32) (local.get 0))
  (func (export "nan") (param f64) (result f64) (f64.add (local.get 0) (f64.const 1)))
  (func (export "swap") (param i32 i64) (result i64 i32) (local.get 1) (local.get 0))
  (func (export "v") (param v128) (result v128) (i32x4.add (local.get 0) (local.get 0)))
  (func (export "ref") (param externref) (result externref) (local.get 0))
  (func (export "div") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "indirect") (param i32) (result i32) (call_indirect (param i32) (result i32) (i32.const 7) (local.get 0)))
  (func $deep (export "deep") (call $deep) (call $deep))
  (global (export "g") i32 (global.get $g)))
  (register "m" $m)`;

const right = `
  (assert_return (invoke "id" (i32.const 7)) (i32.const 7))
  (assert_return (invoke $m "f32" (f32.const nan:0x200000)) (f32.const nan:0x200000))
  (assert_return (invoke "nan" (f64.const nan)) (f64.const nan:arithmetic))
  (assert_return (invoke "swap" (i32.const 1) (i64.const -2)) (i64.const -2) (i32.const 1))
  (assert_return (invoke "v" (v128.const i32x4 1 2 3 -1)) (v128.const i32x4 2 4 6 -2))
  (assert_return (invoke "ref" (ref.extern 5)) (ref.extern 5))
  (assert_return (invoke "ref" (ref.null extern)) (ref.null extern))
  (assert_return (get "g") (i32.const 666))
  (assert_trap (invoke "div" (i32.const 0)) "integer divide by zero")
  (assert_trap (invoke "load" (i32.const -1)) "out of bounds memory access")
  (assert_trap (invoke "indirect" (i32.const 1)) "uninitialized element 1")
  (assert_trap (invoke "indirect" (i32.const 2)) "undefined element")
  (assert_exhaustion (invoke "deep") "call stack exhausted")
  (assert_trap (module (memory 0) (data (i32.const 65536) "x")) "out of bounds memory access")
  (assert_unlinkable (module (import "m" "none" (func))) "unknown import")
  (assert_unlinkable (module (import "none" "f" (func))) "unknown import")
  (assert_unlinkable (module (import "m" "id" (func (param i64)))) "incompatible import type")
  (assert_unlinkable (module (import "m" "id" (global i32))) "incompatible import type")
  (assert_invalid (module (func (result i32))) "type mismatch")
  (assert_malformed (module binary "\\00asn\\01\\00\\00\\00") "magic header not detected")
  (assert_malformed (module quote "(func (frob))") "unknown operator")`;

const wrong = `
  (assert_return (invoke "id" (i32.const 7)) (i32.const 8))
  (assert_return (invoke "id" (i32.const 7)))
  (assert_return (invoke "f32" (f32.const nan:0x200000)) (f32.const nan:0x600000))
  (assert_return (invoke "nan" (f64.const 1)) (f64.const nan:arithmetic))
  (assert_return (invoke "swap" (i32.const 1) (i64.const -2)) (i64.const -2) (i32.const 2))
  (assert_return (invoke "v" (v128.const i32x4 1 2 3 -1)) (v128.const i32x4 2 4 6 -1))
  (assert_return (invoke "ref" (ref.extern 5)) (ref.extern 6))
  (assert_return (invoke "ref" (ref.extern 5)) (ref.null extern))
  (assert_return (get "g") (i32.const 0))
  (assert_return (invoke "div" (i32.const 0)) (i32.const 0))
  (assert_return (invoke "none"))
  (assert_return (invoke $none "id" (i32.const 7)) (i32.const 7))
  (invoke "div" (i32.const 0))
  (assert_trap (invoke "div" (i32.const 1)) "integer divide by zero")
  (assert_trap (invoke "div" (i32.const 0)) "integer overflow")
  (assert_trap (invoke "div" (i32.const 0)) "some other words")
  (assert_trap (invoke "deep") "unreachable")
  (assert_exhaustion (invoke "div" (i32.const 0)) "call stack exhausted")
  (assert_exception (invoke "div" (i32.const 0)))
  (assert_trap (module (memory 1) (data (i32.const 0) "x")) "out of bounds memory access")
  (assert_unlinkable (module (import "m" "id" (func (param i32) (result i32)))) "unknown import")
  (assert_unlinkable (module (func (result i32))) "unknown import")
  (assert_invalid (module (func)) "type mismatch")
  (assert_malformed (module quote "(func)") "unknown operator")
  (register "x" $none)
  (module (import "m" "none" (func)))
  (module (func (result i32)))
  (assert_return (invoke "id" (i32.const 7)) (i32.const 7))`;

/** Tells the errors of bytes apart, which V8 does not. */
const wrongClass = `
  (assert_invalid (module binary "\\00asm\\01\\00\\00\\00\\01") "type mismatch")
  (assert_malformed (module quote "(func (result i32))") "unknown operator")`;

async function statuses<M, I, E>(engine: Engine<M, I, E>, script: string): Promise<readonly string[]> {
  const result = await runScript(engine, 'test.wast', Buffer.from(module + script));
  return result.commands.slice(2).map((c) => `${c.status} ${script.trim().split('\n')[c.line - firstLine]?.trim()}`);
}

/** Line of the first command behind the module. */
const firstLine = module.split('\n').length + 1;

function lines(script: string, status: string): string[] {
  return script
    .trim()
    .split('\n')
    .map((line) => `${status} ${line.trim()}`);
}

const engines: [string, () => Engine<unknown, unknown, unknown>][] = [
  ['V8', () => new V8Engine() as Engine<unknown, unknown, unknown>],
  ...Object.entries(tiers).map(([tier, make]): [string, () => Engine<unknown, unknown, unknown>] => [
    `Wiz, ${tier}`,
    () => new WizEngine(make()) as Engine<unknown, unknown, unknown>,
  ]),
];

describe.each(engines)('assertions on %s', (_name, makeEngine) => {
  test('that are right pass', async () => {
    expect(await statuses(makeEngine(), right)).toEqual(lines(right, 'passed'));
  });

  test('that are wrong fail', async () => {
    expect(await statuses(makeEngine(), wrong)).toEqual(lines(wrong, 'failed'));
  });
});

test('malformed and invalid are told apart in Wiz', async () => {
  const engine = new WizEngine((tiers.interpreter as () => ReturnType<(typeof tiers)[string]>)());
  expect(await statuses(engine, wrongClass)).toEqual(lines(wrongClass, 'failed'));
});

describe('what an engine does not support', () => {
  /** Refuses every module with a memory, in the way of a feature. */
  class Partial extends V8Engine {
    override compile(bytes: Uint8Array): ReturnType<V8Engine['compile']> {
      const isBig = bytes.includes(0x5a);
      return isBig ? { kind: 'unsupported', feature: 'big', message: '' } : super.compile(bytes);
    }
  }
  const script = `
    (module $a (memory (export "Z") 1) (func (export "f")))
    (register "a" $a)
    (assert_return (invoke "f"))
    (module (import "a" "f" (func)))
    (assert_unlinkable (module (import "a" "g" (func))) "unknown import")
    (assert_invalid (module (func (export "Z") (result i32))) "type mismatch")
    (module (func (export "f")))
    (assert_return (invoke "f"))
    (module (func (export "Z") (result i32) (i64.const 0)))
    (module quote "(frob)")
    (assert_malformed (module binary "Z") "magic header not detected")`;

  const run = (): Promise<FileResult> => runScript(new Partial(), 'test.wast', Buffer.from(script.trim()));

  test('is skipped with what depends on it, but must still be told from malformed bytes', async () => {
    const { commands } = await run();
    expect(commands.map((c) => (c.status === 'skipped' ? c.feature : c.status))).toEqual([
      ...['big', 'big', 'big', 'big', 'big', 'big'],
      ...['passed', 'passed', 'big', 'not assembled', 'failed'],
    ]);
  });

  test('is counted by feature', async () => {
    expect(countFile(await run())).toMatchObject({
      passed: 1,
      failed: 1,
      skipped: 3,
      otherFailed: 0,
      otherSkipped: 5,
      features: { big: 3 },
    });
  });
});

describe('the list of what does not pass', () => {
  const command = (id: string, status: CommandResult['status'], feature?: string): CommandResult => ({
    id,
    line: Number.parseInt(id, 10),
    command: 'assert_return',
    isAssertion: true,
    status,
    ...(feature === undefined ? {} : { feature }),
    ...(status === 'failed' ? { expected: '1', actual: '2' } : {}),
  });
  const file = (...commands: CommandResult[]): FileResult => ({ file: 'a.wast', commands, seconds: 0 });
  const result = file(
    command('1', 'skipped', 'gc'),
    command('2', 'skipped', 'gc'),
    command('2:20', 'skipped', 'gc'),
    command('4', 'failed'),
    command('5', 'skipped', 'memory64'),
    command('6', 'passed'),
    command('7', 'skipped', 'gc'),
  );
  const entry = {
    skipped: { gc: '1..2:20 7', memory64: '5' },
    failed: [{ id: '4', command: 'assert_return', why: 'expected 1, got 2' }],
  };

  test('names every command, in ranges where they follow each other', () => {
    expect(blessed(result)).toEqual(entry);
    expect(deviations(result, entry)).toEqual([]);
  });

  test('keeps the reasons that people wrote', () => {
    const old = { failed: [{ id: '4', command: 'assert_return', why: 'a known limit' }] };
    expect(blessed(result, old)?.failed?.[0]?.why).toBe('a known limit');
  });

  test('loses files that pass, and keeps those that were not run', () => {
    const old = { 'a.wast': entry, 'b.wast': entry };
    expect(blessAll([file(command('1', 'passed'))], old)).toEqual({ 'b.wast': entry });
  });

  const changed = (...commands: CommandResult[]): string[] =>
    deviations(file(...commands), { skipped: { gc: '1..2' }, failed: [{ id: '3', command: 'x', why: '' }] }).map(
      (d) => `${d.id} ${d.expected} -> ${d.actual}`,
    );
  const one = command('1', 'skipped', 'gc');
  const two = command('2', 'skipped', 'gc');
  const three = command('3', 'failed');

  test('makes an unexpected failure an error', () => {
    expect(changed(one, two, three, command('4', 'failed'))).toEqual(['4 passed -> failed']);
    expect(changed(one, command('2', 'failed'), three)).toEqual(['2 skipped (gc) -> failed']);
  });

  test('makes an unexpected pass an error', () => {
    expect(changed(one, two, command('3', 'passed'))).toEqual(['3 failed -> passed']);
    expect(changed(one, command('2', 'passed'), three)).toEqual(['2 skipped (gc) -> passed']);
  });

  test('makes an unexpected skip an error', () => {
    expect(changed(one, two, three, command('4', 'skipped', 'gc'))).toEqual(['4 passed -> skipped (gc)']);
    expect(changed(one, command('2', 'skipped', 'memory64'), three)).toEqual(['2 skipped (gc) -> skipped (memory64)']);
    expect(changed(one, two, command('3', 'skipped', 'gc'))).toEqual(['3 failed -> skipped (gc)']);
  });

  test('makes an entry without its command an error', () => {
    expect(changed(one, two)).toEqual(['3 failed -> absent']);
    expect(changed(one, three)).toEqual(['2 skipped (gc) -> absent', '1 passed -> skipped (gc)']);
  });
});

describe('trap messages', () => {
  test.each([
    ['integer divide by zero', 'divide by zero'],
    ['integer divide by zero', 'remainder by zero'],
    ['integer overflow', 'float unrepresentable in integer range'],
    ['uninitialized element 2', 'null function or function signature mismatch'],
    ['out of bounds memory access', 'WebAssembly.Instance(): data segment 0 is out of bounds (offset 1)'],
  ])('%s is %s', (suite, v8) => {
    expect(trapMatches(suite, v8)).toBe(true);
  });

  test.each([
    ['integer divide by zero', 'divide result unrepresentable'],
    ['out of bounds memory access', 'table index is out of bounds'],
    ['out of bounds table access', 'memory access out of bounds'],
    ['unreachable', 'unreachable code'],
    ['cast failure', 'dereferencing a null pointer'],
  ])('%s is not %s', (suite, v8) => {
    expect(trapMatches(suite, v8)).toBe(false);
  });

  test('unknown ones match nothing', () => {
    expect(isKnownTrap('something new')).toBe(false);
    expect(trapMatches('something new', 'something new')).toBe(false);
  });
});
