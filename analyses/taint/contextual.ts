/** Instructions whose type depends on where they stand: what they do to the shadow. All others need no rule of their own. */

import type { ContextualName } from '../../engine/index.ts';
import { arityOf, functionType, typeOfFunction } from '../../probes/index.ts';
import { CallStep, GiveBackStep, ResultStep } from './call-steps.ts';
import type { Planner } from './planner.ts';
import { NO_CELLS, unionOf } from './run.ts';
import {
  ChoiceStep,
  CopyStep,
  GetStep,
  GlobalSetStep,
  GrowStep,
  MoveStep,
  SelectStep,
  TableCopyStep,
  TableFillStep,
  TableGetStep,
  unsigned,
} from './steps.ts';

type Rule = (p: Planner) => void;

const nothing: Rule = () => undefined;

/** Results have the labels of all operands. */
const computing: Rule = (p) => {
  const { operands, results } = arityOf(p.structure, p.location);
  const cells = unionOf(p.values.take(operands));
  for (let i = 0; i < results; i++) p.values.push(cells);
};

const joining: Rule = (p) => p.join();

const ending: Rule = (p) => {
  p.join();
  const { pc } = p.location;
  if (p.structure.isExit(pc)) giveBack(p);
};

function giveBack(p: Planner): void {
  const { tracker, watched, instance } = p.options;
  const { length } = p.structure.type.results;
  if (length > 0) {
    p.add(new GiveBackStep(tracker, watched, { instance, location: p.location }, p.values.top(length)));
  }
}

const conditional: Rule = (p) => {
  p.sink('branch', 'condition', p.values.pop());
  p.end();
};

/** A branch that is taken or not: the values that it brings move if it is. */
const branchingIf =
  (isTaken: (operand: unknown) => boolean, keepsOperand: boolean): Rule =>
  (p) => {
    const [operand = NO_CELLS] = p.values.top(1);
    p.sink('branch', 'condition', operand);
    if (!keepsOperand) p.values.pop();
    const [target] = p.structure.targets(p.location.pc);
    const move = target === undefined ? undefined : p.branchMove(target);
    p.end();
    if (move === undefined) return;
    const step = new MoveStep(p.tracker, move);
    p.add(new ChoiceStep(p.tracker, (value) => (isTaken(value) ? step : undefined)));
  };

/** The reference is on the stack behind it only where it is not null. */
const branchingOnNull: Rule = (p) => {
  const [reference = NO_CELLS] = p.values.top(1);
  p.sink('branch', 'condition', reference);
  const [target] = p.structure.targets(p.location.pc);
  p.values.pop();
  const move = target === undefined ? undefined : p.branchMove(target);
  p.values.push(reference);
  p.end();
  if (move === undefined) return;
  const step = new MoveStep(p.tracker, move);
  p.add(new ChoiceStep(p.tracker, (value) => (value === null ? step : undefined)));
};

const branching: Rule = (p) => {
  const [target] = p.structure.targets(p.location.pc);
  if (target === undefined) return;
  const move = p.branchMove(target);
  p.end();
  if (move !== undefined) p.add(new MoveStep(p.tracker, move));
};

const branchingByTable: Rule = (p) => {
  p.sink('branch', 'index', p.values.pop());
  const steps = p.structure.targets(p.location.pc).map((target) => {
    const move = p.branchMove(target);
    return move === undefined ? undefined : new MoveStep(p.tracker, move);
  });
  p.end();
  if (steps.every((step) => step === undefined)) return;
  p.add(new ChoiceStep(p.tracker, (index) => steps[Math.min(unsigned(index), steps.length - 1)]));
};

const returning: Rule = (p) => {
  giveBack(p);
  p.leave();
};

const calling: Rule = (p) => {
  const { location, options, values, tracker } = p;
  const { immediates, effects } = location.instruction;
  const { index = 0 } = location.immediates;
  const { module, funcs } = options.instance;
  const isDirect = immediates[0] === 'func';
  const { params, results } = isDirect ? typeOfFunction(module, index) : functionType(module, index);
  if (!isDirect) p.sink('call_indirect', effects.has('tableread') ? 'index' : 'reference', values.pop());
  const args = values.take(params.length);
  const place = { tracker, instance: options.instance, location, args, resultCount: results.length };
  p.add(new CallStep(place, options.nameOf));
  if (effects.has('exit')) {
    p.leave();
    return;
  }
  p.end();
  const mayBeHost = !isDirect || funcs[index]?.host !== null;
  const { next } = p;
  // What the host did to memory is seen behind the call, also where there are no results.
  if (next === undefined || (results.length === 0 && !mayBeHost)) return;
  const result = { cell: values.cellOf(values.height), count: results.length, isRead: mayBeHost };
  p.add(new ResultStep(tracker, location.pc, result), next.pc);
};

const selecting: Rule = (p) => {
  const [first, second, condition] = p.values.take(3) as [typeof NO_CELLS, typeof NO_CELLS, typeof NO_CELLS];
  if (unionOf([first, second]) === first && unionOf([second, first]) === second) {
    p.values.push(unionOf([first, condition]));
    return;
  }
  p.add(new SelectStep(p.tracker, [first, second, condition], p.values.pushNew()));
};

/** Which local, global or table it is. */
const indexOf = ({ location }: Planner): number => location.immediates.index ?? 0;

export const contextual: Record<ContextualName, Rule> = {
  unreachable: (p) => p.leave(),
  block: nothing,
  loop: joining,
  if: conditional,
  else: (p) => {
    p.join();
    p.end();
  },
  end: ending,
  br: branching,
  br_if: branchingIf((value) => value !== 0, false),
  br_table: branchingByTable,
  return: returning,
  call: calling,
  call_indirect: calling,
  call_ref: calling,
  return_call: calling,
  return_call_indirect: calling,
  return_call_ref: calling,
  drop: computing,
  select: selecting,
  'select t': selecting,
  'local.get': (p) => p.values.push(p.values.locals[indexOf(p)] ?? NO_CELLS),
  'local.set': (p) => {
    p.values.locals[indexOf(p)] = p.values.pop();
  },
  'local.tee': (p) => {
    const [value = NO_CELLS] = p.values.top(1);
    p.values.locals[indexOf(p)] = value;
  },
  'global.get': (p) => {
    const global = p.options.instance.globals[indexOf(p)];
    if (global?.type.isMutable !== true) return p.values.push(NO_CELLS);
    const shadow = p.tracker.global(global);
    p.add(new GetStep(p.tracker, () => shadow.label, p.values.pushNew()));
  },
  'global.set': (p) => {
    const global = p.options.instance.globals[indexOf(p)];
    const cells = p.values.pop();
    if (global !== undefined) p.add(new GlobalSetStep(p.tracker, p.tracker.global(global), cells));
  },
  'memory.copy': (p) => {
    const { index, index2 } = p.location.immediates;
    const [to, from] = p.values.take(3) as [typeof NO_CELLS, typeof NO_CELLS];
    p.sink('address', 'address', to);
    p.sink('address', 'source address', from);
    const pointer = unionOf([p.pointer(from, 'load'), p.pointer(to, 'both')]);
    p.add(new CopyStep(p.tracker, p.memory(index), p.memory(index2), pointer));
  },
  'table.get': (p) => {
    const index = p.values.pop();
    const to = p.values.pushNew();
    p.add(new TableGetStep(p.tracker, p.table(indexOf(p)), { pointer: p.pointer(index, 'load'), to }));
  },
  'table.set': (p) => {
    const [index = NO_CELLS, value = NO_CELLS] = p.values.take(2);
    const cells = unionOf([value, p.pointer(index, 'both')]);
    p.add(new TableFillStep(p.tracker, p.table(indexOf(p)), { cells, operands: 2 }));
  },
  'table.fill': (p) => {
    const [index = NO_CELLS, value = NO_CELLS] = p.values.take(3);
    const cells = unionOf([value, p.pointer(index, 'both')]);
    p.add(new TableFillStep(p.tracker, p.table(indexOf(p)), { cells, operands: 3 }));
  },
  'table.init': (p) => {
    const { index = 0, index2 } = p.location.immediates;
    const [to = NO_CELLS, from = NO_CELLS] = p.values.take(3);
    const { elements } = p.options.instance;
    const cells = unionOf([p.pointer(from, 'load'), p.pointer(to, 'both')]);
    const count = (): number => elements[index]?.length ?? 0;
    p.add(new TableFillStep(p.tracker, p.table(index2), { cells, operands: 3 }, count));
  },
  'table.copy': (p) => {
    const { index, index2 } = p.location.immediates;
    p.values.take(3);
    p.add(new TableCopyStep(p.table(index), p.table(index2)));
  },
  'table.grow': (p) => {
    const [value = NO_CELLS, size = NO_CELLS] = p.values.take(2);
    p.add(new GrowStep(p.tracker, p.table(indexOf(p)), { size, value }, p.values.pushNew()));
  },
  'table.size': (p) => {
    const shadow = p.table(indexOf(p));
    p.add(new GetStep(p.tracker, () => shadow.sizeLabel, p.values.pushNew()));
  },
  'ref.null': computing,
  'ref.is_null': computing,
  'ref.func': computing,
  'ref.as_non_null': computing,
  br_on_null: branchingOnNull,
  br_on_non_null: branchingIf((value) => value !== null, true),
};
