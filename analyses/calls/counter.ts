/** Counts entries and calls of a program: what the analyses of calls and of the call graph are made of. */

import { ENTRY_PC, functionLocations, functionName, type Module, type ModuleInstance } from '../../engine/index.ts';
import { type Attachment, CountProbe, Insertions } from '../../probes/index.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { type CalledFunction, type CallSiteCounts, mergeEntries, mergeSites } from './data.ts';
import { CallSiteCounter } from './site.ts';

/** Of one instance: what an import is differs from instance to instance. */
class InstanceCalls {
  private readonly instance: ModuleInstance;
  private readonly entries = new Map<number, CountProbe>();
  private readonly sites = new Map<number, readonly CallSiteCounter[]>();

  constructor(instance: ModuleInstance) {
    this.instance = instance;
  }

  count(func: number, isRunning: boolean): Attachment {
    const { instance } = this;
    const insertions = new Insertions();
    const entry = new CountProbe('calls');
    // The entry that led here has begun to fire.
    entry.count = isRunning ? 0 : 1;
    this.entries.set(func, entry);
    insertions.local(instance, func, ENTRY_PC, entry);
    const calls = functionLocations(instance.module, func).filter(({ instruction }) => instruction.effects.has('call'));
    const sites = calls.map((location) => new CallSiteCounter(instance, location));
    for (const [i, { probe }] of sites.entries()) insertions.local(instance, func, calls[i]?.pc as number, probe);
    this.sites.set(func, sites);
    return insertions;
  }

  functions(): CalledFunction[] {
    const { module } = this.instance;
    const entered = [...this.entries].sort(([a], [b]) => a - b);
    return entered.map(([index, { count }]) => ({ index, name: functionName(module, index), entries: count }));
  }

  allSites(): CallSiteCounts[] {
    const functions = [...this.sites].sort(([a], [b]) => a - b);
    return functions.flatMap(([, sites]) => sites.map((site) => site.counts()));
  }
}

export class CallCounter {
  private readonly module: Module;
  private readonly instances: InstanceCalls[] = [];

  constructor(module: Module) {
    this.module = module;
  }

  /** Counts in an instance, too; what happened before does not count. */
  attach(instance: ModuleInstance): Attachment {
    const calls = new InstanceCalls(instance);
    this.instances.push(calls);
    const first = this.module.importCounts.function;
    const functions = this.module.bodies.map((_, i) => first + i);
    return whenEntered(instance, { functions, name: 'calls' }, (func, isRunning) => calls.count(func, isRunning));
  }

  functions(): CalledFunction[] {
    return this.instances.reduce<CalledFunction[]>((all, calls) => mergeEntries(all, calls.functions()), []);
  }

  sites(): CallSiteCounts[] {
    return this.instances.reduce<CallSiteCounts[]>((all, calls) => mergeSites(all, calls.allSites()), []);
  }
}
