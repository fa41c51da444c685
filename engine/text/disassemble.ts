/** Disassembly: the instructions of a function, one for each line, in the linear style of the text format. */

import { InstructionReader } from '../binary/instruction-reader.ts';
import { type LocalRun, readLocals } from '../binary/locals.ts';
import { functionName, type ModuleNames, readNames } from '../binary/names.ts';
import { type ImmediateKind, type Instruction, instructions } from '../isa/instructions.ts';
import { refType } from '../isa/valtype.ts';
import type { FunctionBody, Module } from '../module/module.ts';
import { funcTypeOf } from '../module/types.ts';
import { f32Text, f64Text, i64Text, v128Text } from './numbers.ts';
import { heapTypeText, signatureText, valTypeText } from './types.ts';

export interface DisassembledLine {
  /** Offset in bytes from the start of the function body (0 = the first byte of the local declarations). */
  readonly pc: number;
  /** Offset in bytes from the start of the module. */
  readonly offset: number;
  /** Dense number of the instruction. */
  readonly op: number;
  /** How many blocks are open around the instruction; what begins or ends a block stands outside of it. */
  readonly depth: number;
  /** The instruction with its immediates, not indented. */
  readonly text: string;
}

/** Words that begin a block, and words that end one or divide it. */
const opening: ReadonlySet<string> = new Set(['block', 'loop', 'if', 'try', 'try_table']);
const closing: ReadonlySet<string> = new Set(['end', 'delegate']);
const dividing: ReadonlySet<string> = new Set(['else', 'catch', 'catch_all']);

const catchNames = ['catch', 'catch_ref', 'catch_all', 'catch_all_ref'] as const;

/** Where the names of an index space are, for those that do not depend on the function. */
const mapOf = {
  type: 'types',
  table: 'tables',
  memory: 'memories',
  global: 'globals',
  tag: 'tags',
  data: 'data',
  elem: 'elements',
} as const;

type IndexSpace = 'func' | keyof typeof mapOf;

/** Formats the instructions of one body, keeping count of labels. */
class Formatter {
  private readonly module: Module;
  private readonly body: FunctionBody;
  private readonly names: ModuleNames;
  private readonly reader: InstructionReader;
  /** For each open block its number in the function: labels are named by it. */
  private readonly labels: number[] = [];
  private labelCount = 0;

  constructor(module: Module, body: FunctionBody, names: ModuleNames) {
    this.module = module;
    this.body = body;
    this.names = names;
    this.reader = readerAt(module, body);
  }

  *lines(): Generator<DisassembledLine> {
    const { reader, body } = this;
    readLocals(reader);
    while (reader.pos < body.end) {
      reader.read();
      const instruction = instructions[reader.op] as Instruction;
      const { mnemonic } = instruction;
      if (closing.has(mnemonic)) this.labels.pop();
      const depth = dividing.has(mnemonic) ? this.labels.length - 1 : this.labels.length;
      const text = this.text(instruction);
      yield { pc: reader.at - body.start, offset: reader.at, op: reader.op, depth: Math.max(depth, 0), text };
      if (opening.has(mnemonic)) this.open();
    }
  }

  private open(): void {
    this.labels.push(this.labelCount);
    this.labelCount += 1;
  }

  private text(instruction: Instruction): string {
    const { mnemonic, immediates } = instruction;
    const operands = this.operands(instruction, immediates.join(' '));
    const words = [mnemonic, ...operands.filter((word) => word !== '')].join(' ');
    if (!opening.has(mnemonic)) return words;
    const name = this.labelName(this.labelCount);
    return name === undefined ? words : `${mnemonic} $${name}${words.slice(mnemonic.length)}`;
  }

  /** The immediates in the order of the text format; empty words are left out. */
  private operands(instruction: Instruction, shape: string): string[] {
    const { reader } = this;
    switch (shape) {
      case '':
        return [];
      case 'type table':
        return [this.unlessZero('table', reader.index2), `(type ${this.named('type', reader.index)})`];
      case 'elem table':
        return [this.unlessZero('table', reader.index2), this.named('elem', reader.index)];
      case 'data memory':
        return [this.unlessZero('memory', reader.index2), this.named('data', reader.index)];
      case 'memory memory':
      case 'table table':
        return this.copyOperands(instruction.immediates[0] as 'memory' | 'table');
      case 'type field':
        return [this.named('type', reader.index), this.field(reader.index, reader.index2)];
      case 'type count':
        return [this.named('type', reader.index), String(reader.index2)];
      case 'type data':
        return [this.named('type', reader.index), this.named('data', reader.index2)];
      case 'type elem':
        return [this.named('type', reader.index), this.named('elem', reader.index2)];
      case 'type type':
        return [this.named('type', reader.index), this.named('type', reader.index2)];
      case 'castflags label heap heap':
        return [
          this.label(reader.index),
          this.reference(reader.heap, (reader.flags & 1) !== 0),
          this.reference(reader.heap2, (reader.flags & 2) !== 0),
        ];
      default:
        return instruction.immediates.flatMap((kind) => this.immediate(instruction, kind));
    }
  }

  /** An immediate of an instruction that has no two of index-like kinds. */
  private immediate(instruction: Instruction, kind: ImmediateKind): string[] {
    const { reader } = this;
    switch (kind) {
      case 'block':
        return [this.blockType()];
      case 'label':
        return [this.label(reader.index)];
      case 'labels':
        return reader.labels.map((label) => this.label(label));
      case 'local':
        return [withName(this.names.locals.get(this.body.index)?.get(reader.index), reader.index)];
      case 'memory':
        return [this.unlessZero('memory', reader.index)];
      case 'heap':
        return [this.heapOperand(instruction)];
      case 'catches':
        return reader.catches.map(
          ({ kind: clause, tag, label }) =>
            `(${catchNames[clause]}${clause < 2 ? ` ${this.named('tag', tag)}` : ''} ${this.label(label)})`,
        );
      case 'types':
        return [`(result ${reader.types.map((t) => valTypeText(this.module, t)).join(' ')})`];
      case 'memarg':
        return this.memarg(instruction);
      case 'lane':
        return [String(reader.lane)];
      case 'lanes':
        return Array.from(reader.vector, String);
      case 'i32':
        return [String(reader.lo)];
      case 'i64':
        return [i64Text(reader.lo, reader.hi)];
      case 'f32':
        return [f32Text(reader.lo)];
      case 'f64':
        return [f64Text(reader.lo, reader.hi)];
      case 'v128':
        return [v128Text(reader.vector)];
      case 'func':
      case 'type':
      case 'table':
      case 'global':
      case 'tag':
      case 'data':
      case 'elem':
        return [this.named(kind, reader.index)];
      case 'field':
      case 'count':
      case 'castflags':
        throw new Error(`disassembler: ${instruction.name} has the immediate ${kind} in an unknown place`);
    }
  }

  /** Both indices, unless both are 0. */
  private copyOperands(space: 'memory' | 'table'): string[] {
    const { index, index2 } = this.reader;
    return index === 0 && index2 === 0 ? [] : [this.named(space, index), this.named(space, index2)];
  }

  private named(space: IndexSpace, index: number): string {
    const name = space === 'func' ? this.functionName(index) : this.names[mapOf[space]].get(index);
    return withName(name, index);
  }

  private unlessZero(space: IndexSpace, index: number): string {
    return index === 0 ? '' : this.named(space, index);
  }

  private field(type: number, index: number): string {
    return withName(this.names.fields.get(type)?.get(index), index);
  }

  /** A relative label, with its name if it has one. */
  private label(depth: number): string {
    const number = this.labels[this.labels.length - 1 - depth];
    return withName(number === undefined ? undefined : this.labelName(number), depth);
  }

  private labelName(number: number): string | undefined {
    return this.names.labels.get(this.body.index)?.get(number);
  }

  /** Imports and exports name functions as well; an index is no name. */
  private functionName(index: number): string | undefined {
    const name = functionName(this.module, index);
    return name === `wasm-function[${index}]` ? undefined : name;
  }

  private blockType(): string {
    const { reader } = this;
    if (reader.blockKind === 0) return '';
    if (reader.blockKind === 1) return `(result ${valTypeText(this.module, reader.type)})`;
    const type = funcTypeOf(this.module.types[reader.index] as number);
    const signature = type === undefined ? '' : signatureText(this.module, type);
    return `(type ${this.named('type', reader.index)})${signature}`;
  }

  private heapOperand({ name }: Instruction): string {
    if (name === 'ref.null') return heapTypeText(this.module, this.reader.heap);
    return this.reference(this.reader.heap, name.endsWith(' null'));
  }

  private reference(heap: number, nullable: boolean): string {
    return valTypeText(this.module, refType(heap, nullable));
  }

  /** Memory, offset and alignment, each where it is not the default. */
  private memarg({ access }: Instruction): string[] {
    const { reader } = this;
    const bytes = access.reads ?? access.writes ?? 1;
    const words = [this.unlessZero('memory', reader.index)];
    if (reader.offsetBig !== 0n) words.push(`offset=${reader.offsetBig}`);
    if (2 ** reader.align !== bytes) words.push(`align=${2 ** reader.align}`);
    return words;
  }
}

function withName(name: string | undefined, index: number): string {
  return name === undefined ? String(index) : `$${name} (;${index};)`;
}

/** The body of a function of the module's own; undefined for an import and for an index that does not exist. */
export function bodyOf(module: Module, func: number): FunctionBody | undefined {
  return module.bodies[func - module.importCounts.function];
}

/** The local declarations of function `func`, which must have a body. */
export function localsOf(module: Module, func: number): LocalRun[] {
  return readLocals(readerAt(module, requireBody(module, func)));
}

function readerAt(module: Module, body: FunctionBody): InstructionReader {
  const reader = new InstructionReader(module.bytes, module.types);
  reader.pos = body.start;
  reader.end = body.end;
  return reader;
}

function requireBody(module: Module, func: number): FunctionBody {
  const body = bodyOf(module, func);
  if (body === undefined) throw new RangeError(`function ${func} has no body`);
  return body;
}

/**
 * The instructions of function `func`, in order. Throws a `MalformedError` behind the last line that could be read.
 * The function must have a body (`bodyOf`).
 */
export function disassemble(
  module: Module,
  func: number,
  names: ModuleNames = readNames(module),
): Generator<DisassembledLine> {
  return new Formatter(module, requireBody(module, func), names).lines();
}
