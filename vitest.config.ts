import { defineConfig } from 'vitest/config';
import { ContractReporter } from './wasm-tests/contract/reporter.ts';

/** Files that set flags of V8, count what is on the heap, or have engines, logs and memories by the hundred. */
const alone = [
  'wasm-tests/analyses/{every,golden,pairs,rewritten}.test.ts',
  'wasm-tests/compiler/{direct-probes,equal-logs,leave-everywhere,memory-access,report}.test.ts',
  'wasm-tests/contract/{composition,leak,non-interference}.test.ts',
  'wasm-tests/fuzz/*.test.ts',
  'wasm-tests/golden/*.test.ts',
  'wasm-tests/interpreter/values.test.ts',
  'wasm-tests/isa/interpreter-contextual.test.ts',
  'wasm-tests/module/{constants,signatures}.test.ts',
  'wasm-tests/probes/*.test.ts',
  'wasm-tests/programs/*.test.ts',
];

export default defineConfig({
  test: {
    // Engines under test loop for seconds in one go; what hangs is caught all the same.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    globalSetup: ['wasm-tests/cli/cli-folder.ts'],
    pool: 'forks',
    maxWorkers: '100%',
    // The last one tells which rules of the probe contract were shown.
    reporters: [
      'default',
      new ContractReporter(),
      ...(process.env.WIZ_TEST_REPORT
        ? [['json', { outputFile: process.env.WIZ_TEST_REPORT }] as ['json', { outputFile: string }]]
        : []),
    ],
    projects: [
      // Loading the engine, and compiling it until it is fast, takes longer than most files: they share processes.
      {
        extends: true,
        test: { name: 'shared', include: ['wasm-tests/**/*.test.ts'], exclude: alone, isolate: false },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});
