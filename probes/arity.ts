/** How many operands an instruction takes and how many values it leaves, where control goes on. */

import type { ContextualName, FuncType, Location } from '../engine/index.ts';
import { type Block, type FunctionStructure, functionType, labelTypes, typeOfFunction } from './structure.ts';

/** Operands taken, values left. */
export interface Arity {
  readonly operands: number;
  readonly results: number;
}

/** The rule of an instruction whose type depends on context; `to` is where control went, undefined before it is known. */
type Rule = (structure: FunctionStructure, location: Location, to: number | undefined) => Arity;

const fixed = (operands: number, results: number): Rule => {
  const arity = { operands, results };
  return () => arity;
};

/** What opens a block passes the block's parameters on; `taken` is a condition on top of them. */
const opening =
  (taken: number): Rule =>
  (structure, { pc }) => {
    const { length } = (structure.blockOpenedAt(pc) as Block).params;
    return { operands: length + taken, results: length };
  };

/** `else` and `end` pass the results of their block on. */
const closing: Rule = (structure, { pc }) => {
  const { length } = structure.blockAround(pc).results;
  return { operands: length, results: length };
};

/** Branches bring the values of their label; what they test lies on top of them. */
const branching =
  (tested: number): Rule =>
  (structure, { pc }) => {
    const { length } = labelTypes(structure.targets(pc)[0] as Block);
    return { operands: length + tested, results: length };
  };

const returning: Rule = (structure) => {
  const { length } = structure.type.results;
  return { operands: length, results: length };
};

/** What lies above the arguments: the index into the table, or the reference. */
function calling(
  typeOf: (structure: FunctionStructure, index: number) => FuncType,
  above: number,
  isTail: boolean,
): Rule {
  return (structure, { immediates }) => {
    const { params, results } = typeOf(structure, immediates.index as number);
    return { operands: params.length + above, results: isTail ? 0 : results.length };
  };
}

const direct = (isTail: boolean): Rule => calling(({ module }, index) => typeOfFunction(module, index), 0, isTail);
const byType = (isTail: boolean): Rule => calling(({ module }, index) => functionType(module, index), 1, isTail);

const contextual: Record<ContextualName, Rule> = {
  unreachable: fixed(0, 0),
  block: opening(0),
  loop: opening(0),
  if: opening(1),
  else: closing,
  end: closing,
  br: branching(0),
  br_if: branching(1),
  br_table: branching(1),
  return: returning,
  call: direct(false),
  call_indirect: byType(false),
  call_ref: byType(false),
  return_call: direct(true),
  return_call_indirect: byType(true),
  return_call_ref: byType(true),
  drop: fixed(1, 0),
  select: fixed(3, 1),
  'select t': fixed(3, 1),
  'local.get': fixed(0, 1),
  'local.set': fixed(1, 0),
  'local.tee': fixed(1, 1),
  'global.get': fixed(0, 1),
  'global.set': fixed(1, 0),
  'memory.copy': fixed(3, 0),
  'table.init': fixed(3, 0),
  'table.copy': fixed(3, 0),
  'table.get': fixed(1, 1),
  'table.set': fixed(2, 0),
  'table.grow': fixed(2, 1),
  'table.size': fixed(0, 1),
  'table.fill': fixed(3, 0),
  'ref.null': fixed(0, 1),
  'ref.is_null': fixed(1, 1),
  'ref.func': fixed(0, 1),
  'ref.as_non_null': fixed(1, 1),
  // The reference stays on the stack where it is not null.
  br_on_null: (structure, { pc }, to) => {
    const block = structure.targets(pc)[0] as Block;
    const { length } = labelTypes(block);
    return { operands: length + 1, results: to === block.target ? length : length + 1 };
  },
  br_on_non_null: (structure, { pc }, to) => {
    const block = structure.targets(pc)[0] as Block;
    const { length } = labelTypes(block);
    return { operands: length, results: to === block.target ? length : length - 1 };
  },
};

/**
 * The arity of an instruction. Branches, blocks and their ends take and leave what they pass on: the values of the label
 * or of the block. A tail call leaves nothing. `to` is the pc at which control arrives next.
 */
export function arityOf(structure: FunctionStructure, location: Location, to?: number): Arity {
  const { instruction } = location;
  if (!instruction.isContextual) return { operands: instruction.params.length, results: instruction.results.length };
  // The validator refuses contextual instructions that have no rule.
  return contextual[instruction.name as ContextualName](structure, location, to);
}
