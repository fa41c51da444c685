/** A folder for the compiled command line, which all test files of a run share: vitest's global setup. */

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    cliFolder: string;
  }
}

/** Inside of the project, so that dependencies are found from there. */
const cache = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url));

export function setup(project: TestProject): () => void {
  fs.mkdirSync(cache, { recursive: true });
  const folder = fs.mkdtempSync(path.join(cache, 'wiz-cli-'));
  project.provide('cliFolder', folder);
  return () => fs.rmSync(folder, { recursive: true, force: true });
}
