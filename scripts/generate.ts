/**
 * Runs every generator, `scripts/generate-*.ts`, in the order of their names.
 *
 * `npm run generate` writes the generated files; `npm run generate -- --check` writes nothing and fails
 * where a committed file is not what its generator would write. Each generator gets the arguments as they are.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const generators = readdirSync(folder).filter((name) => /^generate-.*\.ts$/.test(name));

let failures = 0;
for (const name of generators.sort()) {
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', `${folder}${name}`, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  if (status === 0) continue;
  failures++;
  console.error(`${name} failed`);
}
process.exitCode = failures === 0 ? 0 : 1;
