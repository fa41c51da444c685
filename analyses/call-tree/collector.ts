/** Collects the calling contexts of a program while it runs. */

import type { Module, ModuleInstance } from '../../engine/index.ts';
import type { Attachment } from '../../probes/index.ts';
import { Activations } from '../activations/activations.ts';
import { exactMs } from '../activations/clock.ts';
import type { ActivationSink } from '../activations/log.ts';
import type { FunctionChoice } from '../function-choice.ts';
import { OptionError } from '../options.ts';
import { identityOf } from '../result.ts';
import { Contexts, ROOT } from './contexts.ts';
import type { CallTreeResult, TreeFunction, TreeNode } from './data.ts';

export interface CallTreeOptions {
  readonly choice: FunctionChoice;
  readonly name: string;
  readonly measuresTime: boolean;
  /** Levels of the tree; calls below count for the deepest node above. */
  readonly depth: number;
}

export class CallTreeCollector implements ActivationSink {
  private readonly options: CallTreeOptions;
  private readonly activations: Activations;
  private readonly modules: Module[] = [];
  private readonly contexts: Contexts;
  /** Contexts of the activations that have not ended, the root first. */
  private readonly stack: number[] = [ROOT];
  private current = ROOT;
  /** Instructions and time that are accounted for. */
  private seen = 0;
  private seenMs = 0;

  constructor(options: CallTreeOptions) {
    const { depth, name, choice, measuresTime } = options;
    if (!(Number.isInteger(depth) && depth > 0)) {
      throw new OptionError(`option "depth" of ${name} must be an integer above 0, not ${depth}`, 'depth');
    }
    this.options = options;
    this.contexts = new Contexts(depth);
    this.activations = new Activations(this, { choice, name, measuresTime });
  }

  attach(instance: ModuleInstance): Attachment {
    if (!this.modules.includes(instance.module)) this.modules.push(instance.module);
    return this.activations.attach(instance);
  }

  enter(callee: number, instructions: number, ms: number): void {
    this.reach(instructions, ms);
    this.current = this.contexts.call(this.current, callee);
    this.stack.push(this.current);
  }

  leave(instructions: number, ms: number): void {
    this.reach(instructions, ms);
    this.stack.pop();
    this.current = this.stack[this.stack.length - 1] as number;
  }

  /** What happened since the last event belongs to the innermost activation; time outside of the program to nobody. */
  reach(instructions: number, ms: number): void {
    this.contexts.spend(this.current, instructions - this.seen, ms - this.seenMs);
    this.seen = instructions;
    this.seenMs = ms;
  }

  result(analysis: string): CallTreeResult {
    const { activations, contexts, modules } = this;
    activations.log.read();
    const functions: TreeFunction[] = [];
    const places = new Map<number, number>();
    const nodes: TreeNode[] = [];
    const children = this.childrenOfAll();
    const pending = (children.get(ROOT) ?? []).toReversed().map((context) => ({ context, parent: -1 }));
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { context, parent } = next;
      const number = contexts.callee(context);
      let place = places.get(number);
      if (place === undefined) {
        const { module, index, name, isHost } = activations.log.callee(number);
        place = functions.push({ module: modules.indexOf(module), index, name, isHost }) - 1;
        places.set(number, place);
      }
      const at = nodes.push(this.describe(context, parent, place)) - 1;
      for (const child of (children.get(context) ?? []).toReversed()) pending.push({ context: child, parent: at });
    }
    return { analysis, version: 1, modules: modules.map(identityOf), functions, nodes };
  }

  /** In the order in which they were first called. */
  private childrenOfAll(): Map<number, number[]> {
    const { contexts } = this;
    const children = new Map<number, number[]>();
    for (let context = ROOT + 1; context < contexts.size; context++) {
      const parent = contexts.parent(context);
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [context]);
      else siblings.push(context);
    }
    return children;
  }

  private describe(context: number, parent: number, place: number): TreeNode {
    const { contexts } = this;
    const { measuresTime } = this.options;
    return {
      parent,
      function: place,
      calls: contexts.calls(context),
      folded: contexts.folded(context),
      instructions: contexts.instructions(context),
      ...(measuresTime ? { selfMs: exactMs(contexts.ms(context)) } : {}),
    };
  }
}
