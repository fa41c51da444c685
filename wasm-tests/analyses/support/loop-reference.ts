/**
 * Paths through loops, the slow and obvious way: every instruction of every activation is noted, and when the activation has ended, its list
 * is read as loops. Compared with what the analysis finds by probes at branches.
 */

import type { LoopTrace, LoopTracesResult, SequenceItem } from '../../../analyses/index.ts';
import {
  type Engine,
  type Exit,
  type Frame,
  insertExitProbe,
  insertGlobalProbe,
  type ModuleInstance,
} from '../../../engine/index.ts';
import { type Block, type FunctionStructure, isBranch, structureOf } from '../../../probes/index.ts';

/** For each loop, `function pc`: how many executions had which list of paths, each as text. */
export type Traces = Record<string, Record<string, number>>;

interface Execution {
  readonly loop: Block;
  readonly paths: string[];
  steps: string[];
}

/** One activation of a function with loops. */
class Reader {
  private readonly structure: FunctionStructure;
  private readonly loops: ReadonlyMap<number, Block>;
  private readonly tell: (loop: Block, paths: readonly string[]) => void;
  private readonly stack: Execution[] = [];

  constructor(structure: FunctionStructure, tell: (loop: Block, paths: readonly string[]) => void) {
    this.structure = structure;
    this.loops = new Map(structure.blocks.filter(({ kind }) => kind === 'loop').map((block) => [block.start, block]));
    this.tell = tell;
  }

  read(pcs: readonly number[], reason: string): void {
    for (const [i, pc] of pcs.entries()) this.arrive(pcs[i - 1], pc);
    while (this.stack.length > 0) this.leave(reason);
  }

  private leave(ending: string): void {
    const { loop, paths, steps } = this.stack.pop() as Execution;
    this.tell(loop, [...paths, [...steps, ending].join(' ')]);
  }

  private isStep(from: number, to: number): boolean {
    const { structure, stack } = this;
    if (!isBranch(structure.instruction(from))) return false;
    const { loop } = stack.at(-1) as Execution;
    const decides = structure.successors(from).length > 1;
    return decides || to <= from || to > loop.end;
  }

  private arrive(from: number | undefined, pc: number): void {
    const { stack, loops } = this;
    if (stack.length > 0 && from !== undefined && this.isStep(from, pc)) {
      // In the paths of all loops that it leaves, and of the one where control is then.
      const inside = stack.findLastIndex(({ loop }) => pc >= loop.start && pc <= loop.end);
      for (const execution of stack.slice(Math.max(inside, 0))) execution.steps.push(`${from}>${pc}`);
      while (stack.length > inside + 1) this.leave('out');
    }
    const loop = loops.get(pc);
    if (loop !== undefined) {
      const last = stack.at(-1);
      if (last?.loop === loop && from !== undefined && from > pc) {
        last.paths.push([...last.steps, 'back'].join(' '));
        last.steps = [];
      } else {
        last?.steps.push(`${pc}>${pc}`);
        stack.push({ loop, paths: [], steps: [] });
      }
    }
    if (stack.at(-1)?.loop.end === pc) this.leave('end');
  }
}

/** Observes all instances that the engine makes; the traces are complete when nothing runs any more. */
export function referenceTraces(engine: Engine): Traces {
  const traces: Traces = {};
  const attach = (instance: ModuleInstance): void => {
    const { module } = instance;
    const lists = new Map<Frame, number[]>();
    insertGlobalProbe(instance, {
      fire: (frame: Frame) => {
        const pcs = lists.get(frame) ?? [];
        pcs.push(frame.pc);
        lists.set(frame, pcs);
      },
    });
    for (const [i] of module.bodies.entries()) {
      const func = module.importCounts.function + i;
      const structure = structureOf(module, func);
      const tell = (loop: Block, paths: readonly string[]): void => {
        const key = `${func} ${loop.start}`;
        const text = paths.join(' | ');
        traces[key] ??= {};
        traces[key][text] = (traces[key][text] ?? 0) + 1;
      };
      insertExitProbe(instance, func, {
        exit: (frame: Frame, { reason }: Exit) => {
          new Reader(structure, tell).read(lists.get(frame) ?? [], reason);
          lists.delete(frame);
        },
      });
    }
  };
  engine.observe({ onInstance: attach });
  return traces;
}

function expanded(items: readonly SequenceItem[], loop: LoopTrace): string[] {
  return items.flatMap((item) => {
    const once =
      'items' in item
        ? expanded(item.items, loop)
        : loop.paths
            .slice(item.path, item.path + 1)
            .map(({ steps, ending }) => [...steps.map(([pc, to]) => `${pc}>${to}`), ending].join(' '));
    return Array.from({ length: item.times }, () => once).flat();
  });
}

/** What the analysis found in the first module, in the same form. */
export function tracesOf({ modules }: LoopTracesResult): Traces {
  const traces: Traces = {};
  for (const { index, loops } of modules[0]?.functions ?? []) {
    for (const loop of loops) {
      const found: Record<string, number> = {};
      for (const { items, entries } of loop.sequences) {
        const text = expanded(items, loop).join(' | ');
        found[text] = (found[text] ?? 0) + entries;
      }
      traces[`${index} ${loop.pc}`] = found;
    }
  }
  return traces;
}
