/** One breakpoint: what is counted, and which hits are printed. */

import {
  type Frame,
  functionBody,
  functionName,
  type LocalProbe,
  type Location,
  type Module,
  type ModuleInstance,
  type Needs,
} from '../../engine/index.ts';
import { type Attachment, CountProbe, Insertions, mergeNeeds } from '../../probes/index.ts';
import { NoValue } from '../expressions/arithmetic.ts';
import type { BoundExpression } from '../expressions/bind.ts';
import type { BreakpointHits } from './data.ts';
import { locationAt, type Place } from './places.ts';

/** How many hits of each breakpoint are printed: none of the first `skip`, then `limit`. */
export interface HitLimits {
  readonly skip: number;
  readonly limit: number;
}

/** Hits that count together for `HitLimits`. */
export interface Tally {
  hits: number;
  printed: number;
}

/** What is known of a breakpoint, in all instances of a module. */
export class StopState implements Tally {
  readonly func: number;
  readonly pc: number;
  private readonly module: Module;
  private readonly location: Location | undefined;
  arrivals = 0;
  hits = 0;
  printed = 0;
  failed = 0;
  /** Hits after the last one that is printed, where there is no condition. */
  readonly rest = new CountProbe('breakpoint');

  constructor(module: Module, place: Pick<Place, 'func' | 'pc'>) {
    this.module = module;
    this.func = place.func;
    this.pc = place.pc;
    this.location = locationAt(module, place);
  }

  toHits(): BreakpointHits {
    const { module, func, pc, location, rest } = this;
    return {
      index: func,
      name: functionName(module, func),
      pc,
      offset: location?.offset ?? functionBody(module, func).start,
      instruction: location?.instruction.mnemonic ?? '(entry)',
      arrivals: this.arrivals + rest.count,
      hits: this.hits + rest.count,
      printed: this.printed,
      failed: this.failed,
    };
  }
}

/** How hits are printed. */
export interface Printing {
  readonly needs: Needs;
  print(frame: Frame, state: StopState, tally: Tally & { readonly isLast: boolean }): void;
}

/** Does the condition hold? One that has no value does not, and is counted. */
export function holds(condition: BoundExpression, frame: Frame, state: StopState): boolean {
  try {
    return condition.evaluate({ frame, arrivals: state.arrivals }) !== 0;
  } catch (error) {
    if (!(error instanceof NoValue)) throw error;
    state.failed++;
    return false;
  }
}

/** Options of a breakpoint that hits. */
export interface HitOptions extends HitLimits {
  readonly tally: Tally;
  readonly printing: Printing;
}

/** Counts a hit, and prints it if it is its turn. */
export function hit(frame: Frame, state: StopState, { skip, limit, tally, printing }: HitOptions): void {
  state.hits++;
  if (tally !== state) tally.hits++;
  if (tally.hits <= skip || tally.printed >= limit) return;
  state.printed++;
  if (tally !== state) tally.printed++;
  printing.print(frame, state, { ...tally, isLast: tally.printed === limit });
}

interface StopOptions extends HitOptions {
  readonly condition: BoundExpression | undefined;
}

class Stop implements LocalProbe, Attachment {
  readonly name = 'breakpoint';
  readonly needs: Needs;
  private readonly insertions = new Insertions();
  private readonly instance: ModuleInstance;
  private readonly state: StopState;
  private readonly options: StopOptions;

  constructor(instance: ModuleInstance, state: StopState, options: StopOptions) {
    this.instance = instance;
    this.state = state;
    this.options = options;
    this.needs = mergeNeeds(options.printing.needs, options.condition?.needs);
    this.insertions.local(instance, state.func, state.pc, this);
  }

  fire(frame: Frame): void {
    const { state, options } = this;
    const { condition } = options;
    state.arrivals++;
    if (condition !== undefined && !holds(condition, frame, state)) return;
    hit(frame, state, options);
    if (condition === undefined && state.printed >= options.limit) this.onlyCount();
  }

  /** All is printed that is wanted: from the next event on a counter does the rest, which costs next to nothing. */
  private onlyCount(): void {
    const { instance, state } = this;
    this.insertions.detach();
    this.insertions.local(instance, state.func, state.pc, state.rest);
  }

  detach(): void {
    this.insertions.detach();
  }
}

/** Inserts a breakpoint. */
export function insertStop(instance: ModuleInstance, state: StopState, options: StopOptions): Attachment {
  return new Stop(instance, state, options);
}
