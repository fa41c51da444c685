/** Instructions of some kinds, each with a state of its own: what analyses of accesses are made of. */

import {
  functionLocations,
  functionName,
  type Location,
  type Module,
  type ModuleInstance,
} from '../../engine/index.ts';
import { type Attachment, Insertions } from '../../probes/index.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { chosenFunctions, type FunctionChoice } from '../function-choice.ts';
import type { FunctionSites } from './data.ts';

/** An instruction and what is known of it; the same for all instances. */
export interface Site<State> {
  readonly location: Location;
  readonly state: State;
}

export interface SitesOptions<State> {
  /** What the probes are called. */
  readonly name: string;
  readonly choice: FunctionChoice;
  /** Rows of the instruction table: the instructions that are looked at. */
  readonly ops: ReadonlySet<number>;
  /** The state of an instruction; undefined for one that is of no interest. */
  readonly make: (location: Location) => State | undefined;
}

/** Puts the probes of one instruction of one instance in. */
export type InsertAt<State> = (site: Site<State>, insertions: Insertions) => void;

/** The chosen functions of a module; those that were entered have states for their instructions. */
export class Sites<State> {
  private readonly module: Module;
  private readonly options: SitesOptions<State>;
  private readonly functions: readonly number[];
  private readonly entered = new Map<number, readonly Site<State>[]>();

  /** @throws FilterError when a part of the choice selects no function */
  constructor(module: Module, options: SitesOptions<State>) {
    this.module = module;
    this.options = options;
    this.functions = chosenFunctions(module, options.choice);
  }

  /** Calls `insert` for the instructions of each function when that is entered for the first time in this instance. */
  attach(instance: ModuleInstance, insert: InsertAt<State>): Attachment {
    const { functions, options } = this;
    return whenEntered(instance, { functions, name: options.name }, (func) => {
      const insertions = new Insertions();
      for (const site of this.sitesOf(func)) insert(site, insertions);
      return insertions;
    });
  }

  private sitesOf(func: number): readonly Site<State>[] {
    let sites = this.entered.get(func);
    if (sites === undefined) {
      const { ops, make } = this.options;
      sites = functionLocations(this.module, func, ops).flatMap((location) => {
        const state = make(location);
        return state === undefined ? [] : [{ location, state }];
      });
      this.entered.set(func, sites);
    }
    return sites;
  }

  /** The states of all functions that were entered, in no particular order. */
  *states(): Iterable<State> {
    for (const sites of this.entered.values()) for (const { state } of sites) yield state;
  }

  /** What `describe` gives for the instructions, by function and pc. Instructions for which it gives undefined are left out. */
  results<T extends object>(describe: (state: State, location: Location) => T | undefined): FunctionSites<T>[] {
    return [...this.entered]
      .sort(([f], [g]) => f - g)
      .flatMap(([index, sites]) => {
        const instructions = sites.flatMap(({ location, state }) => {
          const described = describe(state, location);
          return described === undefined
            ? []
            : [{ pc: location.pc, mnemonic: location.instruction.mnemonic, ...described }];
        });
        return instructions.length === 0 ? [] : [{ index, name: functionName(this.module, index), instructions }];
      });
  }
}
