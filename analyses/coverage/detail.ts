/** Coverage as an annotated disassembly. */

import picocolors from 'picocolors';
import type { Module } from '../../engine/index.ts';
import { type CoverageResult, coveredFlags, type FunctionCoverage, isCalled } from './data.ts';
import { colored, emptyReport, titleOf, totalsLines } from './summary.ts';
import { instructionText, listingOf, offsetText, pcWidth } from '../report/listing.ts';
import type { ReportContext } from '../report/report.ts';
import { counted, printable } from '../report/text.ts';

const LEGEND = '+ executed, - not executed; pc in the function, offset in the module';

/** Totals, then every function by index: each instruction with a mark. Of functions never called only a line, unless `hasUncalled`. */
export function coverageDetail(result: CoverageResult, hasUncalled: boolean, context: ReportContext): string {
  if (result.modules.length === 0) return `${emptyReport(context)}\n`;
  const colors = picocolors.createColors(context.colors);
  const lines = result.modules.flatMap((coverage, i) => {
    const module = context.modules[i] as Module;
    const before = i === 0 ? [] : [''];
    const head = [...before, ...totalsLines(coverage, titleOf(result, i, context), context), '', colors.dim(LEGEND)];
    return [...head, ...functionLines(coverage.functions, module, hasUncalled, context)];
  });
  return `${lines.join('\n')}\n`;
}

function functionLines(
  functions: readonly FunctionCoverage[],
  module: Module,
  hasUncalled: boolean,
  context: ReportContext,
): string[] {
  const lines: string[] = [];
  let isAfterBody = true;
  for (const func of functions) {
    const isFull = isCalled(func) || hasUncalled;
    if (isFull || isAfterBody) lines.push('');
    lines.push(headLine(func, context));
    if (isFull) lines.push(...instructionLines(func, module, context));
    isAfterBody = isFull;
  }
  return lines;
}

function headLine(func: FunctionCoverage, { colors: hasColors }: ReportContext): string {
  const colors = picocolors.createColors(hasColors);
  const { index, name, instructions, blocks } = func;
  const title = `func ${index} ${printable(name)}`;
  if (!isCalled(func)) return `${title}: ${colors.red('never called')}, ${counted(instructions.all, 'instruction')}`;
  return (
    `${colors.bold(title)}: ${colored(colors, instructions)}, ` +
    `${instructions.covered} of ${counted(instructions.all, 'instruction')}, ` +
    `${blocks.covered} of ${counted(blocks.all, 'block')}`
  );
}

function instructionLines(func: FunctionCoverage, module: Module, { colors: hasColors }: ReportContext): string[] {
  const colors = picocolors.createColors(hasColors);
  const { instructions } = listingOf(module, func.index);
  const pcs = instructions.map(({ pc }) => pc);
  const covered = coveredFlags(pcs, func.uncovered);
  const width = pcWidth(module);
  return instructions.map((line, i) => {
    const place = `${String(line.pc).padStart(width)}  ${offsetText(line.offset, module)}`;
    const text = `${place}  ${instructionText(line)}`;
    return covered[i] === 1 ? `+ ${text}` : colors.red(`- ${text}`);
  });
}
