/** The official suite, one test for each file. It lies outside of the project: `WIZ_SPEC_SUITE` names its folder. */

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { tiers, WizEngine } from './adapter-wiz.ts';
import { deviations, readExpectations } from './expected.ts';
import { deviationLine } from './report.ts';
import { runScript } from './run-file.ts';
import { readSuiteFile, suiteFiles } from './suite.ts';

const folder = process.env.WIZ_SPEC_SUITE;
const expectations = readExpectations(fileURLToPath(new URL('expected.json', import.meta.url)));

describe.each(Object.entries(tiers))('the official suite in the %s', (_tier, makeExecutor) => {
  if (folder === undefined) {
    test('needs WIZ_SPEC_SUITE to name its folder', (context) => context.skip('WIZ_SPEC_SUITE is not set'));
    return;
  }
  const files = suiteFiles(folder, { legacy: false, proposals: false, filter: undefined });
  test('is there', () => {
    expect(files.length).toBeGreaterThan(200);
  });
  test.each(files)('%s: every result is the listed one', async (file) => {
    const engine = new WizEngine(makeExecutor());
    const result = await runScript(engine, file, readSuiteFile(folder, file));
    expect(deviations(result, expectations[file]).map(deviationLine)).toEqual([]);
  });
});
