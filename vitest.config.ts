import { defineConfig } from 'vitest/config';
import { ContractReporter } from './wasm-tests/contract/reporter.ts';

export default defineConfig({
  test: {
    include: ['wasm-tests/**/*.test.ts'],
    // Engines under test loop for seconds in one go; what hangs is caught all the same.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A process for each file: a test that crashes or exhausts the stack takes no other file down.
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
  },
});
