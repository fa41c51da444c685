/** Look-ups derived from the instruction table: dense numbers, immediates, signatures, effects. */

import { table } from './table.ts';
import { F32, F64, I32, I64, V128, type ValType } from './valtype.ts';

type Rows = typeof table;
/** Language features, one for each group of the table. */
export type Feature = keyof Rows;
type Row = Rows[Feature][number];
/** The unique name of each row: the mnemonic, for a few rows with a second word. */
export type InstrName = Row[1];
/** Features that are decoded and that no tier executes: a module that uses one is refused when it is compiled. */
export const decodedOnlyFeatures = ['exceptions', 'legacy-exceptions', 'gc'] as const satisfies readonly Feature[];
type DecodedOnly = (typeof decodedOnlyFeatures)[number];
type ExecutedRow = Rows[Exclude<Feature, DecodedOnly>][number];
/** Executed rows whose type depends on context; each consumer has a record with exactly these keys. */
export type ContextualName = Extract<ExecutedRow, readonly [number, string, string, '*', ...unknown[]]>[1];

/** The kinds of immediates, in the words of the table. */
export type ImmediateKind =
  | 'block' // block type: empty, one value type, or a type index
  | 'label'
  | 'labels' // vector of labels and the default
  | 'func'
  | 'type'
  | 'table'
  | 'memory'
  | 'local'
  | 'global'
  | 'tag'
  | 'data'
  | 'elem'
  | 'field'
  | 'count'
  | 'heap' // heap type
  | 'castflags'
  | 'catches' // vector of catch clauses
  | 'types' // vector of value types
  | 'memarg' // alignment exponent, memory index, offset
  | 'lane'
  | 'lanes' // 16 lane numbers
  | 'i32'
  | 'i64'
  | 'f32'
  | 'f64'
  | 'v128';

/** What an instruction can do beyond computing its results from its operands. */
export type Effect =
  | 'trap'
  | 'label' // opens a structured block
  | 'branch' // may transfer control inside the function
  | 'exit' // always leaves the function
  | 'call'
  | 'throw'
  | 'grow' // may change the size of a memory
  | 'tablegrow'
  | 'tableread'
  | 'tablewrite'
  | 'globalread'
  | 'globalwrite'
  | 'heapread' // GC objects
  | 'heapwrite'
  | 'alloc';

/** Bytes of memory that an instruction reads or writes; 0 = a number known at run time only. */
export interface MemoryAccess {
  readonly reads: number | undefined;
  readonly writes: number | undefined;
}

/** One row of the table, parsed. */
export interface Instruction {
  /** Dense number of the row: the code unit of the interpreter, the index into `instructions`. */
  readonly op: number;
  /** Encoding: the byte, or `prefix << 12 | number`. */
  readonly opcode: number;
  /** Unique name of the row. */
  readonly name: InstrName;
  /** Mnemonic of the text format. */
  readonly mnemonic: string;
  readonly feature: Feature;
  readonly immediates: readonly ImmediateKind[];
  /** Signature letters of the table, `*` when contextual. */
  readonly signature: string;
  readonly isContextual: boolean;
  /** Decoded only: no tier executes it. */
  readonly isDecodedOnly: boolean;
  /** Operand and result types; the letter `a` appears as i32. Empty when contextual. */
  readonly params: readonly ValType[];
  readonly results: readonly ValType[];
  readonly effects: ReadonlySet<Effect>;
  readonly access: MemoryAccess;
  /** JavaScript expression of the operands; empty where the tiers have a rule of their own. */
  readonly meaning: string;
}

const letters: Readonly<Record<string, ValType>> = { i: I32, I: I64, f: F32, F: F64, v: V128, a: I32 };

function typesOf(part: string): ValType[] {
  return [...part].map((letter) => {
    const type = letters[letter];
    if (type === undefined) throw new Error(`instruction table: unknown signature letter ${letter}`);
    return type;
  });
}

type RawRow = readonly [number, InstrName, string, string, string, string];

function parseRow(op: number, feature: Feature, row: RawRow): Instruction {
  const [opcode, name, immediates, signature, effects, meaning] = row;
  const words = effects.split(' ').filter((w) => w !== '');
  const width = (letter: string): number | undefined => {
    const word = words.find((w) => w[0] === letter && /^\d+$/.test(w.slice(1)));
    return word === undefined ? undefined : Number(word.slice(1));
  };
  const [params = '', results = ''] = signature === '*' ? [] : signature.split(':');
  return {
    op,
    opcode,
    name,
    mnemonic: name.split(' ')[0] as string,
    feature,
    immediates: immediates.split(' ').filter((w) => w !== '') as ImmediateKind[],
    signature,
    isContextual: signature === '*',
    isDecodedOnly: (decodedOnlyFeatures as readonly Feature[]).includes(feature),
    params: typesOf(params),
    results: typesOf(results),
    effects: new Set(words.filter((w) => !/^[rw]\d+$/.test(w)) as Effect[]),
    access: { reads: width('r'), writes: width('w') },
    meaning,
  };
}

/** All instructions, indexed by `op`. */
export const instructions: readonly Instruction[] = Object.entries(table)
  .flatMap(([feature, rows]) => rows.map((row) => [feature, row] as const))
  .map(([feature, row], op) => parseRow(op, feature as Feature, row as RawRow));

const byName = new Map<string, Instruction>(instructions.map((i) => [i.name, i]));

/** The row with this unique name. */
export function instruction(name: InstrName): Instruction {
  return byName.get(name) as Instruction;
}

/** The row with this unique name, if there is one (for names that come from outside). */
export function findInstruction(name: string): Instruction | undefined {
  return byName.get(name);
}

/** The dense number of the row with this unique name. */
export function opOf(name: InstrName): number {
  return instruction(name).op;
}

/** Prefix bytes of the encoding, with the number of the highest instruction under each. */
const prefixes = new Set(instructions.filter((i) => i.opcode > 0xff).map((i) => i.opcode >> 12));

export function isPrefix(byte: number): boolean {
  return prefixes.has(byte);
}

/** `op` by opcode byte for unprefixed instructions, -1 where there is none. */
export const opByByte: Int16Array = new Int16Array(256).fill(-1);
const opByPrefixed = new Map<number, number>();
for (const i of instructions) {
  if (i.opcode <= 0xff) opByByte[i.opcode] = i.op;
  else opByPrefixed.set(i.opcode, i.op);
}

/** `op` of a prefixed instruction, -1 where there is none. `number` is the unsigned LEB128 after the prefix. */
export function opByPrefix(prefix: number, number: number): number {
  return number > 0xfff ? -1 : (opByPrefixed.get((prefix << 12) | number) ?? -1);
}
