/** `wiz probes` and `wiz new-probe NAME`. */

import fs from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { analysisKinds } from '../analyses/index.ts';
import { CliError, hostReason } from './errors.ts';
import { probeLines } from './help.ts';
import { newProbeText } from './new-probe.ts';
import { printMessage, printResult } from './output.ts';

export function addProbeCommands(command: Command): void {
  command
    .command('probes')
    .description('Lists the probes that come with wiz, and their options.')
    .option('--verbose', 'show where in wiz an error comes from')
    .helpOption('--help', 'print this help')
    .action(() => {
      printResult(`${probeLines(analysisKinds).join('\n')}\n`);
    });
  command
    .command('new-probe')
    .description('Writes NAME.ts, a probe of your own to start from.')
    .argument('<NAME>', 'name of the probe, or path of the file')
    .option('--verbose', 'show where in wiz an error comes from')
    .helpOption('--help', 'print this help')
    .action((name: string) => {
      const file = name.endsWith('.ts') ? name : `${name}.ts`;
      write(file, newProbeText(path.basename(file, '.ts')));
      const shown = path.isAbsolute(file) || file.startsWith('.') ? file : `./${file}`;
      printMessage(`${file} is written. Run a program with it:\n  wiz --probe ${shown} app.wasm\n`);
    });
}

function write(file: string, text: string): void {
  try {
    fs.writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new CliError(`cannot write ${file}: ${exists ? 'it exists already' : hostReason(error)}`, { cause: error });
  }
}
