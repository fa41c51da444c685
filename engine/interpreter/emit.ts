/** How each instruction becomes units of interpreter code: a record with one rule for each contextual instruction, and one general rule. */

import { type ContextualName, type Instruction, instructions, opOf } from '../isa/instructions.ts';
import { F32, I32, isRef, V128, type ValType } from '../isa/valtype.ts';
import type { Control, FunctionValidator } from '../module/function-validator.ts';
import { type Form, forms, MOVES } from './forms.ts';

/** An open block, as far as code is concerned. */
export interface OpenBlock {
  readonly isLoop: boolean;
  /** Was the block opened in reachable code? */
  readonly isLive: boolean;
  /** Unit of the `loop`, where branches to it go. */
  readonly start: number;
  /** Units that take the index of the `end`. */
  readonly toEnd: number[];
  /** Unit that takes the index behind `else`, or of the `end` where there is none; -1 if there is none. */
  falseTarget: number;
}

/** Which parts of slots a move of operands of these types must copy. */
export function kindsOf(types: readonly ValType[]): number {
  let kinds: number = MOVES.narrow;
  for (const t of types) {
    if (t === V128) kinds |= MOVES.wide;
    else if (isRef(t)) kinds |= MOVES.refs;
  }
  return kinds;
}

/** The suffix of the form for an operand of this type. */
export function widthOf(type: ValType): '32' | '64' | '128' | 'ref' {
  if (type === I32 || type === F32) return '32';
  if (type === V128) return '128';
  return isRef(type) ? 'ref' : '64';
}

/** What a rule may do. */
export interface CodeBuilder {
  /** Appends one unit. */
  add(unit: number): void;
  /** Index of the next unit. */
  readonly length: number;
  readonly units: Int32Array;
  readonly blocks: OpenBlock[];
  readonly localUnits: number;
  /** Notes that a block begins with the instruction being emitted. */
  open(v: FunctionValidator, isLoop: boolean): OpenBlock;
  /** Appends the unit with the target of a branch to this label, filled in when the block ends. */
  addTarget(label: number): void;
  /** Distance from the frame's first local to the stack top with `height` operands. */
  topAt(height: number): number;
  /** Must a branch to the block from a stack of `height` operands move those it brings? */
  branchMoves(v: FunctionValidator, control: Control, height: number): boolean;
}

type Rule = (b: CodeBuilder, v: FunctionValidator, instr: Instruction) => void;

const NOP = opOf('nop');

const general: Rule = (b, v, instr) => {
  const r = v.reader;
  const [first] = instr.immediates;
  if (first === 'memarg' && r.index !== 0) {
    b.add(forms['memory access']);
    b.add(r.offset | 0);
    b.add(instr.immediates.includes('lane') ? r.lane : 0);
    b.add(r.index);
    b.add(instr.op);
    return;
  }
  b.add(instr.op);
  for (const kind of instr.immediates) {
    switch (kind) {
      case 'memarg':
        b.add(r.offset | 0);
        break;
      case 'lane':
        b.add(r.lane);
        break;
      case 'i32':
      case 'f32':
        b.add(r.lo);
        break;
      case 'i64':
      case 'f64':
        b.add(r.lo);
        b.add(r.hi);
        break;
      case 'v128':
      case 'lanes':
        for (let i = 0; i < 16; i += 4) b.add(word(r.vector, i));
        break;
      case 'memory':
        b.add(kind === instr.immediates[0] ? r.index : r.index2);
        break;
      case 'data':
      case 'elem':
        b.add(r.index);
        break;
      default:
        throw new Error(`interpreter: no rule for the immediate ${kind} of ${instr.name}`);
    }
  }
};

function word(bytes: ArrayLike<number>, i: number): number {
  return bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
}

/** The row number and both index immediates. */
const twoIndices: Rule = (b, v, instr) => {
  b.add(instr.op);
  b.add(v.reader.index);
  b.add(v.reader.index2);
};

const oneIndex: Rule = (b, v, instr) => {
  b.add(instr.op);
  b.add(v.reader.index);
};

function variable(kind: 'local.get' | 'local.set' | 'local.tee'): Rule {
  return (b, v) => {
    b.add(forms[`${kind}/${widthOf(v.locals[v.reader.index])}`]);
    b.add(v.reader.index * 4);
  };
}

function globalAccess(kind: 'global.get' | 'global.set'): Rule {
  return (b, v) => {
    b.add(forms[`${kind}/${widthOf(v.global(v.reader.index).type)}`]);
    b.add(v.reader.index);
  };
}

/** Type of the operand `depth` below the top. */
function operand(v: FunctionValidator, depth: number): ValType {
  return v.stack[v.height - 1 - depth];
}

function branch(form: 'br' | 'br_if', popped: number): Rule {
  return (b, v) => {
    const height = v.height - popped;
    const control = v.label(v.reader.index);
    const moves = b.branchMoves(v, control, height);
    b.add(forms[moves ? (`${form}/move` as const) : form]);
    b.addTarget(v.reader.index);
    addDestination(b, v, control, moves);
  };
}

/** Plain branches set the stack top; moving ones bring operands to where the block began. */
function addDestination(b: CodeBuilder, v: FunctionValidator, control: Control, moves: boolean): void {
  const types = v.labelTypes(control);
  if (!moves) {
    b.add(b.topAt(control.height + types.length));
    return;
  }
  b.add(b.topAt(control.height));
  b.add(types.length);
  b.add(kindsOf(types));
}

/** `carried` operands of the label stay on the stack below the reference that is tested. */
function branchOnNull(form: 'br_on_null' | 'br_on_non_null'): Rule {
  return (b, v) => {
    const control = v.label(v.reader.index);
    b.add(forms[form]);
    b.addTarget(v.reader.index);
    addDestination(b, v, control, true);
  };
}

function returns(b: CodeBuilder, v: FunctionValidator): void {
  const types = v.controls[0].results;
  const kinds = kindsOf(types);
  const form: Form = types.length === 0 ? 'return/0' : types.length === 1 && kinds === 0 ? 'return/1' : 'return/n';
  b.add(forms[form]);
  b.add(types.length);
  b.add(kinds);
}

/** The end of a block: nothing to do, but an event, and the target of branches to the block. */
function endBlock(b: CodeBuilder, v: FunctionValidator): void {
  const block = b.blocks.pop() as OpenBlock;
  for (const unit of block.toEnd) b.units[unit] = b.length;
  if (block.falseTarget >= 0) b.units[block.falseTarget] = b.length;
  if (v.controls.length === 1) returns(b, v);
  else b.add(block.isLive ? NOP : forms.dead);
}

function openPlain(isLoop: boolean): Rule {
  return (b, v) => {
    const block = b.open(v, isLoop);
    if (!block.isLive) b.add(forms.dead);
    else b.add(isLoop ? forms.loop : NOP);
  };
}

const contextual: Record<ContextualName, Rule> = {
  unreachable: (b, _v, instr) => b.add(instr.op),
  block: openPlain(false),
  loop: openPlain(true),
  if: (b, v) => {
    const block = b.open(v, false);
    if (!block.isLive) return b.add(forms.dead);
    b.add(forms.if);
    block.falseTarget = b.length;
    b.add(0);
  },
  else: (b, v) => {
    const block = b.blocks[b.blocks.length - 1];
    if (v.isUnreachable) b.add(forms.dead);
    else {
      b.add(forms.else);
      block.toEnd.push(b.length);
      b.add(0);
    }
    if (block.falseTarget >= 0) b.units[block.falseTarget] = b.length;
    block.falseTarget = -1;
  },
  end: endBlock,
  br: branch('br', 0),
  br_if: branch('br_if', 1),
  br_table: (b, v, instr) => {
    const labels = v.reader.labels;
    b.add(instr.op);
    b.add(labels.length - 1);
    for (const label of labels) {
      b.addTarget(label);
      addDestination(b, v, v.label(label), true);
    }
  },
  return: returns,
  call: oneIndex,
  return_call: oneIndex,
  call_indirect: (b, v, instr) => {
    b.add(instr.op);
    b.add(v.module.types[v.reader.index]);
    b.add(v.reader.index2);
  },
  return_call_indirect: (b, v, instr) => {
    b.add(instr.op);
    b.add(v.module.types[v.reader.index]);
    b.add(v.reader.index2);
  },
  call_ref: oneIndex,
  return_call_ref: oneIndex,
  drop: (b, _v, instr) => b.add(instr.op),
  select: (b, v) => b.add(forms[`select/${widthOf(operand(v, 1))}`]),
  'select t': (b, v) => b.add(forms[`select/${widthOf(v.reader.types[0])}`]),
  'local.get': variable('local.get'),
  'local.set': variable('local.set'),
  'local.tee': variable('local.tee'),
  'global.get': globalAccess('global.get'),
  'global.set': globalAccess('global.set'),
  'memory.copy': twoIndices,
  'table.init': twoIndices,
  'table.copy': twoIndices,
  'table.get': oneIndex,
  'table.set': oneIndex,
  'table.grow': oneIndex,
  'table.size': oneIndex,
  'table.fill': oneIndex,
  'ref.null': (b, _v, instr) => b.add(instr.op),
  'ref.is_null': (b, _v, instr) => b.add(instr.op),
  'ref.func': oneIndex,
  'ref.as_non_null': (b, _v, instr) => b.add(instr.op),
  br_on_null: branchOnNull('br_on_null'),
  br_on_non_null: branchOnNull('br_on_non_null'),
};

const rules: readonly Rule[] = instructions.map((i) =>
  i.isContextual ? contextual[i.name as ContextualName] : general,
);

/** The rule that emits this instruction. */
export function ruleOf(instr: Instruction): Rule {
  return rules[instr.op];
}
