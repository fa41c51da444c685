/** What arrives at sinks. */

import { functionName, type Location, type Module } from '../../engine/index.ts';
import { type Flow, type FlowFrame, flowKey } from './data.ts';
import type { Labels } from './labels.ts';

/** An operand of an instruction that is a sink. */
export interface Sink {
  readonly module: Module;
  readonly location: Location;
  /** As in the result: `address`, `args:NAME`. */
  readonly sink: string;
  /** As in the result: `argument 0`. */
  readonly operand: string;
}

/** Takes the stack as it is; asked at the first time only. */
export type StackTaker = () => { readonly stack: readonly FlowFrame[]; readonly omitted: number };

interface Arrivals {
  count: number;
  readonly first: Flow['first'];
}

export class Flows {
  private readonly labels: Labels;
  private readonly sinks = new Map<string, { readonly sink: Sink; readonly byLabel: Map<number, Arrivals> }>();
  private readonly modules: Module[] = [];
  private order = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  /** A value with a label, which is not 0, has arrived. */
  record(sink: Sink, label: number, takeStack: StackTaker): void {
    const { byLabel } = this.at(sink);
    const known = byLabel.get(label);
    if (known !== undefined) known.count++;
    else byLabel.set(label, { count: 1, first: { order: this.order++, ...takeStack() } });
  }

  private at(sink: Sink): { readonly byLabel: Map<number, Arrivals> } {
    const { module, location, operand } = sink;
    let number = this.modules.indexOf(module);
    if (number < 0) number = this.modules.push(module) - 1;
    const key = `${number} ${location.func} ${location.pc} ${operand}\n${sink.sink}`;
    let known = this.sinks.get(key);
    if (known === undefined) {
      known = { sink, byLabel: new Map() };
      this.sinks.set(key, known);
    }
    return known;
  }

  /** Of one module, in order. */
  of(module: Module): Flow[] {
    const flows = new Map<string, Flow>();
    for (const { sink, byLabel } of this.sinks.values()) {
      if (sink.module !== module) continue;
      const { func, pc, instruction } = sink.location;
      const place = { index: func, name: functionName(module, func), pc, mnemonic: instruction.mnemonic };
      for (const [label, { count, first }] of byLabel) {
        for (const { name: source } of this.labels.sourcesOf(label)) {
          const flow = { source, sink: sink.sink, ...place, operand: sink.operand, count, first };
          const key = flowKey(flow);
          const known = flows.get(key);
          // Labels are in the order of their first arrival.
          flows.set(key, known === undefined ? flow : { ...known, count: known.count + count });
        }
      }
    }
    return [...flows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, flow]) => flow);
  }
}
