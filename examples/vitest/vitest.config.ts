import { defineConfig } from 'vitest/config';
import { wiz } from 'wiz/vitest/plugin';

export default defineConfig({
  plugins: [wiz()],
  test: {
    coverage: {
      reporter: ['text', 'html', 'lcov', 'json'],
      thresholds: {
        'src/*.js': { lines: 90 },
        // Lines and statements of a module are its instructions.
        'src/dates.wasm': { functions: 100, statements: 90, branches: 50 },
      },
    },
  },
});
