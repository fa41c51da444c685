/** Traps as text. */

import picocolors from 'picocolors';
import type { ReportContext } from '../report/report.ts';
import { counted, printable } from '../report/text.ts';
import type { NamedValue, TrapFrame, TrapReport, TrapResult } from './data.ts';

/** How a run without traps ended, in words. */
const outcomes: Readonly<Record<TrapResult['outcome'], string>> = {
  returned: 'The program returned without a trap.',
  exit: 'The program exited without a trap',
  trap: 'The program trapped where nothing was watched',
  error: 'The program ended with an error of the host',
  interrupted: 'The program was interrupted before it trapped.',
  running: 'There was no trap so far.',
};

export function trapText(result: TrapResult, context: ReportContext): string {
  const { bold } = picocolors.createColors(context.colors);
  const title = bold(printable(`trap of ${context.program}`));
  const { traps, more, outcome, detail } = result;
  if (traps.length === 0) {
    const words = outcomes[outcome];
    return `${title}\n\n${words}${words.endsWith('.') || detail === undefined ? '' : `: ${printable(detail)}`}\n`;
  }
  const parts = traps.map((trap) => trapLines(trap, result, context).join('\n'));
  const rest = more === 0 ? '' : `\n\n... and ${counted(more, 'trap')} more`;
  return `${title}\n\n${parts.join('\n\n')}${rest}\n`;
}

function trapLines(trap: TrapReport, { modules }: TrapResult, context: ReportContext): string[] {
  const colors = picocolors.createColors(context.colors);
  const { message, causes, frames, omitted } = trap;
  const half = Math.ceil(frames.length / 2);
  const lines = frames.map((frame, i) => {
    const place = omitted > 0 && i >= half ? i + omitted : i;
    return frameLines(frame, place, modules.length > 1).join('\n');
  });
  if (omitted > 0) lines.splice(half, 0, `... ${counted(omitted, 'frame')} left out`);
  return [colors.red(printable(message)), ...causes.map((cause) => `  ${printable(cause)}`), '', ...lines];
}

function frameLines(frame: TrapFrame, place: number, hasModule: boolean): string[] {
  const { name, index, module, pc, offset, instruction, locals, operands } = frame;
  if (module < 0) return [`#${place} ${printable(name)}`];
  const where = hasModule ? ` of module ${module + 1}` : '';
  const head = `#${place} ${printable(name)} (function ${index}${where}) at pc ${pc}, module offset 0x${offset.toString(16)}: ${instruction}`;
  return [
    head,
    ...locals.map(
      (local) =>
        `     ${local.name === undefined ? `local ${local.index}` : `$${printable(local.name)}`}: ${typedText(local)}`,
    ),
    ...operands.map((operand) => `     operand ${operand.index} from the top: ${typedText(operand)}`),
  ];
}

function typedText({ type, value }: NamedValue): string {
  return `${type} = ${printable(value)}`;
}
