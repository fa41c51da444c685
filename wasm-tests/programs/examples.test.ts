/** The programs in `examples/`: they are what their sources say, and do what their README says, in both engines. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { buildExamples } from '../../examples/build.ts';
import { type Exports, native, type WasmMemory, type WasmNamespace, wiz } from '../diff/namespace.ts';
import { MiniWasi } from './mini-wasi.ts';

const folder = fileURLToPath(new URL('../../examples', import.meta.url));

function compiledFiles(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.wasm'));
}

function bytesOf(name: string): Uint8Array {
  return readFileSync(`${folder}/${name}.wasm`);
}

interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly memory: string;
}

function command(W: WasmNamespace, name: string, args: string[], stdin: string): CommandResult {
  const wasi = new MiniWasi([name, ...args], stdin);
  const { exports } = new W.Instance(new W.Module(bytesOf(name)), wasi.imports);
  const code = wasi.start(exports);
  const memory = createHash('sha256')
    .update(new Uint8Array((exports.memory as WasmMemory).buffer))
    .digest('hex');
  return { code, stdout: wasi.stdout, stderr: wasi.stderr, memory };
}

/** Runs a command in both engines; what it did. */
function commandInBoth(name: string, args: string[], stdin = ''): CommandResult {
  const result = command(wiz.W, name, args, stdin);
  expect(result).toEqual(command(native.W, name, args, stdin));
  return result;
}

function exportsOf(W: WasmNamespace, name: string): Record<string, (...args: unknown[]) => unknown> {
  // The cast: only functions are called through it.
  return new W.Instance(new W.Module(bytesOf(name))).exports as Exports as Record<string, () => unknown>;
}

function invokeInBoth(name: string, func: string, ...args: unknown[]): unknown {
  const result = exportsOf(wiz.W, name)[func]?.(...args);
  expect(result).toEqual(exportsOf(native.W, name)[func]?.(...args));
  return result;
}

describe('examples', () => {
  test('are compiled from the sources beside them', async () => {
    const built = await buildExamples();
    const committed = compiledFiles();
    expect(built.map(({ file }) => file).sort()).toEqual(committed.sort());
    for (const { file, bytes } of built) {
      expect(Buffer.compare(readFileSync(`${folder}/${file}`), bytes), `${file} is not up to date`).toBe(0);
    }
  });

  test('are all listed in their README', () => {
    const readme = readFileSync(`${folder}/README.md`, 'utf8');
    for (const file of compiledFiles()) expect(readme).toContain(`\`${file}\``);
  });

  test('calculator', () => {
    expect(commandInBoth('calculator', []).stdout).toBe('2 + 3 * (4 - 1) = 11.0\n');
    const { code, stdout, stderr } = commandInBoth('calculator', [
      '-2^2',
      'fact(20) % 7',
      'floor(pi)',
      '1/0',
      '2 % (3',
      'x',
    ]);
    expect(code).toBe(1);
    expect(stdout).toBe('-2^2 = 4.0\nfact(20) % 7 = 0.0\nfloor(pi) = 3.0\n');
    expect(stderr).toBe('1/0: division by zero\n2 % (3: missing ")"\nx: unknown name x\n');
  });

  test('words', () => {
    const { stdout } = commandInBoth('words', [], `The cat and the hat\nand the bat\n${'deep '.repeat(5000)}`);
    expect(stdout).toMatch(/^2 lines, 5008 words, 6 different\n {3}5000 deep\n {6}3 the\n {6}2 and\n/);
  });

  test('sha256', () => {
    const texts = ['', 'abc', 'x'.repeat(55), 'x'.repeat(56), 'ü'.repeat(1000)];
    const expected = texts.map((text) => `${createHash('sha256').update(text).digest('hex')}  ${text}\n`).join('');
    expect(commandInBoth('sha256', texts).stdout).toBe(expected);
    const long = 'some text\n'.repeat(3000);
    expect(commandInBoth('sha256', [], long).stdout).toBe(`${createHash('sha256').update(long).digest('hex')}  -\n`);
  });

  test('json', () => {
    const text = JSON.stringify({ a: [1, -2.5e3, { b: null }], 'c\n': [true, false, '\u0001"'], d: {} });
    expect(commandInBoth('json', [], text).stdout).toBe(
      'objects  3\narrays   2\nstrings  5\nnumbers  2\nliterals 3\ndepth    4\n',
    );
    const wrong: [string, string][] = [
      ['[1, 2', 'at byte 5: "," or "]" was expected'],
      ['{"a" 1}', 'at byte 5: ":" was expected'],
      ['"\\x"', 'at byte 2: an unknown escape'],
      ['tru', 'at byte 3: true was expected'],
      ['01', 'at byte 1: something after the value'],
      ['['.repeat(600), 'at byte 512: too deep'],
    ];
    for (const [input, message] of wrong) {
      expect(commandInBoth('json', [], input)).toMatchObject({ code: 1, stderr: `${message}\n`, stdout: '' });
    }
  });

  test('life', () => {
    const { stdout } = commandInBoth('life', []);
    const [before, after] = stdout.split('\n\n') as [string, string];
    // Eight generations move a glider two cells to the right and two down.
    const moved = before.split('\n').map((_, y, rows) => {
      const row = rows.at(y - 2) as string;
      return row.slice(-2) + row.slice(0, -2);
    });
    expect(after.split('\n')).toEqual(moved);
  });

  test('fib, sieve, queens, mandelbrot', () => {
    expect(invokeInBoth('fib', 'fib', 20)).toBe(6765);
    expect(invokeInBoth('fib', 'fib_fast', 90)).toBe(2880067194370816120n);
    expect(invokeInBoth('sieve', 'primes', 200_000)).toBe(17984);
    expect(invokeInBoth('queens', 'queens', 7)).toBe(40);
    const inside = invokeInBoth('mandelbrot', 'inside', 32, 50) as number;
    // The area of the set is about 1.5 of the 9 that are drawn.
    expect(inside / (32 * 32)).toBeCloseTo(1.5 / 9, 1);
  });
});
