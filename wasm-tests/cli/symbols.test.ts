/** Names in reports: demangled ones, and those of a twin that was not stripped. */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import initWabt from 'wabt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCli, type CliResult, runCli } from './run-cli.ts';

const SOURCE = `(module
  (func $_ZN4core3fmt5write17h0123456789abcdefE (export "main")
    (call $_ZNSt6vectorIiSaIiEE9push_backERKi)
    (call $_RNvCs1234_7mycrate3foo)
    (call $_Zebra)
    (call $plain))
  (func $_ZNSt6vectorIiSaIiEE9push_backERKi nop)
  (func $_RNvCs1234_7mycrate3foo nop)
  (func $_Zebra nop)
  (func $plain unreachable))`;

const READABLE = [
  'core::fmt::write',
  'std::vector<int, std::allocator<int> >::push_back(int const&)',
  'mycrate::foo',
  '_Zebra',
  'plain',
];

let folder = '';

beforeAll(async () => {
  await buildCli();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-symbols-'));
  const wabt = await initWabt();
  const module = wabt.parseWat('m.wat', SOURCE);
  for (const [file, write_debug_names] of [
    ['named.wasm', true],
    ['stripped.wasm', false],
  ] as const) {
    fs.writeFileSync(path.join(folder, file), module.toBinary({ write_debug_names }).buffer);
  }
  module.destroy();
  fs.writeFileSync(path.join(folder, 'other.wat'), '(module (func $a (export "main") nop nop))');
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

function wiz(...args: readonly string[]): Promise<CliResult> {
  return runCli(args, { cwd: folder });
}

async function namesIn(...args: readonly string[]): Promise<string[]> {
  const { code } = await wiz('--probe', 'coverage', '--format', 'json', '--out', 'r.json', '--invoke', 'main', ...args);
  expect(code).toBe(134);
  const { modules } = JSON.parse(fs.readFileSync(path.join(folder, 'r.json'), 'utf8'));
  return modules[0].functions.map(({ name }: { name: string }) => name);
}

describe('names of functions', () => {
  it('are those that C++ and Rust programmers wrote', async () => {
    expect(await namesIn('named.wasm')).toEqual(READABLE);
    const { stdout } = await wiz('dump', 'named.wasm', 'mycrate::foo');
    expect(stdout).toMatch(/^func 2 mycrate::foo /);
    const trap = await wiz('--invoke', 'main', 'named.wasm');
    expect(trap.stderr).toMatch(/at plain .*\n.*at core::fmt::write /);
  });

  it('are found by filters as they are shown', async () => {
    const { stderr } = await wiz('--probe', 'coverage:only=core::*', '--invoke', 'main', 'named.wasm');
    expect(stderr).toMatch(/functions +1 +1 /);
  });

  it('come from the module of --symbols', async () => {
    expect(await namesIn('stripped.wasm')).toEqual(['main', ...[1, 2, 3, 4].map((i) => `wasm-function[${i}]`)]);
    expect(await namesIn('--symbols', 'named.wasm', 'stripped.wasm')).toEqual(READABLE);
  });

  it.each([
    ['other.wat', /^wiz: --symbols other\.wat is not the same program: its functions are others\n/],
    ['stripped.wasm', /^wiz: --symbols stripped\.wasm has no names of functions\n/],
    ['missing.wasm', /^wiz: cannot read missing\.wasm: it does not exist\n/],
  ])('are not taken from %s', async (file, message) => {
    const { code, stderr } = await wiz('--symbols', file, '--invoke', 'main', 'stripped.wasm');
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
