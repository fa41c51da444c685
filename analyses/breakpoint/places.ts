/** Where breakpoints are: functions, `+pc` or `+instruction` in them, offsets in the module. */

import { ENTRY_PC, functionInstructions, functionLocations, type Location, type Module } from '../../engine/index.ts';
import { FilterError, functionInfos, selectFunctions, selectInstructions } from '../../probes/index.ts';
import { OptionError } from '../options.ts';

/** A location that somebody asked for. */
export interface Place {
  /** Index of the function. */
  readonly func: number;
  /** `ENTRY_PC` for the entry. */
  readonly pc: number;
  /** What was asked for: `fib+17`. */
  readonly at: string;
}

/**
 * Reads one `at`.
 *
 * @throws OptionError that names the nearest places that exist
 */
export function placesOf(module: Module, at: string): Place[] {
  try {
    return readPlaces(module, at);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new OptionError(`option "at": ${error.message}`, 'at', error.nearest);
  }
}

function readPlaces(module: Module, at: string): Place[] {
  if (/^0x[0-9a-f]+$/i.test(at)) return [placeAtOffset(module, at)];
  // Some names have a plus in them, as `operator+`.
  const isName = functionInfos(module).some(({ name, exports }) => name === at || exports.includes(at));
  const plus = isName ? -1 : at.lastIndexOf('+');
  if (plus < 0) return selectFunctions(module, at).map((func) => ({ func, pc: ENTRY_PC, at }));
  const [filter, where] = [at.slice(0, plus), at.slice(plus + 1)];
  const functions = selectFunctions(module, filter);
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(where)) return placesByInstruction(module, functions, { at, where });
  return functions.map((func) => ({ func, pc: checkedPc(module, func, { at, where }), at }));
}

interface Asked {
  readonly at: string;
  /** What stands behind the plus. */
  readonly where: string;
}

function checkedPc(module: Module, func: number, { at, where }: Asked): number {
  const pc = Number(where);
  if (pc === ENTRY_PC) return pc;
  const { pcs } = functionInstructions(module, func);
  if (pcs.includes(pc)) return pc;
  const near = around(pcs, pc);
  const name = at.slice(0, at.length - where.length - 1);
  throw new OptionError(
    `option "at": no instruction of function ${func} is at pc ${where}: the nearest are at ${near.join(' and ')}`,
    'at',
    near.map((pc) => `${name}+${pc}`),
  );
}

/** The last below and the first above. */
function around(ascending: ArrayLike<number>, wanted: number): number[] {
  const all = Array.from(ascending);
  return [all.findLast((n) => n < wanted), all.find((n) => n > wanted)].filter((n) => n !== undefined);
}

function placesByInstruction(module: Module, functions: readonly number[], { at, where }: Asked): Place[] {
  const ops = selectInstructions(where);
  const places = functions.flatMap((func) => functionLocations(module, func, ops).map(({ pc }) => ({ func, pc, at })));
  if (places.length > 0) return places;
  throw new FilterError(at, `no instruction of these functions is selected by "${where}", in "${at}"`);
}

function placeAtOffset(module: Module, at: string): Place {
  const offset = Number(at);
  const first = module.importCounts.function;
  const index = module.bodies.findIndex(({ start, end }) => offset >= start && offset < end);
  const body = module.bodies[index];
  if (body === undefined) throw outside(module, at);
  const pc = offset - body.start;
  const func = first + index;
  const { pcs } = functionInstructions(module, func);
  if (pc === ENTRY_PC || pcs.includes(pc)) return { func, pc, at };
  const near = around(pcs, pc).map((n) => `0x${(body.start + n).toString(16)}`);
  throw new OptionError(
    `option "at": no instruction is at module offset ${at}, which is in function ${func}: the nearest are at ${near.join(' and ')}`,
    'at',
    near,
  );
}

function outside({ bodies }: Module, at: string): OptionError {
  const [begin, end] = [bodies[0]?.start, bodies.at(-1)?.end];
  if (begin === undefined || end === undefined) {
    return new OptionError(`option "at": ${at} is in no function: the module has none of its own`, 'at');
  }
  const starts = bodies.map(({ start }) => start);
  const near = around(starts, Number(at)).map((n) => `0x${n.toString(16)}`);
  const where = `functions lie at 0x${begin.toString(16)} to 0x${(end - 1).toString(16)}`;
  return new OptionError(
    `option "at": module offset ${at} is in no function: ${where}, and the nearest begin at ${near.join(' and ')}`,
    'at',
    near,
  );
}

/** The location of an instruction; undefined for the entry. */
export function locationAt(module: Module, { func, pc }: Pick<Place, 'func' | 'pc'>): Location | undefined {
  return pc === ENTRY_PC ? undefined : functionLocations(module, func).find((location) => location.pc === pc);
}
