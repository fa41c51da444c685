/**
 * Fuzzing without end, or for a number of seeds:
 *
 *     npm run fuzz -- [first seed] [number of seeds]
 *
 * Each seed makes one generated module, whose runs are compared, and damaged copies of it, whose verdicts are.
 * What fails is written to `crashes/`.
 */

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { native, wiz } from '../diff/namespace.ts';
import { callAll } from './call-all.ts';
import { generateModule } from './generate.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { compareVerdicts } from './verdict.ts';

const COPIES = 50;

function keep(name: string, bytes: Uint8Array, why: string): void {
  const file = fileURLToPath(new URL(`crashes/${name}.wasm`, import.meta.url));
  writeFileSync(file, bytes);
  process.stdout.write(`\n${file}: ${why}\n`);
}

/** The first line in which the transcripts differ; undefined where they do not. */
function difference(expected: readonly string[], actual: readonly string[]): string | undefined {
  const at = expected.findIndex((line, i) => line !== actual[i]);
  if (at < 0 && expected.length === actual.length) return undefined;
  return `expected ${expected[at]}, was ${actual[at]}`;
}

async function trySeed(seed: number): Promise<void> {
  const bytes = await generateModule(seed);
  const random = new Random(seed);
  const damaged = Array.from({ length: COPIES }, () => mutate(random, bytes));
  for (const [i, copy] of [bytes, ...damaged].entries()) {
    const name = `seed-${seed}-${i}`;
    try {
      compareVerdicts(native.W, wiz.W, copy);
    } catch (error) {
      keep(name, copy, String(error));
    }
  }
  if (!native.W.validate(bytes)) return;
  try {
    const why = difference(callAll(native.W, bytes, seed), callAll(wiz.W, bytes, seed));
    if (why !== undefined) keep(`seed-${seed}`, bytes, why);
  } catch (error) {
    keep(`seed-${seed}`, bytes, String(error));
  }
}

const [first = '0', count = 'Infinity'] = process.argv.slice(2);
for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  await trySeed(seed);
  process.stdout.write(`\rseed ${seed}`);
}
process.stdout.write('\n');
