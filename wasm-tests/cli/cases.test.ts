/**
 * Command lines with their output: each file in `cases/` says in its `;; RUN:` lines how it is run, and beside it stands
 * what comes of it. In a RUN line, `%s` is the file; words are parted by blanks, quoted with '...'. `;; STDIN:` gives input.
 * Times are left out of what is compared.
 *
 * `WIZ_BLESS=1 npx vitest run wasm-tests/cli/cases.test.ts` writes the outputs anew; look at the difference.
 */

import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildCli, runCli } from './run-cli.ts';

const folder = fileURLToPath(new URL('cases/', import.meta.url));
const isBlessing = process.env.WIZ_BLESS === '1';

function directives(source: string, name: string): string[] {
  const pattern = new RegExp(`^;; ${name}: (.*)$`, 'gm');
  return Array.from(source.matchAll(pattern), ([, value]) => value as string);
}

function words(command: string): string[] {
  return Array.from(command.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => quoted ?? (plain as string));
}

/** Milliseconds, in text and in JSON. */
const times = /\b\d+\.\d+(?= ms\b)|(?<="\w+Ms": )[\d.]+/g;

/** Everything that a command line printed, as it stands in the golden file. */
async function transcript(command: string, file: string, input: string): Promise<string> {
  const [wiz, ...args] = words(command).map((word) => (word === '%s' ? file : word));
  if (wiz !== 'wiz') throw new Error(`a RUN line begins with "wiz": ${command}`);
  const { stdout, stderr, code } = await runCli(args, { cwd: folder, input, env: { GREETING: 'hello' } });
  const parts = [`$ ${command}`, stdout.replace(/\n$/, '')];
  if (stderr !== '') parts.push('--- stderr', stderr.replace(/\n$/, ''));
  if (code !== 0) parts.push(`--- exit code ${code}`);
  return `${parts.filter((part) => part !== '').join('\n')}\n`.replace(times, '<time>');
}

beforeAll(buildCli);

const files = fs.readdirSync(folder).filter((name) => !name.endsWith('.out'));

describe.concurrent('command lines', () => {
  test.each(files)('%s', async (file) => {
    const source = fs.readFileSync(path.join(folder, file), 'latin1');
    const commands = directives(source, 'RUN');
    expect(commands, `${file} has RUN lines`).not.toEqual([]);
    const input = directives(source, 'STDIN')
      .map((line) => `${line}\n`)
      .join('');
    const transcripts: string[] = [];
    for (const command of commands) transcripts.push(await transcript(command, file, input));
    const golden = path.join(folder, `${file}.out`);
    const actual = transcripts.join('\n');
    if (isBlessing) fs.writeFileSync(golden, actual);
    expect(actual).toBe(fs.readFileSync(golden, 'utf8'));
  });

  test('every output belongs to a file', () => {
    const outputs = fs.readdirSync(folder).filter((name) => name.endsWith('.out'));
    expect(outputs.map((name) => name.slice(0, -4)).sort()).toEqual([...files].sort());
  });
});
