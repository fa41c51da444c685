/** A function as a list of instructions, with what belongs together: found by counting blocks, from top to bottom. */

import { funcTypeOf, functionLocations, type Location, type Module } from '../../../engine/index.ts';

export interface BlockText {
  readonly name: string;
  readonly start: number;
  end: number;
  hasElse: boolean;
  readonly params: number;
  readonly results: number;
}

export interface FunctionText {
  readonly list: readonly Location[];
  at(pc: number): Location;
  /** The block that an instruction opens, or that an `else` or `end` belongs to. */
  readonly own: ReadonlyMap<number, BlockText>;
  /** The open blocks before each instruction, the innermost first; the last is the function. */
  readonly around: ReadonlyMap<number, readonly BlockText[]>;
  readonly loops: readonly BlockText[];
  readonly resultCount: number;
}

const texts = new WeakMap<Module, Map<number, FunctionText>>();

export function functionText(module: Module, func: number): FunctionText {
  const all = texts.get(module) ?? new Map<number, FunctionText>();
  texts.set(module, all);
  const known = all.get(func) ?? read(module, func);
  all.set(func, known);
  return known;
}

function counts(module: Module, typeIndex: number): { params: number; results: number } {
  const type = funcTypeOf(module.types[typeIndex] as number);
  return { params: type?.params.length ?? 0, results: type?.results.length ?? 0 };
}

function read(module: Module, func: number): FunctionText {
  const list = functionLocations(module, func);
  const { results } = counts(module, module.funcTypes[func] as number);
  const open: BlockText[] = [{ name: 'function', start: 0, end: -1, hasElse: false, params: 0, results }];
  const own = new Map<number, BlockText>();
  const around = new Map<number, BlockText[]>();
  for (const { pc, instruction, immediates } of list) {
    around.set(pc, [...open]);
    const { name } = instruction;
    if (name === 'block' || name === 'loop' || name === 'if') {
      const one = { params: 0, results: immediates.type === undefined ? 0 : 1 };
      const type = immediates.index === undefined ? one : counts(module, immediates.index);
      const block = { name, start: pc, end: -1, hasElse: false, ...type };
      open.unshift(block);
      own.set(pc, block);
    } else if (name === 'else' || name === 'end') {
      const block = open[0] as BlockText;
      own.set(pc, block);
      if (name === 'else') block.hasElse = true;
      else {
        block.end = pc;
        open.shift();
      }
    }
  }
  const byPc = new Map(list.map((location) => [location.pc, location]));
  const loops = [...own.values()].filter((b, i, all) => b.name === 'loop' && all.indexOf(b) === i);
  return { list, at: (pc) => byPc.get(pc) as Location, own, around, loops, resultCount: results };
}
