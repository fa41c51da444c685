/** Counting of calls and entries in the instances of a module. */

import {
  ENTRY_PC,
  functionLocations,
  functionName,
  instructions,
  type Location,
  type Module,
  type ModuleInstance,
} from '../../engine/index.ts';
import { type Attachment, CountProbe, Insertions } from '../../probes/index.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { chosenFunctions, type FunctionChoice } from '../function-choice.ts';
import { addRecords } from '../merging.ts';
import { addCallees, type CallSite, type FunctionCalls, type ModuleCalls } from './data.ts';
import { type SiteProbe, siteProbe } from './site-probes.ts';

const callOps = new Set(instructions.filter(({ effects }) => effects.has('call')).map(({ op }) => op));

interface Site {
  readonly location: Location;
  /** One for each instance. */
  readonly probes: SiteProbe[];
}

export class CallCounters {
  private readonly module: Module;
  private readonly functions: readonly number[];
  private readonly entries = new Map<number, CountProbe>();
  /** By function. */
  private readonly sites = new Map<number, readonly Site[]>();

  constructor(module: Module, choice: FunctionChoice) {
    this.module = module;
    this.functions = chosenFunctions(module, choice);
  }

  attach(instance: ModuleInstance): Attachment {
    const insertions = new Insertions();
    for (const func of this.functions) {
      const counter = this.entries.get(func) ?? new CountProbe('calls');
      this.entries.set(func, counter);
      insertions.local(instance, func, ENTRY_PC, counter);
    }
    insertions.add(
      whenEntered(instance, { functions: this.functions, name: 'calls' }, (func) => this.watchSites(instance, func)),
    );
    return insertions;
  }

  private watchSites(instance: ModuleInstance, func: number): Attachment {
    const insertions = new Insertions();
    for (const { location, probes } of this.sitesOf(func)) {
      const site = siteProbe(instance, location);
      probes.push(site);
      insertions.local(instance, func, location.pc, site.probe);
    }
    return insertions;
  }

  private sitesOf(func: number): readonly Site[] {
    let sites = this.sites.get(func);
    if (sites === undefined) {
      sites = functionLocations(this.module, func, callOps).map((location) => ({ location, probes: [] }));
      this.sites.set(func, sites);
    }
    return sites;
  }

  result(): Pick<ModuleCalls, 'functions' | 'sites'> {
    const functions = this.functions.map(
      (index): FunctionCalls => ({
        index,
        name: functionName(this.module, index),
        entered: this.entries.get(index)?.count ?? 0,
      }),
    );
    const sites = [...this.sites].sort(([f], [g]) => f - g).flatMap(([, own]) => own.map(siteResult));
    return { functions, sites };
  }
}

function siteResult({ location, probes }: Site): CallSite {
  const { func, pc, instruction } = location;
  const { immediates, effects, mnemonic } = instruction;
  const kind = immediates[0] === 'func' ? 'direct' : effects.has('tableread') ? 'indirect' : 'reference';
  return {
    func,
    pc,
    mnemonic,
    kind,
    callees: probes.reduce<CallSite['callees']>((sum, { callees }) => addCallees(sum, callees), []),
    failures: probes.reduce<CallSite['failures']>((sum, { failures }) => addRecords(sum, failures), {}),
  };
}
