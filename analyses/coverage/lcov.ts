/**
 * Coverage for the tools that read lcov's tracefiles. They show source lines, so a listing of each module stands in for
 * its source: every instruction is a line of it. Counts are 1 or 0, since coverage only knows whether something ran.
 *
 * There are no branch records: whether an instruction ran does not always tell which way led to it.
 */

import { createRequire } from 'node:module';
import type * as coverageLibrary from 'istanbul-lib-coverage';
import type { FileCoverageData, Range } from 'istanbul-lib-coverage';
import type * as reportLibrary from 'istanbul-lib-report';
import type * as reportsLibrary from 'istanbul-reports';
import type { Module } from '../../engine/index.ts';
import { type CoverageResult, coveredFlags, type FunctionCoverage, isCalled, type ModuleCoverage } from './data.ts';
import { instructionText, listings, offsetText, pcWidth } from '../report/listing.ts';
import { type Report, type ReportContext, ReportError, type ReportFile } from '../report/report.ts';
import { printable } from '../report/text.ts';

/** @throws ReportError where there is no file to write to */
export function coverageLcov(result: CoverageResult, { modules, out, program }: ReportContext): Report {
  if (out === undefined) {
    throw new ReportError(
      'the format lcov consists of two files, the coverage and a listing: name the first with --out',
    );
  }
  const parts = result.modules.map((coverage, i) => {
    // The whole name of the tracefile stays in that of the listing, so that it cannot be the program's own source.
    const path = `${out}${i === 0 ? '' : `.${i + 1}`}.wat`;
    return moduleFile(modules[i] as Module, coverage, { path, program });
  });
  const data = Object.fromEntries(parts.map(({ file, data }) => [file.path, data]));
  return { text: tracefile(data), files: parts.map(({ file }) => file) };
}

/** The listing of a module, and its coverage by lines of the listing. */
function moduleFile(
  module: Module,
  coverage: ModuleCoverage,
  { path, program }: { readonly path: string; readonly program: string },
): { file: ReportFile; data: FileCoverageData } {
  const data: FileCoverageData = { path, statementMap: {}, fnMap: {}, branchMap: {}, s: {}, f: {}, b: {} };
  const lines = [`;; ${printable(program)}: (; pc, offset in the module ;) instruction`];
  const names = uniqueNames(coverage.functions);
  const width = pcWidth(module);
  let i = 0;
  for (const { index, header, instructions } of listings(module)) {
    const func = coverage.functions[i] as FunctionCoverage;
    lines.push('', header);
    const decl = lineRange(lines.length);
    const covered = coveredFlags(
      instructions.map(({ pc }) => pc),
      func.uncovered,
    );
    for (const [place, instruction] of instructions.entries()) {
      const { pc, offset } = instruction;
      lines.push(`(;${String(pc).padStart(width)} ${offsetText(offset, module)};)  ${instructionText(instruction)}`);
      data.statementMap[lines.length] = lineRange(lines.length);
      data.s[lines.length] = covered[place] as number;
    }
    lines.push(')');
    data.fnMap[index] = { name: names[i] as string, decl, loc: decl, line: decl.start.line };
    data.f[index] = isCalled(func) ? 1 : 0;
    i++;
  }
  return { file: { path, text: `${lines.join('\n')}\n` }, data };
}

function lineRange(line: number): Range {
  const start = { line, column: 0 };
  return { start, end: start };
}

/** Names as lcov needs them: it tells functions of a file apart by name only. */
function uniqueNames(functions: readonly FunctionCoverage[]): string[] {
  const uses = new Map<string, number>();
  for (const { name } of functions) uses.set(name, (uses.get(name) ?? 0) + 1);
  return functions.map(({ name, index }) => printable(uses.get(name) === 1 ? name : `${name} (;${index};)`));
}

/**
 * The libraries that write the format. They are loaded when a report in it is made: that takes as long as the start of all
 * the rest. All are CommonJS packages, so `require` finds them without a promise; it knows no types, hence the casts.
 */
function libraries() {
  const require = createRequire(import.meta.url);
  return {
    ...(require('istanbul-lib-coverage') as typeof coverageLibrary),
    ...(require('istanbul-lib-report') as typeof reportLibrary),
    ...(require('istanbul-reports') as typeof reportsLibrary),
  };
}

/** Lets the reporter write to memory: it writes to a file of the context's writer. */
function tracefile(data: Record<string, FileCoverageData>): string {
  const chunks: string[] = [];
  const content = {
    write: (text: string) => chunks.push(text),
    println: (text: string) => chunks.push(`${text}\n`),
    colorize: (text: string) => text,
    close: () => undefined,
  };
  const { create, createContext, createCoverageMap } = libraries();
  const context = createContext({ coverageMap: createCoverageMap(data), defaultSummarizer: 'flat' });
  Object.defineProperty(context, 'writer', { value: { writeFile: () => content } });
  create('lcovonly').execute(context);
  return chunks.join('');
}
