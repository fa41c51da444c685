/**
 * Types a function body or constant expression (spec 3.4 and the algorithm of its appendix).
 *
 * The same walk serves more than validation: an observer is shown every instruction together with the
 * types on the operand stack and the open blocks. The interpreter's code, the types that a probe
 * sees at a pc, and later tiers come from such observers, so they cannot disagree with the validator.
 */

import { InstructionReader } from '../binary/instruction-reader.ts';
import { readLocals } from '../binary/locals.ts';
import { InvalidError } from '../isa/errors.ts';
import { type Instruction, instructions, opOf } from '../isa/instructions.ts';
import { BOT, I32, I64, isNullable, isRef, typeName, typesName, type ValType } from '../isa/valtype.ts';
import { contextualRules } from './contextual-rules.ts';
import type { FunctionBody, Module } from './module.ts';
import { definedType, type FuncType, funcTypeOf, isSubtype } from './types.ts';

/** An open block: what the end of it and branches to it need to know. */
export interface Control {
  /** `op` of the instruction that opened it; `else` replaces `if`. The function's own is `block`. */
  op: number;
  readonly params: readonly ValType[];
  readonly results: readonly ValType[];
  /** Operands below the block's own. */
  readonly height: number;
  isUnreachable: boolean;
  /** Locals that were known to be set when the block began (length of the log of settings). */
  readonly settings: number;
}

const NO_BLOCK: Control = { op: -1, params: [], results: [], height: 0, isUnreachable: false, settings: 0 };

/** What an observer of the walk implements. Called before the instruction's effect on the stack. */
export interface InstructionObserver {
  instruction(validator: FunctionValidator): void;
}

const OP_LOOP = opOf('loop');
const OP_BLOCK = opOf('block');

/** Stands in signatures for the address type of a memory. */
const ADDRESS: ValType = -1;
const typesOf = (i: Instruction, part: 0 | 1): readonly ValType[] => {
  const types = part === 0 ? i.params : i.results;
  const letters = i.isContextual ? '' : i.signature.split(':')[part];
  return types.map((type, k) => (letters[k] === 'a' ? ADDRESS : type));
};
const params = instructions.map((i) => typesOf(i, 0));
const results = instructions.map((i) => typesOf(i, 1));
/** 1 where the signature holds the address type of a memory, 2 where that memory is the second immediate. */
const hasAddress = Uint8Array.from(instructions, (i) =>
  !i.signature.includes('a') ? 0 : i.immediates[0] === 'data' ? 2 : 1,
);
/** log2 of the width of a memory access + 1; 0 where there is no memarg. */
const naturalAlignment = Uint8Array.from(
  instructions.map((i) =>
    i.immediates.includes('memarg') ? Math.log2(i.access.reads ?? i.access.writes ?? 1) + 1 : 0,
  ),
);
/** Number of lanes that a lane immediate may name; 0 where there is none. A shuffle chooses from two vectors. */
const laneCount = Uint8Array.from(instructions, ({ immediates, mnemonic, access }) => {
  if (immediates[0] === 'lanes') return 32;
  if (!immediates.includes('lane')) return 0;
  const width = access.reads ?? access.writes;
  return width === undefined ? Number(/x(\d+)/.exec(mnemonic)?.[1]) : 16 / width;
});
/** 1 where the first immediate is a segment and the signature says the rest. */
const namesSegment = Uint8Array.from(instructions, (i) => (/^(data|elem)$/.test(i.immediates[0] ?? '') ? 1 : 0));

export class FunctionValidator {
  readonly module: Module;
  readonly reader: InstructionReader;
  /** Function being typed; undefined in a constant expression. */
  func: number | undefined;
  /** Types of parameters and locals. */
  locals: ValType[] = [];
  /** Types of the operands, `height` of them. */
  stack = new Int32Array(256);
  height = 0;
  readonly controls: Control[] = [];
  /** The innermost of them. */
  private top: Control = NO_BLOCK;
  /** All types pushed in this run, or-ed: tells whether there were references. */
  pushedTypes = 0;
  /** 1 for each local that may be read: set, or of a type that has a default. */
  private isSet = new Uint8Array(64);
  /** Locals in the order in which they were set, to forget the settings of a block at its end. */
  private readonly settings: number[] = [];
  /** Functions that `ref.func` may name inside bodies. */
  readonly declared: ReadonlySet<number>;
  /** 1 for each `op` that occurred. */
  readonly used = new Uint8Array(instructions.length);
  /** Offset of the first block type with parameters or several results, or -1. */
  multiValueAt = -1;

  constructor(module: Module, declared: ReadonlySet<number>) {
    this.module = module;
    this.declared = declared;
    this.reader = new InstructionReader(module.bytes, module.types);
  }

  /** Types the body; InvalidError or MalformedError where it is wrong. */
  run(body: FunctionBody, observer: InstructionObserver | null): void {
    const type = this.functionType(this.module.types[body.typeIndex]);
    this.func = body.index;
    const reader = this.reader;
    reader.pos = body.start;
    reader.end = body.end;
    this.height = 0;
    this.pushedTypes = 0;
    this.controls.length = 0;
    this.settings.length = 0;
    this.locals = [...type.params];
    for (const run of readLocals(reader, type.params.length))
      for (let i = 0; i < run.count; i++) this.locals.push(run.type);
    this.markDefaults(type.params.length);
    this.pushControl(OP_BLOCK, [], type.results);
    this.walk(observer);
    if (reader.pos !== body.end) reader.malformed('END opcode expected', reader.pos);
  }

  /** Types a constant expression that must give one value of `type`. */
  runConst(start: number, end: number, type: ValType, observer: InstructionObserver): void {
    const reader = this.reader;
    this.func = undefined;
    reader.pos = start;
    reader.end = end;
    this.height = 0;
    this.controls.length = 0;
    this.settings.length = 0;
    this.locals = [];
    this.pushControl(OP_BLOCK, [], [type]);
    this.walk(observer);
  }

  private walk(observer: InstructionObserver | null): void {
    const reader = this.reader;
    const used = this.used;
    while (this.controls.length > 0) {
      reader.read();
      const op = reader.op;
      used[op] = 1;
      if (observer !== null) observer.instruction(this);
      const rule = contextualRules[op];
      if (rule !== null) rule(this);
      else this.applySignature(op);
    }
  }

  private applySignature(op: number): void {
    const align = naturalAlignment[op];
    if (align !== 0) this.checkMemarg(align - 1);
    if (laneCount[op] !== 0) this.checkLanes(op, laneCount[op]);
    if (namesSegment[op] !== 0) this.checkSegment(op);
    const ps = params[op];
    const rs = results[op];
    if (hasAddress[op] !== 0) {
      this.applyAddressed(op, ps, rs);
      return;
    }
    for (let i = ps.length - 1; i >= 0; i--) this.pop(ps[i]);
    for (let i = 0; i < rs.length; i++) this.push(rs[i]);
  }

  private applyAddressed(op: number, ps: readonly ValType[], rs: readonly ValType[]): void {
    const memory = hasAddress[op] === 2 ? this.reader.index2 : this.reader.index;
    const address = this.addressTypeOfMemory(memory);
    for (let i = ps.length - 1; i >= 0; i--) this.pop(ps[i] === ADDRESS ? address : ps[i]);
    for (let i = 0; i < rs.length; i++) this.push(rs[i] === ADDRESS ? address : rs[i]);
  }

  private checkLanes(op: number, count: number): void {
    const r = this.reader;
    const isShuffle = instructions[op].immediates[0] === 'lanes';
    if (isShuffle ? r.vector.some((lane) => lane >= count) : r.lane >= count) {
      this.invalid(`invalid lane index: there are ${count} lanes`);
    }
  }

  private checkSegment(op: number): void {
    if (instructions[op].immediates[0] === 'data') this.dataSegment(this.reader.index);
    else this.elementSegment(this.reader.index);
  }

  private checkMemarg(natural: number): void {
    const r = this.reader;
    const memory = this.memory(r.index);
    if (r.align > natural) this.invalid('alignment must not be larger than natural');
    if (!memory.is64 && r.offset >= 2 ** 32) this.invalid('offset out of range');
  }

  // Operands

  push(type: ValType): void {
    if (this.height === this.stack.length) {
      const larger = new Int32Array(this.stack.length * 2);
      larger.set(this.stack);
      this.stack = larger;
    }
    this.stack[this.height++] = type;
    this.pushedTypes |= type;
  }

  pushAll(types: readonly ValType[]): void {
    for (let i = 0; i < types.length; i++) this.push(types[i]);
  }

  /** Pops an operand of any type. */
  popAny(): ValType {
    const top = this.top;
    if (this.height === top.height) {
      if (top.isUnreachable) return BOT;
      this.invalid('type mismatch: the operand stack of the block is empty');
    }
    return this.stack[--this.height];
  }

  /** Pops an operand that must be of `expected` or below it. */
  pop(expected: ValType): ValType {
    const top = this.top;
    if (this.height === top.height) {
      if (top.isUnreachable) return BOT;
      this.invalid(`type mismatch: expected ${this.name(expected)}, the operand stack of the block is empty`);
    }
    const actual = this.stack[--this.height];
    if (actual !== expected && !isSubtype(actual, expected)) {
      this.invalid(`type mismatch: expected ${this.name(expected)}, found ${this.name(actual)}`);
    }
    return actual;
  }

  popAll(types: readonly ValType[]): void {
    for (let i = types.length - 1; i >= 0; i--) this.pop(types[i]);
  }

  /** Pops a reference of any type (BOT in unreachable code). */
  popRef(): ValType {
    const type = this.popAny();
    if (type !== BOT && !isRef(type)) this.invalid(`type mismatch: expected a reference, found ${this.name(type)}`);
    return type;
  }

  // Blocks

  pushControl(op: number, blockParams: readonly ValType[], blockResults: readonly ValType[]): void {
    this.top = {
      op,
      params: blockParams,
      results: blockResults,
      height: this.height,
      isUnreachable: false,
      settings: this.settings.length,
    };
    this.controls.push(this.top);
    this.pushAll(blockParams);
  }

  popControl(): Control {
    const top = this.top;
    this.popAll(top.results);
    if (this.height !== top.height) {
      this.invalid(`type mismatch: ${this.height - top.height} surplus operands at the end of the block`);
    }
    this.controls.pop();
    if (this.controls.length > 0) this.top = this.controls[this.controls.length - 1];
    while (this.settings.length > top.settings) this.isSet[this.settings.pop() as number] = 0;
    return top;
  }

  setUnreachable(): void {
    const top = this.top;
    this.height = top.height;
    top.isUnreachable = true;
  }

  /** Is the code at this place reachable, as far as the typing of the function tells? */
  get isUnreachable(): boolean {
    return this.top.isUnreachable;
  }

  /** The open block that a label index names. */
  label(index: number): Control {
    if (index >= this.controls.length) this.invalid(`unknown label ${index}`);
    return this.controls[this.controls.length - 1 - index];
  }

  /** What a branch to the block brings: parameters for a loop, results for all others. */
  labelTypes(control: Control): readonly ValType[] {
    return control.op === OP_LOOP ? control.params : control.results;
  }

  /** Parameters and results of the block type last read. */
  blockType(): { params: readonly ValType[]; results: readonly ValType[] } {
    const r = this.reader;
    if (r.blockKind === 0) return emptyBlock;
    if (r.blockKind === 1) return { params: [], results: [r.type] };
    if (r.index >= this.module.types.length) this.invalid(`unknown type ${r.index}`);
    const type = this.functionType(this.module.types[r.index]);
    if (this.multiValueAt < 0 && (type.params.length > 0 || type.results.length > 1)) this.multiValueAt = r.at;
    return type;
  }

  // Locals

  private markDefaults(paramCount: number): void {
    const count = this.locals.length;
    if (this.isSet.length < count) this.isSet = new Uint8Array(count * 2);
    for (let i = 0; i < count; i++) {
      const type = this.locals[i];
      this.isSet[i] = i < paramCount || !isRef(type) || isNullable(type) ? 1 : 0;
    }
  }

  localType(index: number): ValType {
    if (index >= this.locals.length) this.invalid(`unknown local ${index}`);
    return this.locals[index];
  }

  requireSet(index: number): void {
    if (this.isSet[index] === 0) this.invalid(`uninitialized local ${index}`);
  }

  markSet(index: number): void {
    if (this.isSet[index] !== 0) return;
    this.isSet[index] = 1;
    this.settings.push(index);
  }

  // Index spaces

  functionType(canonical: number): FuncType {
    return funcTypeOf(canonical) ?? this.invalid('unknown type: not a function type');
  }

  /** The canonical number of the function type at a module type index. */
  functionTypeNumber(index: number): number {
    if (index >= this.module.types.length) this.invalid(`unknown type ${index}`);
    const canonical = this.module.types[index];
    if (definedType(canonical).composite.kind !== 'func')
      this.invalid(`type mismatch: type ${index} is no function type`);
    return canonical;
  }

  /** The canonical number of a function's type. */
  typeOfFunction(index: number): number {
    if (index >= this.module.funcTypes.length) this.invalid(`unknown function ${index}`);
    return this.module.types[this.module.funcTypes[index]];
  }

  table(index: number): Module['tableTypes'][number] {
    return this.module.tableTypes[index] ?? this.invalid(`unknown table ${index}`);
  }

  memory(index: number): Module['memoryTypes'][number] {
    return this.module.memoryTypes[index] ?? this.invalid(`unknown memory ${index}`);
  }

  global(index: number): Module['globalTypes'][number] {
    return this.module.globalTypes[index] ?? this.invalid(`unknown global ${index}`);
  }

  elementSegment(index: number): Module['elements'][number] {
    return this.module.elements[index] ?? this.invalid(`unknown elem segment ${index}`);
  }

  /** Bodies come before the data section, so the data count section must have told the number. */
  dataSegment(index: number): void {
    const count = this.module.dataCount;
    if (count === undefined) return this.reader.malformed('data count section required', this.reader.at);
    if (index >= count) this.invalid(`unknown data segment ${index}`);
  }

  addressTypeOfMemory(index: number): ValType {
    return this.memory(index).is64 ? I64 : I32;
  }

  addressTypeOfTable(index: number): ValType {
    return this.table(index).is64 ? I64 : I32;
  }

  // Errors

  name(type: ValType): string {
    return typeName(type);
  }

  names(types: readonly ValType[]): string {
    return typesName(types);
  }

  invalid(detail: string): never {
    throw new InvalidError(detail, this.reader.at, this.func);
  }
}

const emptyBlock = { params: [], results: [] } as const;
