/** The estimate of the size of V8's bytecode, compared with what V8 says. */

import { expect, test } from 'vitest';
import { bytecodeSizes, runNode } from '../support/node-process.ts';

const script = 'wasm-tests/compiler/support/print-large-functions.ts';
const kinds = ['loads', 'stores', 'floats', 'arithmetic', 'rotations', 'branches', 'calls', 'imports'];

test('the size of the bytecode of large functions is known beforehand, to a third', () => {
  const { status, output } = runNode('--print-bytecode', '--print-bytecode-filter=wasm_*', '--import', 'tsx', script);
  expect(status, output.slice(-1000)).toBe(0);
  const sizes = bytecodeSizes(output);
  for (const kind of kinds) {
    const size = sizes.get(`wasm_${kind}`) ?? 0;
    const estimate = Number(new RegExp(`^${kind} (\\d+)$`, 'm').exec(output)?.[1]);
    expect(size, kind).toBeGreaterThan(10_000);
    expect(estimate / size, kind).toBeGreaterThan(0.75);
    expect(estimate / size, kind).toBeLessThan(1.33);
  }
});
