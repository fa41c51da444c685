/** Generated code is what its generators write, in sizes that V8 optimises. */

import { expect, test } from 'vitest';
import { bytecodeSizes, maxOptimizedBytecode, runNode } from '../support/node-process.ts';
import { isWhole } from '../support/thorough.ts';

test.each([
  ['engine/isa/vector.gen.ts', 'scripts/generate-vector.ts'],
  ['engine/interpreter/loop.gen.ts', 'scripts/generate-interpreter.ts'],
])('%s is what %s writes', (file, generator) => {
  const { status, output } = runNode('--import', 'tsx', generator, '--check');
  expect(output).toContain(`${file} is up to date`);
  expect(status).toBe(0);
});

test.runIf(isWhole)('no function of the vector unit is too large for V8 to optimise', () => {
  const { status, output } = runNode('--print-bytecode', '--import', 'tsx', 'wasm-tests/support/run-all-vectors.ts');
  expect(status).toBe(0);
  const sizes = bytecodeSizes(output);
  expect(sizes.get('i8x16_add')).toBeGreaterThan(0);
  const vectorSizes = [...sizes].filter(([name]) => name === 'execute' || /^(v128|[if]\d+x\d+)_/.test(name));
  expect(vectorSizes.length).toBeGreaterThan(250);
  expect(vectorSizes.filter(([, size]) => size >= maxOptimizedBytecode)).toEqual([]);
});

test.runIf(isWhole).each(['runPlain', 'runTraced'])(
  'the dispatch loop %s is not too large for V8 to optimise',
  (loop) => {
    const { status, output } = runNode(
      ...['--print-bytecode', `--print-bytecode-filter=${loop}`, '--import', 'tsx'],
      'wasm-tests/support/run-interpreter.ts',
    );
    expect(status).toBe(0);
    const size = bytecodeSizes(output).get(loop);
    expect(size).toBeGreaterThan(5000);
    expect(size).toBeLessThan(maxOptimizedBytecode);
  },
);
