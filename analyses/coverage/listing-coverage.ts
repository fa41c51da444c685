/**
 * Coverage by lines of a listing, for the tools that know lines of source: every instruction is a line of the listing of its module, which
 * stands in for the source. Counts are 1 or 0, since coverage only knows whether something ran.
 */

import type { Module } from '../../engine/index.ts';
import { type FunctionListing, instructionText, listings, offsetText, pcWidth } from '../report/listing.ts';
import type { ReportFile } from '../report/report.ts';
import { printable } from '../report/text.ts';
import { branchWays } from './branches.ts';
import { coveredFlags, type FunctionCoverage, isCalled, type ModuleCoverage } from './data.ts';

/** Lines count from 1, columns from 0. */
export interface ListingRange {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

/** A branch, at whose ways the counts stand in the same order. */
export interface ListingBranch {
  readonly loc: ListingRange;
  readonly type: string;
  readonly locations: ListingRange[];
  readonly line: number;
}

/** Coverage of one file as istanbul-lib-coverage has it; keys are numbers of lines, and of functions by index. */
export interface ListingData {
  readonly path: string;
  readonly statementMap: Record<string, ListingRange>;
  readonly fnMap: Record<string, { name: string; decl: ListingRange; loc: ListingRange; line: number }>;
  readonly branchMap: Record<string, ListingBranch>;
  readonly s: Record<string, number>;
  readonly f: Record<string, number>;
  readonly b: Record<string, number[]>;
}

/** The listing of a module, and the coverage of it. */
export interface ListingCoverage {
  readonly file: ReportFile;
  readonly data: ListingData;
}

/** `path` is that of the listing. Functions that were not chosen are in the listing, but not in the data. */
export function listingCoverage(
  module: Module,
  coverage: ModuleCoverage,
  { path, program }: { readonly path: string; readonly program: string },
): ListingCoverage {
  const data: ListingData = { path, statementMap: {}, fnMap: {}, branchMap: {}, s: {}, f: {}, b: {} };
  const lines = [`;; ${printable(program)}: (; pc, offset in the module ;) instruction`];
  const functions = new Map(coverage.functions.map((func) => [func.index, func]));
  const names = uniqueNames(coverage.functions);
  const width = pcWidth(module);
  for (const listing of listings(module)) {
    const { index, header, instructions } = listing;
    lines.push('', header);
    const declaration = lines.length;
    for (const instruction of instructions) {
      const { pc, offset } = instruction;
      lines.push(`(;${String(pc).padStart(width)} ${offsetText(offset, module)};)  ${instructionText(instruction)}`);
    }
    lines.push(')');
    const func = functions.get(index);
    if (func === undefined) continue;
    const name = names.get(index) as string;
    addFunction(data, func, { declaration, name });
    addInstructions(data, func, declaration, listing);
    addBranches(data, func, { module, lineOf: lineNumbers(listing, declaration) });
  }
  return { file: { path, content: `${lines.join('\n')}\n` }, data };
}

function addFunction(
  data: ListingData,
  func: FunctionCoverage,
  { declaration, name }: { readonly declaration: number; readonly name: string },
): void {
  const decl = lineRange(declaration);
  data.fnMap[func.index] = { name, decl, loc: decl, line: declaration };
  data.f[func.index] = isCalled(func) ? 1 : 0;
}

/** The instructions stand on the lines behind the declaration. */
function addInstructions(
  data: ListingData,
  { uncovered }: FunctionCoverage,
  declaration: number,
  { instructions }: FunctionListing,
): void {
  const covered = coveredFlags(instructions.length, uncovered);
  covered.forEach((flag, i) => {
    const line = declaration + 1 + i;
    data.statementMap[line] = lineRange(line);
    data.s[line] = flag;
  });
}

function lineNumbers({ instructions }: FunctionListing, declaration: number): (pc: number) => number {
  const lines = new Map(instructions.map(({ pc }, i) => [pc, declaration + 1 + i]));
  return (pc) => lines.get(pc) as number;
}

function addBranches(
  data: ListingData,
  func: FunctionCoverage,
  { module, lineOf }: { readonly module: Module; readonly lineOf: (pc: number) => number },
): void {
  const untaken = new Set(func.untaken.map(String));
  for (const { location, gone } of branchWays(module, func.index)) {
    const line = lineOf(location.pc);
    const ways = [...gone.keys()];
    const loc = lineRange(line);
    const mapping: ListingBranch = { loc, type: location.instruction.mnemonic, locations: ways.map(() => loc), line };
    data.branchMap[line] = mapping;
    data.b[line] = ways.map((way) => (isCalled(func) && !untaken.has(`${location.pc},${way}`) ? 1 : 0));
  }
}

function lineRange(line: number): ListingRange {
  const start = { line, column: 0 };
  return { start, end: start };
}

/** Names by index, as lcov needs them: it tells functions of a file apart by name only. */
function uniqueNames(functions: readonly FunctionCoverage[]): Map<number, string> {
  const uses = new Map<string, number>();
  for (const { name } of functions) uses.set(name, (uses.get(name) ?? 0) + 1);
  return new Map(
    functions.map(({ name, index }) => [index, printable(uses.get(name) === 1 ? name : `${name} (;${index};)`)]),
  );
}
