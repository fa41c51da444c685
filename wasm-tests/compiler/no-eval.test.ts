/** Where no code may be made from strings, programs run in the interpreter. */

import { expect, test } from 'vitest';
import { runNode } from '../support/node-process.ts';

const script = 'wasm-tests/compiler/support/without-eval.ts';

function outcome(...options: string[]): unknown {
  const { status, output } = runNode(...options, '--import', 'tsx', script);
  expect(status, output).toBe(0);
  return JSON.parse(output);
}

test('the engine runs programs without an eval-like facility, and knows why it compiles nothing', () => {
  const allowed = outcome() as Record<string, unknown>;
  const forbidden = outcome('--disallow-code-generation-from-strings') as Record<string, unknown>;
  expect(allowed).toMatchObject({ isCompiled: true, disabled: null });
  expect(forbidden).toMatchObject({ isCompiled: false, disabled: expect.stringMatching(/code generation/) });
  expect(forbidden.lines).toEqual(allowed.lines);
  expect((allowed.lines as string[]).length).toBeGreaterThan(50);
});
