/**
 * What is known of a function's control flow before it runs: its blocks, where branches go, what can follow each
 * instruction. In the terms of the events that probes see (rule 9 of the probe contract): a branch to a
 * block arrives at the block's `end`, one to a loop at the `loop`.
 */

import {
  type FuncType,
  funcTypeOf,
  functionInstructions,
  functionLocations,
  type Instruction,
  instructions,
  type Location,
  type Module,
  opOf,
  ProbeError,
  type valtype,
} from '../engine/index.ts';

type ValType = valtype.ValType;

/** A structured block, or the function itself, which is the outermost. */
export interface Block {
  /** Name of the instruction that opens it. */
  readonly kind: 'function' | 'block' | 'loop' | 'if' | 'try_table' | 'try';
  /** Number of the block in the order in which blocks begin; 0 is the function. */
  readonly index: number;
  readonly parent: Block | undefined;
  /** Number of blocks around it. */
  readonly depth: number;
  /** pc of the instruction that opens it; 0 for the function. */
  readonly start: number;
  /** pc of its `else`; -1 where there is none. */
  readonly else: number;
  /** pc of its `end`. */
  readonly end: number;
  /** pc at which a branch to its label arrives. */
  readonly target: number;
  readonly params: readonly ValType[];
  readonly results: readonly ValType[];
}

type OpenBlock = { -readonly [K in keyof Block]: Block[K] };

/** Does an instruction transfer control to a label, or by a condition? `if` and the `br` family; not `else` and `return`. */
export function isBranch(i: Instruction): boolean {
  return (
    i.effects.has('branch') && (i.effects.has('label') || i.immediates.some((k) => k === 'label' || k === 'labels'))
  );
}

const opsOf = (matches: (i: Instruction) => boolean): ReadonlySet<number> =>
  new Set(instructions.filter(matches).map((i) => i.op));

/** Rows of the instructions that are branches. */
export const branchOps: ReadonlySet<number> = opsOf(isBranch);

const openers = opsOf((i) => i.effects.has('label'));
const structural = opsOf((i) => i.effects.has('label') || isBranch(i));
const OP_BR_TABLE = opOf('br_table');
/** Control does not go on behind them. `exit` leaves the function, `throw` goes to a handler. */
const diverting = opsOf(
  (i) =>
    i.effects.has('exit') ||
    i.effects.has('throw') ||
    i.name === 'unreachable' ||
    i.name === 'br' ||
    i.op === OP_BR_TABLE,
);
const OP_END = opOf('end');
const OP_ELSE = opOf('else');
const OP_IF = opOf('if');
const OP_DELEGATE = opOf('delegate');

/** The control structure of one function of a valid module. */
export class FunctionStructure {
  readonly module: Module;
  readonly func: number;
  readonly type: FuncType;
  /** pc of each instruction, ascending. */
  readonly pcs: Int32Array;
  /** Row number of each instruction in the instruction table. */
  readonly ops: Uint16Array;
  /** In the order in which they begin. */
  readonly blocks: readonly Block[];
  /** For each instruction, the innermost block around it; `else` and `end` are in their own block, what opens a block is around it. */
  private readonly blockOf: Int32Array;
  /** By pc: what opens blocks, and branches, with their immediates. */
  private readonly controls: ReadonlyMap<number, Location>;
  private readonly opened: ReadonlyMap<number, Block>;

  constructor(module: Module, func: number) {
    const { pcs, ops } = functionInstructions(module, func);
    this.module = module;
    this.func = func;
    this.type = typeOfFunction(module, func);
    this.pcs = pcs;
    this.ops = ops;
    this.controls = new Map(functionLocations(module, func, structural).map((l) => [l.pc, l]));
    this.blockOf = new Int32Array(pcs.length);
    this.blocks = this.findBlocks();
    this.opened = new Map(this.blocks.slice(1).map((block) => [block.start, block]));
  }

  private findBlocks(): Block[] {
    const blocks: OpenBlock[] = [];
    const { params, results } = this.type;
    const outermost = { kind: 'function', start: 0, params, results } as const;
    let top = open(blocks, undefined, outermost);
    for (let i = 0; i < this.pcs.length; i++) {
      const pc = this.pcs[i] as number;
      const op = this.ops[i] as number;
      this.blockOf[i] = top.index;
      if (openers.has(op)) {
        const kind = (instructions[op] as Instruction).name as Block['kind'];
        top = open(blocks, top, { kind, start: pc, ...blockType(this.module, this.controls.get(pc) as Location) });
      } else if (op === OP_ELSE) {
        top.else = pc;
      } else if (op === OP_END || op === OP_DELEGATE) {
        top.end = pc;
        if (top.kind !== 'loop') top.target = pc;
        top = (top.parent ?? top) as OpenBlock;
      }
    }
    return blocks;
  }

  /** Number of the instruction at `pc`; a ProbeError where none begins. */
  private at(pc: number): number {
    let low = 0;
    let high = this.pcs.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.pcs[middle] as number;
      if (found === pc) return middle;
      if (found < pc) low = middle + 1;
      else high = middle - 1;
    }
    const nearest = [this.pcs[high], this.pcs[low]].filter((n) => n !== undefined);
    throw new ProbeError(
      `no instruction of function ${this.func} is at pc ${pc}: the nearest are at ${nearest.join(' and ')}`,
      {
        func: this.func,
        pc,
        nearest,
      },
    );
  }

  instruction(pc: number): Instruction {
    return instructions[this.ops[this.at(pc)] as number] as Instruction;
  }

  /** pc of the next instruction in the text of the function; undefined behind the last. */
  next(pc: number): number | undefined {
    return this.pcs[this.at(pc) + 1];
  }

  /** The innermost block around the instruction; `else` and `end` are in their own block, what opens a block is not in it. */
  blockAround(pc: number): Block {
    return this.blocks[this.blockOf[this.at(pc)] as number] as Block;
  }

  /** The block that the instruction opens. */
  blockOpenedAt(pc: number): Block | undefined {
    return this.opened.get(pc);
  }

  /** The block that a label of the instruction at `pc` names: 0 is the innermost. */
  label(pc: number, label: number): Block {
    let block: Block | undefined = this.blockAround(pc);
    for (let i = 0; i < label; i++) block = block?.parent;
    if (block === undefined) throw new ProbeError(`there is no label ${label} at pc ${pc} of function ${this.func}`);
    return block;
  }

  /** The blocks that the labels of a branch name, in order (of `br_table` the default last); none for `if`. */
  targets(pc: number): Block[] {
    const { instruction, immediates } = this.controls.get(pc) ?? {};
    if (instruction === undefined || !branchOps.has(instruction.op) || instruction.op === OP_IF) return [];
    return (immediates?.labels ?? [immediates?.index as number]).map((label) => this.label(pc, label));
  }

  /** Where `if` goes when its condition is false: behind the `else`, or to the `end`. */
  falseTarget(pc: number): number {
    const block = this.blockOpenedAt(pc) as Block;
    return block.else < 0 ? block.end : (this.next(block.else) as number);
  }

  /** Can the instruction, having completed, end the activation? The final `end`, `return` and tail calls. */
  isExit(pc: number): boolean {
    return pc === this.blocks[0]?.end || this.instruction(pc).effects.has('exit');
  }

  /** pcs at which the same activation can arrive next when the instruction has completed, without repetition. */
  successors(pc: number): number[] {
    const i = this.at(pc);
    const op = this.ops[i] as number;
    if (op === OP_ELSE) return [this.blockAround(pc).end];
    const following = new Set<number>();
    const next = this.pcs[i + 1];
    if (next !== undefined && !diverting.has(op)) following.add(next);
    if (op === OP_IF) following.add(this.falseTarget(pc));
    for (const { target } of this.targets(pc)) following.add(target);
    return [...following];
  }
}

function open(
  blocks: OpenBlock[],
  parent: OpenBlock | undefined,
  opening: Pick<Block, 'kind' | 'start' | 'params' | 'results'>,
): OpenBlock {
  const depth = parent === undefined ? 0 : parent.depth + 1;
  // A loop's label is known now, that of others with their `end`.
  const block = { ...opening, index: blocks.length, parent, depth, else: -1, end: -1, target: opening.start };
  blocks.push(block);
  return block;
}

const EMPTY: readonly ValType[] = [];

function blockType(module: Module, { immediates }: Location): Pick<Block, 'params' | 'results'> {
  if (immediates.type !== undefined) return { params: EMPTY, results: [immediates.type] };
  if (immediates.index === undefined) return { params: EMPTY, results: EMPTY };
  const { params, results } = functionType(module, immediates.index);
  return { params, results };
}

/** The function type at a type index. */
export function functionType(module: Module, typeIndex: number): FuncType {
  return funcTypeOf(module.types[typeIndex] as number) as FuncType;
}

/** The type of a function by its index in the function index space. */
export function typeOfFunction(module: Module, func: number): FuncType {
  return functionType(module, module.funcTypes[func] as number);
}

/** What a branch to the block brings: parameters for a loop, results for all others. */
export function labelTypes(block: Block): readonly ValType[] {
  return block.kind === 'loop' ? block.params : block.results;
}

const known = new WeakMap<Module, Map<number, FunctionStructure>>();

/** The control structure of a function (index in the function index space); made once. A ProbeError for imports. */
export function structureOf(module: Module, func: number): FunctionStructure {
  let structures = known.get(module);
  if (structures === undefined) {
    structures = new Map();
    known.set(module, structures);
  }
  let structure = structures.get(func);
  if (structure === undefined) {
    structure = new FunctionStructure(module, func);
    structures.set(func, structure);
  }
  return structure;
}
