/** Paths through loops: which ways iterations took, and in which order. */

import { functionName, type Module, type ModuleInstance } from '../../engine/index.ts';
import { type Attachment, Insertions } from '../../probes/index.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { defineProbe } from '../define.ts';
import { chosenFunctions, type FunctionChoice, functionOptions } from '../function-choice.ts';
import { wholeNumber } from '../option-checks.ts';
import { PerModule } from '../per-module.ts';
import { type FunctionLoopTraces, type LoopTracesResult, type ModuleLoopTraces, mergeLoopTraces } from './data.ts';
import { type Limits, LoopState } from './paths.ts';
import { type LoopPlan, planLoops } from './plan.ts';
import { loopTracesAnnotation, loopTracesSection } from './present.ts';
import { traceOf } from './trace-of.ts';
import { LoopTracker } from './tracker.ts';

interface TracedFunction {
  readonly plan: LoopPlan;
  readonly states: readonly LoopState[];
  /** One for each instance. */
  readonly trackers: LoopTracker[];
}

class ModuleTraces {
  private readonly functions: readonly number[];
  private readonly limits: Limits;
  private readonly traced = new Map<number, TracedFunction>();

  constructor(module: Module, choice: FunctionChoice, limits: Limits) {
    this.functions = chosenFunctions(module, choice);
    this.limits = limits;
  }

  attach(instance: ModuleInstance): Attachment {
    const options = { functions: this.functions, name: 'loop-traces' };
    return whenEntered(instance, options, (func, isRunning) => {
      const { plan, states, trackers } = this.tracedFunction(instance.module, func);
      if (states.length === 0) return new Insertions();
      const tracker = new LoopTracker(states);
      trackers.push(tracker);
      // The event of the entry that led here has begun.
      if (!isRunning) tracker.begin();
      return tracker.attach(instance, func, plan);
    });
  }

  private tracedFunction(module: Module, func: number): TracedFunction {
    let traced = this.traced.get(func);
    if (traced === undefined) {
      const plan = planLoops(module, func);
      traced = { plan, states: plan.loops.map((loop) => new LoopState(loop, this.limits)), trackers: [] };
      this.traced.set(func, traced);
    }
    return traced;
  }

  result(module: Module): FunctionLoopTraces[] {
    return [...this.traced]
      .sort(([f], [g]) => f - g)
      .map(([index, { plan, states, trackers }]) => {
        const running = trackers.flatMap((tracker) => tracker.running);
        const loops = states
          .filter(({ entries }) => entries > 0)
          .map((state) =>
            traceOf(
              state,
              plan,
              running.filter(({ loop }) => loop === state),
            ),
          );
        return { index, name: functionName(module, index), loops };
      })
      .filter(({ loops }) => loops.length > 0);
  }
}

export const loopTraces = defineProbe({
  name: 'loop-traces',
  summary: 'paths through loops: which ways iterations took, how often, and in which order',
  options: {
    ...functionOptions,
    paths: { help: 'different paths of a loop that are kept', default: 1000 },
    sequences: { help: 'different sequences of paths of a loop that are kept', default: 100 },
    length: { help: 'paths and groups of a sequence that are kept, when it is compressed', default: 64 },
    top: { help: 'loops that the text shows', default: 10 },
  },
  start: ({ options }) => {
    const limits: Limits = {
      paths: wholeNumber('paths', options.paths, 1),
      sequences: wholeNumber('sequences', options.sequences),
      length: wholeNumber('length', options.length, 1),
    };
    const modules = new PerModule((module) => new ModuleTraces(module, options, limits));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      result: (): LoopTracesResult => ({
        analysis: 'loop-traces',
        version: 1,
        limits,
        modules: modules.results((traces, module) => ({ functions: traces.result(module) })),
      }),
    };
  },
  merge: mergeLoopTraces,
  present: ({ modules }, { top }) => modules.map((module) => loopTracesSection(module, top)),
  annotate: ({ modules }, index) => loopTracesAnnotation(modules[index] as ModuleLoopTraces),
});
