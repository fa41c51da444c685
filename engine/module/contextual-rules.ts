/**
 * Typing rules of the instructions whose type depends on context (spec 3.4), one for each row of the
 * instruction table with the signature `*`: a missing or surplus rule is a compile error.
 */

import { UnsupportedError } from '../isa/errors.ts';
import { type ContextualName, type InstrName, instructions, opOf } from '../isa/instructions.ts';
import { BOT, DEFINED, HEAP, heapOf, I32, isNumeric, isRef, refType, V128, type ValType } from '../isa/valtype.ts';
import type { FunctionValidator } from './function-validator.ts';
import { isSubtype } from './types.ts';

type Rule = (v: FunctionValidator) => void;

const OP_IF = opOf('if');
const OP_ELSE = opOf('else');

const belongsToTry: ReadonlySet<InstrName> = new Set<InstrName>(['catch', 'catch_all', 'delegate']);

/** For instructions that are decoded only. */
const unsupported: Rule = (v) => {
  const instr = instructions[v.reader.op];
  // A `try` is refused where it begins, so what belongs to one stands alone here.
  if (belongsToTry.has(instr.name)) v.reader.malformed(`unexpected token: ${instr.mnemonic} without try`, v.reader.at);
  throw new UnsupportedError(instr.feature, v.reader.at, instr.mnemonic);
};

function openBlock(v: FunctionValidator, op: number): void {
  const { params, results } = v.blockType();
  v.popAll(params);
  v.pushControl(op, params, results);
}

function checkBranchTable(v: FunctionValidator): void {
  v.pop(I32);
  const labels = v.reader.labels;
  const byDefault = v.labelTypes(v.label(labels[labels.length - 1]));
  const popped: ValType[] = [];
  for (let i = 0; i < labels.length - 1; i++) {
    const types = v.labelTypes(v.label(labels[i]));
    if (types.length !== byDefault.length)
      v.invalid('type mismatch: the labels of br_table take different numbers of operands');
    popped.length = 0;
    for (let k = types.length - 1; k >= 0; k--) popped.push(v.pop(types[k]));
    for (let k = popped.length - 1; k >= 0; k--) v.push(popped[k]);
  }
  v.popAll(byDefault);
  v.setUnreachable();
}

function call(v: FunctionValidator, canonical: number): void {
  const type = v.functionType(canonical);
  v.popAll(type.params);
  v.pushAll(type.results);
}

/** A tail call must give what the function gives. */
function tailCall(v: FunctionValidator, canonical: number): void {
  const type = v.functionType(canonical);
  const wanted = v.controls[0].results;
  const matches = type.results.length === wanted.length && type.results.every((t, i) => isSubtype(t, wanted[i]));
  if (!matches)
    v.invalid(`type mismatch: the callee of a tail call gives ${v.names(type.results)}, not ${v.names(wanted)}`);
  v.popAll(type.params);
  v.setUnreachable();
}

function indirectType(v: FunctionValidator): number {
  const table = v.table(v.reader.index2);
  if (!isSubtype(table.element, refType(HEAP.func, true)))
    v.invalid('type mismatch: the table does not hold functions');
  v.pop(v.addressTypeOfTable(v.reader.index2));
  return v.functionTypeNumber(v.reader.index);
}

function referenceType(v: FunctionValidator): number {
  const canonical = v.functionTypeNumber(v.reader.index);
  v.pop(refType(DEFINED | canonical, true));
  return canonical;
}

function nonNull(type: ValType): ValType {
  return type === BOT ? BOT : refType(heapOf(type), false);
}

function selectUntyped(v: FunctionValidator): void {
  v.pop(I32);
  const b = v.popAny();
  const a = v.popAny();
  const type = a === BOT ? b : a;
  if (isRef(a) || isRef(b)) v.invalid('type mismatch: select of references needs a type');
  if (a !== b && a !== BOT && b !== BOT) v.invalid(`type mismatch: select of ${v.name(a)} and ${v.name(b)}`);
  if (type !== BOT && !isNumeric(type) && type !== V128) v.invalid(`type mismatch: select of ${v.name(type)}`);
  v.push(type);
}

function selectTyped(v: FunctionValidator): void {
  const types = v.reader.types;
  if (types.length !== 1) v.invalid('invalid result arity: select takes exactly one type');
  v.pop(I32);
  v.pop(types[0]);
  v.pop(types[0]);
  v.push(types[0]);
}

const rules: Record<ContextualName, Rule> = {
  unreachable: (v) => v.setUnreachable(),
  block: (v) => openBlock(v, v.reader.op),
  loop: (v) => openBlock(v, v.reader.op),
  if: (v) => {
    v.pop(I32);
    openBlock(v, v.reader.op);
  },
  else: (v) => {
    const top = v.controls[v.controls.length - 1];
    if (top.op !== OP_IF) v.reader.malformed('illegal opcode: else without if', v.reader.at);
    const { params, results } = v.popControl();
    v.pushControl(OP_ELSE, params, results);
  },
  end: (v) => {
    const top = v.controls[v.controls.length - 1];
    const { params, results } = top;
    // An if without else passes its parameters through when the condition is false.
    if (top.op === OP_IF) {
      const passes = params.length === results.length && params.every((t, i) => isSubtype(t, results[i]));
      if (!passes) v.invalid(`type mismatch: an if without else must give what it takes, not ${v.names(results)}`);
    }
    v.popControl();
    v.pushAll(results);
  },
  br: (v) => {
    v.popAll(v.labelTypes(v.label(v.reader.index)));
    v.setUnreachable();
  },
  br_if: (v) => {
    v.pop(I32);
    const types = v.labelTypes(v.label(v.reader.index));
    v.popAll(types);
    v.pushAll(types);
  },
  br_table: checkBranchTable,
  return: (v) => {
    v.popAll(v.controls[0].results);
    v.setUnreachable();
  },
  call: (v) => call(v, v.typeOfFunction(v.reader.index)),
  call_indirect: (v) => call(v, indirectType(v)),
  call_ref: (v) => call(v, referenceType(v)),
  return_call: (v) => tailCall(v, v.typeOfFunction(v.reader.index)),
  return_call_indirect: (v) => tailCall(v, indirectType(v)),
  return_call_ref: (v) => tailCall(v, referenceType(v)),
  drop: (v) => {
    v.popAny();
  },
  select: selectUntyped,
  'select t': selectTyped,
  'local.get': (v) => {
    const type = v.localType(v.reader.index);
    v.requireSet(v.reader.index);
    v.push(type);
  },
  'local.set': (v) => {
    v.pop(v.localType(v.reader.index));
    v.markSet(v.reader.index);
  },
  'local.tee': (v) => {
    const type = v.localType(v.reader.index);
    v.pop(type);
    v.push(type);
    v.markSet(v.reader.index);
  },
  'global.get': (v) => v.push(v.global(v.reader.index).type),
  'global.set': (v) => {
    const global = v.global(v.reader.index);
    if (!global.isMutable) v.invalid(`immutable global ${v.reader.index}`);
    v.pop(global.type);
  },
  'memory.copy': (v) => {
    const to = v.addressTypeOfMemory(v.reader.index);
    const from = v.addressTypeOfMemory(v.reader.index2);
    v.pop(to === I32 || from === I32 ? I32 : to);
    v.pop(from);
    v.pop(to);
  },
  'table.init': (v) => {
    const segment = v.elementSegment(v.reader.index);
    const table = v.table(v.reader.index2);
    if (!isSubtype(segment.type, table.element))
      v.invalid(`type mismatch: ${v.name(segment.type)} in a table of ${v.name(table.element)}`);
    v.pop(I32);
    v.pop(I32);
    v.pop(v.addressTypeOfTable(v.reader.index2));
  },
  'table.copy': (v) => {
    const into = v.table(v.reader.index);
    const out = v.table(v.reader.index2);
    if (!isSubtype(out.element, into.element))
      v.invalid(`type mismatch: ${v.name(out.element)} in a table of ${v.name(into.element)}`);
    const to = v.addressTypeOfTable(v.reader.index);
    const from = v.addressTypeOfTable(v.reader.index2);
    v.pop(to === I32 || from === I32 ? I32 : to);
    v.pop(from);
    v.pop(to);
  },
  'table.get': (v) => {
    v.pop(v.addressTypeOfTable(v.reader.index));
    v.push(v.table(v.reader.index).element);
  },
  'table.set': (v) => {
    v.pop(v.table(v.reader.index).element);
    v.pop(v.addressTypeOfTable(v.reader.index));
  },
  'table.grow': (v) => {
    const address = v.addressTypeOfTable(v.reader.index);
    v.pop(address);
    v.pop(v.table(v.reader.index).element);
    v.push(address);
  },
  'table.size': (v) => v.push(v.addressTypeOfTable(v.reader.index)),
  'table.fill': (v) => {
    const address = v.addressTypeOfTable(v.reader.index);
    v.pop(address);
    v.pop(v.table(v.reader.index).element);
    v.pop(address);
  },
  'ref.null': (v) => v.push(refType(v.reader.heap, true)),
  'ref.is_null': (v) => {
    v.popRef();
    v.push(I32);
  },
  'ref.func': (v) => {
    const index = v.reader.index;
    const type = v.typeOfFunction(index);
    if (v.func !== undefined && !v.declared.has(index)) v.invalid(`undeclared function reference ${index}`);
    v.push(refType(DEFINED | type, false));
  },
  'ref.as_non_null': (v) => v.push(nonNull(v.popRef())),
  br_on_null: (v) => {
    const type = v.popRef();
    const types = v.labelTypes(v.label(v.reader.index));
    v.popAll(types);
    v.pushAll(types);
    v.push(nonNull(type));
  },
  br_on_non_null: (v) => {
    const types = v.labelTypes(v.label(v.reader.index));
    const last = types[types.length - 1];
    if (last === undefined || !isRef(last)) v.invalid('type mismatch: the label takes no reference');
    const type = v.popRef();
    if (type !== BOT && !isSubtype(nonNull(type), last))
      v.invalid(`type mismatch: expected ${v.name(last)}, found ${v.name(type)}`);
    const below = types.slice(0, -1);
    v.popAll(below);
    v.pushAll(below);
  },
};

/** The typing rule of each row; null where the signature says it all. */
export const contextualRules: readonly (Rule | null)[] = instructions.map((i) =>
  i.isDecodedOnly ? unsupported : i.isContextual ? rules[i.name as ContextualName] : null,
);
