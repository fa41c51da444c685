/** The breakpoints of one module. */

import { ENTRY_PC, functionInstructions, type Module, type ModuleInstance } from '../../engine/index.ts';
import { type Attachment, Insertions } from '../../probes/index.ts';
import { whenEntered } from '../counting/when-entered.ts';
import type { BoundExpression } from '../expressions/bind.ts';
import { chosenFunctions, type FunctionChoice } from '../function-choice.ts';
import { OptionError } from '../options.ts';
import { type BoundAt, checkShown, type Location, type Parsed, placesWith, shownAt } from './at-places.ts';
import type { BreakpointHits } from './data.ts';
import { placesOf } from './places.ts';
import { type PrintOptions, printingOf } from './printing.ts';
import { type HitLimits, insertStop, StopState, type Tally } from './stop.ts';
import { insertWatch, Truths, watchedPcs } from './watch.ts';

export interface BreakpointOptions extends HitLimits, PrintOptions {
  readonly choice: FunctionChoice;
  /** Locations; none: the entries of the chosen functions, or with a condition everywhere in them. */
  readonly at: readonly string[];
  readonly when: Parsed | undefined;
  readonly show: readonly Parsed[];
  log(text: string): void;
}

export class ModuleBreakpointStates {
  private readonly module: Module;
  private readonly options: BreakpointOptions;
  /** By function and pc. */
  private readonly states = new Map<string, StopState>();
  /** Of a condition that is watched everywhere. */
  private readonly tally: Tally = { hits: 0, printed: 0 };

  constructor(module: Module, options: BreakpointOptions) {
    this.module = module;
    this.options = options;
  }

  attach(instance: ModuleInstance): Attachment {
    const { at, when } = this.options;
    return when !== undefined && at.length === 0 ? this.watch(instance, when) : this.stop(instance);
  }

  /** Of locations that were asked for all; else those where something was found. */
  result(): BreakpointHits[] {
    const { at, when } = this.options;
    const all = [...this.states.values()].sort((a, b) => a.func - b.func || a.pc - b.pc).map((state) => state.toHits());
    if (at.length > 0) return all;
    return all.filter(({ arrivals, hits, failed }) => (when === undefined ? arrivals : hits + failed) > 0);
  }

  private stateOf(place: Location): StopState {
    const key = `${place.func} ${place.pc}`;
    let state = this.states.get(key);
    if (state === undefined) {
      state = new StopState(this.module, place);
      this.states.set(key, state);
    }
    return state;
  }

  /** Every location once, in functions that are chosen. */
  private places(): Location[] {
    const { at, choice } = this.options;
    const functions = chosenFunctions(this.module, choice);
    if (at.length === 0) return functions.map((func) => ({ func, pc: ENTRY_PC }));
    const chosen = new Set(functions);
    const places = at.flatMap((text) => {
      const found = placesOf(this.module, text).filter(({ func }) => chosen.has(func));
      if (found.length > 0) return found;
      throw new OptionError(`option "at": ${text} is in none of the functions that "only" and "except" leave`, 'at');
    });
    return [...new Map(places.map((place) => [`${place.func} ${place.pc}`, place])).values()];
  }

  private stop(instance: ModuleInstance): Attachment {
    const { when, show, log, skip, limit } = this.options;
    const places = this.places();
    const stops: readonly { readonly place: Location; readonly bound?: BoundExpression }[] =
      when === undefined ? places.map((place) => ({ place })) : placesWith(instance, when, places, log);
    checkShown(instance, show, places);
    const insertions = new Insertions();
    for (const { place, bound: condition } of stops) {
      const state = this.stateOf(place);
      const printing = printingOf({ ...this.options, shown: shownAt(instance, show, place), title: undefined });
      insertions.add(insertStop(instance, state, { skip, limit, tally: state, condition, printing }));
    }
    return insertions;
  }

  private watch(instance: ModuleInstance, when: Parsed): Attachment {
    const { show, skip, limit } = this.options;
    const firsts = chosenFunctions(this.module, this.options.choice).map((func) => ({
      func,
      pc: functionInstructions(this.module, func).pcs[0] as number,
    }));
    const watched = this.watchedIn(instance, when, firsts);
    checkShown(instance, show, firsts);
    const conditions = new Map(watched.map(({ place, bound }) => [place.func, bound]));
    const [any] = conditions.values();
    if (any === undefined) return new Insertions();
    if (any.dependencies.hasArrivals) {
      throw new OptionError('option "when": arrivals are counted at a location: add at=, or leave them out', 'when');
    }
    // All functions see the same memory and the same globals.
    const truths = new Truths(any.dependencies);
    const options = { skip, limit, tally: this.tally, truths };
    return whenEntered(instance, { functions: conditions.keys(), name: 'breakpoint' }, (func) => {
      const insertions = new Insertions();
      const condition = conditions.get(func) as BoundExpression;
      for (const pc of watchedPcs(this.module, func, condition.dependencies)) {
        const place = { func, pc };
        const shown = shownAt(instance, show, place);
        const printing = printingOf({ ...this.options, shown, title: `${when.text} has become true` });
        insertions.add(insertWatch(instance, this.stateOf(place), { ...options, condition, printing }));
      }
      return insertions;
    });
  }

  private watchedIn(instance: ModuleInstance, when: Parsed, firsts: readonly Location[]): BoundAt<Location>[] {
    try {
      return placesWith(instance, when, firsts, () => {});
    } catch (error) {
      if (!(error instanceof OptionError) || !/\boperand\b/.test(when.text)) throw error;
      throw new OptionError(`${error.message}; a condition over operands needs a place: add at=`, 'when');
    }
  }
}
