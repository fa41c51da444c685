/**
 * Fills the outputs of commands into the docs: between `<!-- generated: wiz ... -->` and `<!-- end -->` stands what the command
 * prints, standard output first. Behind `generated, times vary:` numbers and rows of tables do not count when it is checked for drift.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const isCheck = process.argv.includes('--check');
const BLOCK = /(<!-- generated(, times vary)?: wiz (.*?) -->\n)([\s\S]*?)(<!-- end -->)/g;

/** Words of a command line: parted by blanks, quoted with "..." or '...'. */
function wordsOf(command: string): string[] {
  return Array.from(command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g), ([, a, b, plain]) => a ?? b ?? (plain as string));
}

function outputOf(command: string): string {
  const [text = '', file] = command.split(' < ');
  const { stdout, stderr, error } = spawnSync(process.execPath, ['--import', 'tsx', 'cli/bin.ts', ...wordsOf(text)], {
    cwd: root,
    encoding: 'utf8',
    input: file === undefined ? '' : readFileSync(new URL(`../${file.trim()}`, import.meta.url)),
    env: { ...process.env, NO_COLOR: '1' },
    maxBuffer: 2 ** 26,
  });
  if (error !== undefined) throw error;
  if (stderr.includes('wiz: there is no') || stdout + stderr === '') {
    throw new Error(`wiz ${command} prints nothing that could be shown:\n${stderr}`);
  }
  return `${stdout}${stderr}`;
}

/** What does not depend on times: without numbers, and without rows of tables, whose order does. */
function withoutTimes(text: string): string {
  const lines = text.split('\n').filter((line) => (line.match(/[\d.,]+/g) ?? []).length < 2);
  return lines
    .map((line) =>
      line
        .replace(/[\d.,]+/g, '0')
        .replace(/ (µs|ms|s|min)\b/g, ' time')
        .replace(/ +/g, ' '),
    )
    .join('\n');
}

let hasDrift = false;
const files = readdirSync(new URL('../docs', import.meta.url), { recursive: true, encoding: 'utf8' });
for (const name of files.filter((file) => file.endsWith('.md')).sort()) {
  const file = `docs/${name}`;
  const path = new URL(`../${file}`, import.meta.url);
  const text = readFileSync(path, 'utf8');
  const filled = text.replace(
    BLOCK,
    (whole, head: string, varies: string | undefined, command: string, old: string, end: string) => {
      const fresh = `\n\`\`\`text\n${outputOf(command).trimEnd()}\n\`\`\`\n\n`;
      const isSame = varies === undefined ? fresh === old : withoutTimes(fresh) === withoutTimes(old);
      if (isSame) return whole;
      hasDrift = true;
      if (isCheck) console.error(`${file} is not what wiz ${command} prints`);
      return `${head}${fresh}${end}`;
    },
  );
  if (!isCheck && filled !== text) writeFileSync(path, filled);
}
if (isCheck && hasDrift) {
  console.error('npm run generate writes the outputs anew');
  process.exitCode = 1;
}
