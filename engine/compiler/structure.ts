/** What the compiler must know of a function before it walks it: extents of blocks, and which locals they assign. */

import { InstructionReader } from '../binary/instruction-reader.ts';
import { readLocals } from '../binary/locals.ts';
import { instructions, opOf } from '../isa/instructions.ts';
import type { FunctionBody, Module } from '../module/module.ts';

/** A block, loop or if. */
export interface BlockFacts {
  /** pcs of the instruction that opens it, of its `else` (-1 without), and of its `end`. */
  readonly start: number;
  readonly isLoop: boolean;
  elseAt: number;
  end: number;
  /** Locals that are assigned inside. */
  readonly assigned: Set<number>;
  /** Of a loop: the instructions inside that assign locals. */
  assignments: number;
  /** Of a loop: functions that are called inside, -1 for what is called by tables or references, but for calls that nothing comes behind. */
  readonly calls: number[];
}

export interface FunctionFacts {
  /** By the pc of the instruction that opens the block. */
  readonly blocks: ReadonlyMap<number, BlockFacts>;
  readonly hasLoops: boolean;
  /** Functions that are called by their index. */
  readonly callees: ReadonlySet<number>;
  /** Does it call through tables or references? */
  readonly callsDynamically: boolean;
  /** pcs of calls, with the function, -1 for one by a table or reference. */
  readonly calls: readonly { readonly pc: number; readonly callee: number }[];
  readonly hasTailCalls: boolean;
  /** Does it contain `memory.grow`? */
  readonly growsMemory: boolean;
}

const LOCAL_SET = opOf('local.set');
const LOCAL_TEE = opOf('local.tee');
const LOOP = opOf('loop');
const ELSE = opOf('else');
const END = opOf('end');
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
  const callees = new Set<number>();
  const calls: { pc: number; callee: number }[] = [];
  let callsDynamically = false;
  let hasTailCalls = false;
  let growsMemory = false;
  while (reader.pos < body.end) {
    reader.read();
    const { op } = reader;
    const pc = reader.at - body.start;
    const { effects, immediates } = instructions[op];
    if (op === LOCAL_SET || op === LOCAL_TEE) {
      for (const block of open) {
        block.assigned.add(reader.index);
        block.assignments++;
      }
    } else if (effects.has('label')) {
      const place = { start: pc, elseAt: -1, end: -1 };
      const block: BlockFacts = { ...place, isLoop: op === LOOP, assigned: new Set(), assignments: 0, calls: [] };
      open.push(block);
      blocks.set(pc, block);
    } else if (op === ELSE) (open[open.length - 1] as BlockFacts).elseAt = pc;
    else if (op === END) {
      const block = open.pop(); // none for the end of the function
      if (block !== undefined) block.end = pc;
    } else if (effects.has('call')) {
      const callee = immediates[0] === 'func' ? reader.index : -1;
      calls.push({ pc, callee });
      if (callee >= 0) callees.add(callee);
      else callsDynamically = true;
      // What ends the program or fails is called in the middle of loops.
      if (module.bytes[reader.pos] !== UNREACHABLE) {
        for (const block of open) if (block.isLoop) block.calls.push(callee);
      }
      if (effects.has('exit')) hasTailCalls = true;
    } else if (effects.has('grow')) growsMemory = true;
  }
  const hasLoops = [...blocks.values()].some(({ isLoop }) => isLoop);
  return { blocks, hasLoops, callees, callsDynamically, calls, hasTailCalls, growsMemory };
}
