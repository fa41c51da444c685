/** `wiz probes` and `wiz new-probe NAME`. */

import fs from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { analysisKinds } from '../analyses/index.ts';
import { CliError, hostReason } from './errors.ts';
import { probeDetails, probeLines } from './help.ts';
import { newProbeText } from './new-probe.ts';
import { printMessage, printResult } from './output.ts';
import { resolveProbe } from './probes.ts';
import { codeOf } from './wasi/errno.ts';

export function addProbeCommands(command: Command): void {
  command
    .command('probes')
    .description('Lists the probes that come with wiz, and their options; with a NAME, all about that one.')
    .argument('[NAME]', 'name or file of a probe')
    .option('--verbose', 'show where in wiz an error comes from')
    .helpOption('--help', 'print this help')
    .action(async (name: string | undefined) => {
      const lines = name === undefined ? probeLines(analysisKinds) : probeDetails((await resolveProbe(name)).kind);
      printResult(`${lines.join('\n')}\n`);
    });
  command
    .command('new-probe')
    .description('Writes NAME.ts, a probe of your own to start from.')
    .argument('<NAME>', 'name of the probe, or path of the file')
    .option('--verbose', 'show where in wiz an error comes from')
    .helpOption('--help', 'print this help')
    .action((name: string) => {
      const file = fileOf(name);
      write(file, newProbeText(path.basename(file)));
      const shown = path.isAbsolute(file) || file.startsWith('.') ? file : `./${file}`;
      const word = /^[\w./\\:@+-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
      printMessage(`${file} is written. Run a program with it:\n  wiz --probe ${word} app.wasm\n`);
    });
}

/** The file for a name. What is written is TypeScript, whose extension may be left out. */
function fileOf(name: string): string {
  const extension = path.extname(name);
  if (extension === '.ts' || extension === '.mts') return name;
  if (/^\.[cm]?[jt]sx?$/.test(extension)) {
    const hint = `Without a build step all the same: wiz new-probe ${name.slice(0, -extension.length)}`;
    throw new CliError(`a new probe is written in TypeScript, not as ${extension}`, { hint });
  }
  if (/[\p{Cc}:]/u.test(path.basename(name)) || path.basename(name) === '') {
    throw new CliError(`"${name}" is no name for a probe`, { hint: 'For instance: wiz new-probe my-probe' });
  }
  return `${name}.ts`;
}

function write(file: string, text: string): void {
  try {
    fs.writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const reasons: Readonly<Record<string, string>> = {
      EEXIST: 'it exists already',
      ENOENT: `there is no folder ${path.dirname(file)}`,
    };
    throw new CliError(`cannot write ${file}: ${reasons[codeOf(error) ?? ''] ?? hostReason(error)}`, { cause: error });
  }
}
