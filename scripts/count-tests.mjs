/**
 * Prints the closing line of a CI run: `node scripts/count-tests.mjs REPORT [FAILED STEP...]`.
 *
 * REPORT is what vitest's JSON reporter wrote. A test file that could not be loaded counts as one failed test, and
 * so does each failed step; the step called "tests" only where no test explains it. Exits with 1 if anything failed.
 * Plain JavaScript, since it also runs where the installation of the dependencies failed.
 */

import { readFileSync } from 'node:fs';
import process from 'node:process';

const [reportFile, ...failedSteps] = process.argv.slice(2);

/** The report, or null where the tests did not run. */
function readReport() {
  const text = readFileSync(reportFile, 'utf8');
  return text === '' ? null : JSON.parse(text);
}

const report = readReport();
const files = report?.testResults ?? [];
const tests = files.flatMap((file) => file.assertionResults);
const count = (...statuses) => tests.filter((test) => statuses.includes(test.status)).length;

const passed = count('passed');
const skipped = count('skipped', 'pending', 'todo', 'disabled');
const brokenFiles = files.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
).length;
const failedTests = tests.length - passed - skipped + brokenFiles;
const otherSteps = failedSteps.filter((step) => step !== 'tests' || failedTests === 0).length;
const failed = failedTests + otherSteps + (report === null && otherSteps === 0 ? 1 : 0);

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 ? 0 : 1;
