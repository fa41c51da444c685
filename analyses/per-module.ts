/** What an analysis knows of each module. */

import type { Module, ModuleInstance } from '../engine/index.ts';
import { identityOf, type ModuleResult } from './result.ts';

/** A state for each module that has instances: instances of one module count together. */
export class PerModule<State> {
  private readonly make: (module: Module) => State;
  private readonly states = new Map<Module, { readonly state: State; instances: number }>();

  constructor(make: (module: Module) => State) {
    this.make = make;
  }

  /** The state of the module of a new instance, which is counted. */
  add({ module }: ModuleInstance): State {
    let known = this.states.get(module);
    if (known === undefined) {
      known = { state: this.make(module), instances: 0 };
      this.states.set(module, known);
    }
    known.instances++;
    return known.state;
  }

  /** The state of a module, if it has instances. */
  get(module: Module): State | undefined {
    return this.states.get(module)?.state;
  }

  /** The states of all modules. */
  get all(): State[] {
    return [...this.states.values()].map(({ state }) => state);
  }

  /** For the field `modules` of a result: identity, number of instances, and what `describe` gives, for each module. */
  results<T extends object>(describe: (state: State, module: Module) => T): (ModuleResult & T)[] {
    return [...this.states].map(([module, { state, instances }]) => ({
      ...identityOf(module),
      instances,
      ...describe(state, module),
    }));
  }
}
