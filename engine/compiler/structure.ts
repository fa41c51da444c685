/** What the compiler must know of a function before it walks it: extents of blocks, and which locals they assign. */

import { InstructionReader } from '../binary/instruction-reader.ts';
import { readLocals } from '../binary/locals.ts';
import { instructions, opOf } from '../isa/instructions.ts';
import type { FunctionBody, Module } from '../module/module.ts';
import { type SwitchFacts, SwitchFinder } from './switches.ts';

/** What is called through a table: the indices of the table and of the type. One object for all calls of a function that are alike. */
export interface TableCall {
  readonly table: number;
  readonly type: number;
}

/** What is called: a function by its index, or what is in a table; undefined for references and tail calls through tables. */
export type CallTarget = number | TableCall | undefined;

/** A block, loop or if. */
export interface BlockFacts {
  /** pcs of the instruction that opens it, of its `else` (-1 without), and of its `end`. */
  readonly start: number;
  readonly isLoop: boolean;
  elseAt: number;
  end: number;
  /** Locals that are assigned inside. */
  readonly assigned: Set<number>;
  /** How many instructions inside assign locals. */
  assignments: number;
  /** Of a loop: what is called inside, but for calls that nothing comes behind. */
  readonly calls: CallTarget[];
  /** Of a loop: is there another one inside? */
  hasInnerLoop: boolean;
  /** The switch that the block is a part of. */
  switch: SwitchFacts | undefined;
}

export interface FunctionFacts {
  /** By the pc of the instruction that opens the block. */
  readonly blocks: ReadonlyMap<number, BlockFacts>;
  readonly hasLoops: boolean;
  /** Functions that are called by their index. */
  readonly callees: ReadonlySet<number>;
  /** What it calls through tables. */
  readonly tableCalls: readonly TableCall[];
  /** Does it call references, or, at its end, what is in tables? */
  readonly callsAnything: boolean;
  /** Does it change tables? */
  readonly writesTables: boolean;
  /** pcs of calls, with what is called. */
  readonly calls: readonly { readonly pc: number; readonly target: CallTarget }[];
  readonly hasTailCalls: boolean;
  /** Does it contain `memory.grow`? */
  readonly growsMemory: boolean;
}

const LOCAL_SET = opOf('local.set');
const LOCAL_TEE = opOf('local.tee');
const BLOCK = opOf('block');
const LOOP = opOf('loop');
const ELSE = opOf('else');
const END = opOf('end');
const CALL_INDIRECT = opOf('call_indirect');
const UNREACHABLE = opOf('unreachable');

const known = new WeakMap<FunctionBody, FunctionFacts>();

/** The facts of a function of a valid module. */
export function functionFacts(module: Module, body: FunctionBody): FunctionFacts {
  let facts = known.get(body);
  if (facts === undefined) {
    facts = readFacts(module, body);
    known.set(body, facts);
  }
  return facts;
}

function readFacts(module: Module, body: FunctionBody): FunctionFacts {
  const reader = new InstructionReader(module.bytes, module.types);
  reader.pos = body.start;
  reader.end = body.end;
  readLocals(reader);
  const blocks = new Map<number, BlockFacts>();
  const open: BlockFacts[] = [];
  const openLoops: BlockFacts[] = [];
  const switches = new SwitchFinder();
  const callees = new Set<number>();
  const calls: { pc: number; target: CallTarget }[] = [];
  const tableCalls: TableCall[] = [];
  let callsAnything = false;
  let writesTables = false;
  let hasTailCalls = false;
  let growsMemory = false;
  while (reader.pos < body.end) {
    reader.read();
    const { op } = reader;
    const pc = reader.at - body.start;
    const { effects, immediates } = instructions[op];
    if (op === LOCAL_SET || op === LOCAL_TEE) {
      const block = open[open.length - 1];
      if (block !== undefined) {
        block.assigned.add(reader.index);
        block.assignments++;
      }
    } else if (effects.has('label')) {
      const place = { start: pc, elseAt: -1, end: -1 };
      const found = { assigned: new Set<number>(), assignments: 0, calls: [], hasInnerLoop: false, switch: undefined };
      const block: BlockFacts = { ...place, isLoop: op === LOOP, ...found };
      open.push(block);
      if (block.isLoop) {
        for (const loop of openLoops) loop.hasInnerLoop = true;
        openLoops.push(block);
      }
      blocks.set(pc, block);
      switches.open(block, op === BLOCK && reader.blockKind === 0);
    } else if (op === ELSE) (open[open.length - 1] as BlockFacts).elseAt = pc;
    else if (op === END) {
      const block = open.pop(); // none for the end of the function
      if (block !== undefined) {
        block.end = pc;
        if (block.isLoop) openLoops.pop();
        addAssignments(open[open.length - 1], block);
        switches.close();
      }
    } else if (effects.has('call')) {
      const target = targetOf(reader, tableCalls);
      calls.push({ pc, target });
      if (target === undefined) callsAnything = true;
      else if (typeof target === 'number') callees.add(target);
      // What ends the program or fails is called in the middle of loops.
      if (module.bytes[reader.pos] !== UNREACHABLE) {
        for (const loop of openLoops) loop.calls.push(target);
      }
      if (effects.has('exit')) hasTailCalls = true;
    } else if (effects.has('grow')) growsMemory = true;
    else if (effects.has('tablewrite') || effects.has('tablegrow')) writesTables = true;
    else if (immediates[0] === 'label') switches.branch(reader.index);
    else if (immediates[0] === 'labels') switches.table(pc, reader.labels);
  }
  switches.decide();
  const hasLoops = [...blocks.values()].some(({ isLoop }) => isLoop);
  return {
    blocks,
    hasLoops,
    callees,
    tableCalls,
    callsAnything,
    writesTables,
    calls,
    hasTailCalls,
    growsMemory,
  };
}

/** What the call that was read calls. */
function targetOf({ op, index, index2 }: InstructionReader, known: TableCall[]): CallTarget {
  if (instructions[op].immediates[0] === 'func') return index;
  if (op !== CALL_INDIRECT) return undefined;
  let call = known.find(({ table, type }) => table === index2 && type === index);
  if (call === undefined) {
    call = { table: index2, type: index };
    known.push(call);
  }
  return call;
}

/** What a block assigns, the one around it does. Told at its end, and not to all blocks at each instruction: there may be thousands. */
function addAssignments(outer: BlockFacts | undefined, inner: BlockFacts): void {
  if (outer === undefined) return;
  for (const k of inner.assigned) outer.assigned.add(k);
  outer.assignments += inner.assignments;
}
