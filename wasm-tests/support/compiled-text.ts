/** JavaScript text of single instructions as functions on bytes, beside V8 in `native.ts`. */

import {
  atom,
  bindable,
  compute,
  constant,
  type Expr,
  load,
  type Names,
  needsAtoms,
  SlowMemory,
  store,
  type ViewKind,
  viewOf,
} from '../../engine/compiler/expression.ts';
import type { Instruction } from '../../engine/isa/instructions.ts';
import { Trap } from '../../engine/isa/trap.ts';
import { F32, F64, I32, I64, type ValType } from '../../engine/isa/valtype.ts';
import { allocateMemory, type MemoryInstance } from '../../engine/runtime/memory.ts';
import type { Bytes } from './edge-values.ts';
import type { Outcome } from './native.ts';

/** The site that every text in the tests has. */
export const testSite = 17;

/** Names as the texts of a function need them, and what they stand for. */
export class TextNames implements Names {
  readonly #memory: MemoryInstance | undefined;
  readonly #hasDataView: boolean;
  readonly values = new Map<string, unknown>();

  constructor(memory?: MemoryInstance, hasDataView = true) {
    this.#memory = memory;
    this.#hasDataView = hasDataView;
  }

  bound(name: string): string {
    if (!bindable.has(name)) throw new Error(`nothing to bind as ${name}`);
    this.values.set(name, bindable.get(name));
    return name;
  }

  site(): string {
    return `p = ${testSite}`;
  }

  view(memory: number, kind: ViewKind): string {
    const name = memory === 0 ? kind.toUpperCase() : `${kind.toUpperCase()}_${memory}`;
    if (this.#memory !== undefined) this.values.set(name, viewOf(this.#memory, kind));
    return name;
  }

  hasDataView(): boolean {
    return this.#hasDataView;
  }

  slow(memory: number): string {
    if (this.#memory !== undefined) this.values.set(`m${memory}`, new SlowMemory(this.#memory));
    return `m${memory}`;
  }
}

/** A memory of one page, or of as many. */
export function testMemory(pages = 1): MemoryInstance {
  return allocateMemory({ min: pages, max: pages, isShared: false, is64: false });
}

const halves = new Int32Array(2);
const bytesOfHalves = new Uint8Array(halves.buffer);

/** The constant with these bytes. */
export function constantOfBytes(type: ValType, bytes: Bytes, names: Names): Expr {
  halves.fill(0);
  bytesOfHalves.set(bytes);
  return constant(type, halves[0] as number, halves[1] as number, names);
}

/** Expressions that read a value from, and statements that write one to, 16 bytes seen as `i`, `j` (i64), and `d`. */
const readers: Readonly<Record<number, (slot: number) => string>> = {
  [I32]: (slot) => `i[${2 * slot}]`,
  [I64]: (slot) => `j[${slot}]`,
  [F32]: (slot) => `exactF32(i[${2 * slot}])`,
  [F64]: (slot) => `d[${slot}]`,
};

/** Writes a result, after showing that it is what a value of its type must be. */
const writers: Readonly<Record<number, string>> = {
  [I32]: 'if (r !== (r | 0) || Object.is(r, -0)) throw new Error("no i32: " + r); i[6] = r;',
  [I64]: 'if (BigInt.asIntN(64, r) !== r) throw new Error("no i64: " + r); j[3] = r;',
  [F32]: 'if (!Object.is(Math.fround(r), r)) throw new Error("no f32: " + r); i[6] = exactBitsOfF32(r);',
  [F64]: 'd[3] = r;',
};

const sizes = new Map<ValType, number>([
  [I32, 4],
  [F32, 4],
  [I64, 8],
  [F64, 8],
]);

/** How the operands get into the text: as constants, as variables, or the first as a variable and the others as constants. */
export type OperandKind = 'variables' | 'constants' | 'second constant';

/** Texts that are executed many times, by text. */
const compiled = new Map<string, (i: Int32Array, j: BigInt64Array, d: Float64Array) => void>();

const data = new ArrayBuffer(32);
const bytes = new Uint8Array(data);
const [i32s, i64s, f64s] = [new Int32Array(data), new BigInt64Array(data), new Float64Array(data)];

/** A function of the text that reads the operands from the data, and writes the result. */
function compile(statements: string, names: TextNames): (i: Int32Array, j: BigInt64Array, d: Float64Array) => void {
  for (const helper of ['exactF32', 'exactBitsOfF32']) names.bound(helper);
  const code = `return (i, j, d) => { let t, u, w, p = 0, r; ${statements} };`;
  // The text was made by the code under test, from numbers.
  return new Function(...names.values.keys(), code)(...names.values.values());
}

function outcome(run: () => void, type: ValType | undefined): Outcome {
  try {
    run();
  } catch (error) {
    if (error instanceof Trap) return { trap: error.message };
    if (error instanceof RangeError) return { trap: 'memory access out of bounds' };
    throw error;
  }
  return { result: bytes.slice(24, 24 + (type === undefined ? 0 : (sizes.get(type) as number))) };
}

/** What the statements do with these operands in `l0`, `l1`. */
function prologue(params: readonly ValType[]): string {
  return params.map((type, k) => `const l${k} = ${(readers[type] as (slot: number) => string)(k)};`).join(' ');
}

/** What a test asks of a text. */
export interface TextCase {
  readonly instruction: Instruction;
  readonly operands: readonly Bytes[];
  readonly kind: OperandKind;
}

function operandExpressions({ instruction, operands, kind }: TextCase, names: Names): Expr[] {
  const expressions = instruction.params.map((type, k) => {
    const isConstant = kind === 'constants' || (kind === 'second constant' && k > 0);
    return isConstant ? constantOfBytes(type, operands[k] as Bytes, names) : atom(type, `l${k}`);
  });
  // As the emitter does: what is used more than once is an atom.
  return needsAtoms(instruction, expressions).map((isNeeded, k) => {
    const e = expressions[k] as Expr;
    return isNeeded && !e.isAtom ? atom(e.type, `l${k}`) : e;
  });
}

/** Executes the text of an instruction without memory. A trap must have set its site. */
export function runText(test: TextCase): Outcome {
  const { instruction, operands } = test;
  const names = new TextNames();
  const [type] = instruction.results as [ValType];
  const e = compute(instruction, operandExpressions(test, names), names);
  const body = `${prologue(instruction.params)} r = ${e.text};`;
  const checked = e.canTrap
    ? `try { ${body} } catch (e) { if (p !== ${testSite}) throw new Error('site'); throw e; }`
    : body;
  const key = `${checked}${type}`;
  let run = compiled.get(key);
  if (run === undefined) {
    run = compile(`${checked} ${writers[type]}`, names);
    if (test.kind === 'variables') compiled.set(key, run);
  }
  operands.forEach((operand, k) => void bytes.set(operand, 8 * k));
  return outcome(() => run(i32s, i64s, f64s), type);
}

/** The value of a text as JavaScript has it, with these local variables. */
export function evaluate(text: string, names: TextNames, locals: ReadonlyMap<string, unknown>): unknown {
  const parameters = [...locals.keys()].join(', ');
  const code = `return (${parameters}) => { let t, u, w, p; return ${text}; };`;
  return new Function(...names.values.keys(), code)(...names.values.values())(...locals.values());
}

/** A load or store on a memory, compiled once: `operands` are in `l0`, `l1`, or the address a constant or a sum. */
export class CompiledAccess {
  readonly memory: MemoryInstance;
  readonly text: string;
  readonly #instruction: Instruction;
  readonly #run: (i: Int32Array, j: BigInt64Array, d: Float64Array) => void;

  constructor(
    instruction: Instruction,
    offset: number,
    makeAddress: (local: Expr, names: Names) => Expr,
    { memory = testMemory(), hasDataView = true }: { memory?: MemoryInstance; hasDataView?: boolean } = {},
  ) {
    const names = new TextNames(memory, hasDataView);
    const [type] = instruction.results;
    const address = makeAddress(atom(I32, 'l0'), names);
    this.memory = memory;
    this.#instruction = instruction;
    if (type === undefined) {
      const value = atom(instruction.params[1] as ValType, 'l1');
      this.text = store(instruction, address, value, offset, 0, names);
    } else {
      this.text = `r = ${load(instruction, address, offset, 0, names).text};`;
    }
    const checked = `try { ${this.text} } catch (e) { if (p !== ${testSite}) throw new Error('site'); throw e; }`;
    const write = type === undefined ? '' : (writers[type] as string);
    this.#run = compile(`${prologue(instruction.params)} ${checked} ${write}`, names);
  }

  run(operands: readonly Bytes[]): Outcome {
    operands.forEach((operand, k) => void bytes.set(operand, 8 * k));
    return outcome(() => this.#run(i32s, i64s, f64s), this.#instruction.results[0]);
  }
}
