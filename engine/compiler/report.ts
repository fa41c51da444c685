/**
 * What the compiling tier has done, as plain data.
 *
 * Events are counted where they happen, which is never in code that runs often: a compilation, an entry at a loop, code
 * that becomes wrong, an activation that leaves its code. In which tier a function is, is found out when a report is asked for.
 * Nothing here keeps an instance alive: causes are texts, and instances are known by weak references.
 */

import { functionName } from '../binary/names.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import type { Change } from '../runtime/tier.ts';
import { TierState } from './callees.ts';

export type TierName = 'auto' | 'js' | 'interpreter';

/** A function that was called, or got a probe at an instruction. */
export interface FunctionTier {
  /** Index in the function index space of its module. */
  readonly index: number;
  readonly name: string;
  /** Where its next call runs; `refused` ones run in the interpreter. */
  readonly tier: 'interpreted' | 'compiled' | 'refused';
  /** Why it is refused. */
  readonly reason?: string;
  /** How often its compiled code became wrong. */
  readonly invalidations: number;
}

/** What happened so often to the code of a function, and why. */
export interface CauseCount {
  /** For instance `probe inserted by coverage at f+12`: what, the probe's name, function and pc. */
  readonly cause: string;
  /** Name of the function whose code it happened to. */
  readonly func: string;
  readonly count: number;
}

export interface CauseCounts {
  readonly total: number;
  /** The most frequent first. */
  readonly causes: readonly CauseCount[];
  /** How many of the total have a cause that is not listed, since there were too many different ones. */
  readonly unlisted: number;
}

export interface TierReport {
  readonly tier: TierName;
  /** Calls and iterations of loops after which a function is compiled; undefined where none is. */
  readonly threshold: number | undefined;
  /** Why nothing can be compiled here; undefined if that is possible, or not wanted. */
  readonly disabled: string | undefined;
  /** Functions by where their next call runs, in all instances that still exist. */
  readonly functions: {
    readonly interpreted: number;
    readonly compiled: number;
    readonly refused: number;
    /** Neither called nor given a probe, so that there is no code in any tier. */
    readonly untouched: number;
    /** All but the untouched ones, by instance and index. */
    readonly listed: readonly FunctionTier[];
  };
  /** How much was compiled since the engine exists, also for instances that are gone. The same is true of what follows. */
  readonly compilations: {
    /** Of code that is called, and of code that is entered at a loop by a running activation. */
    readonly functions: number;
    readonly loops: number;
    /** JavaScript that was made in vain, since it was too large. */
    readonly refused: number;
    /** Milliseconds spent on making and parsing JavaScript; what V8 spends later on optimising it is not in it. */
    readonly timeMs: number;
  };
  /** How often a running activation went from the interpreter into compiled code at a loop. */
  readonly osrEntries: number;
  /** Functions whose compiled code became wrong. */
  readonly invalidations: CauseCounts;
  /** Activations that left compiled code in the middle and went on in the interpreter. */
  readonly deoptimisations: CauseCounts;
}

/** Different causes that are told apart. */
const MAX_CAUSES = 1000;

/** Counts events by cause and function. */
class CauseCounter {
  private readonly counts = new Map<string, { cause: string; func: string; count: number }>();
  private total = 0;
  private unlisted = 0;

  add(cause: string, func: string): void {
    this.total++;
    const key = `${func}\n${cause}`;
    const known = this.counts.get(key);
    if (known !== undefined) known.count++;
    else if (this.counts.size < MAX_CAUSES) this.counts.set(key, { cause, func, count: 1 });
    else this.unlisted++;
  }

  /** A copy, which later events do not change. */
  get result(): CauseCounts {
    const causes = Array.from(this.counts.values(), (entry) => ({ ...entry })).sort((a, b) => b.count - a.count);
    return { total: this.total, causes, unlisted: this.unlisted };
  }
}

/** What one tier does, as it happens. */
export class TierLog {
  private readonly compilations = { functions: 0, loops: 0, refused: 0, timeMs: 0 };
  private readonly invalidations = new CauseCounter();
  private readonly deoptimisations = new CauseCounter();
  osrEntries = 0;

  /** Something was compiled, or turned out to be too large. */
  compiled(isLoop: boolean, timeMs: number, isDone: boolean): void {
    if (!isDone) this.compilations.refused++;
    else if (isLoop) this.compilations.loops++;
    else this.compilations.functions++;
    this.compilations.timeMs += timeMs;
  }

  invalidated(func: FuncInstance, cause: string): void {
    this.invalidations.add(cause, nameOf(func));
  }

  deoptimised(func: FuncInstance, cause: string): void {
    this.deoptimisations.add(cause, nameOf(func));
  }

  get result(): Pick<TierReport, 'compilations' | 'osrEntries' | 'invalidations' | 'deoptimisations'> {
    return {
      compilations: { ...this.compilations },
      osrEntries: this.osrEntries,
      invalidations: this.invalidations.result,
      deoptimisations: this.deoptimisations.result,
    };
  }
}

/** Instances of an engine, as long as somebody else keeps them. */
export class KnownInstances {
  private refs: WeakRef<ModuleInstance>[] = [];
  /** Number of references at which those to instances that are gone are thrown away. */
  private limit = 16;

  add(instance: ModuleInstance): void {
    if (this.refs.length >= this.limit) {
      this.refs = this.refs.filter((ref) => ref.deref() !== undefined);
      this.limit = Math.max(16, this.refs.length * 2);
    }
    this.refs.push(new WeakRef(instance));
  }

  get alive(): ModuleInstance[] {
    return this.refs.flatMap((ref) => ref.deref() ?? []);
  }
}

/** In which tier the functions of some instances are. */
export function functionTiers(instances: readonly ModuleInstance[]): TierReport['functions'] {
  const counts = { interpreted: 0, compiled: 0, refused: 0, untouched: 0 };
  const listed: FunctionTier[] = [];
  for (const instance of instances) {
    for (const func of instance.funcs) {
      if (func.instance !== instance) continue; // imported
      if (func.made === null) {
        counts.untouched++;
        continue;
      }
      const entry = functionTier(func);
      counts[entry.tier]++;
      listed.push(entry);
    }
  }
  return { ...counts, listed };
}

function functionTier(func: FuncInstance): FunctionTier {
  const { index, compiled: state } = func;
  const head = { index, name: nameOf(func) };
  if (!(state instanceof TierState)) return { ...head, tier: 'interpreted', invalidations: 0 };
  const { refused, unit, loops, invalidations } = state;
  if (unit !== null || loops.size > 0) return { ...head, tier: 'compiled', invalidations };
  if (refused !== undefined) return { ...head, tier: 'refused', reason: refused, invalidations };
  return { ...head, tier: 'interpreted', invalidations };
}

function nameOf({ instance, index }: FuncInstance): string {
  return instance === null ? 'a host function' : functionName(instance.module, index);
}

/** A change as text; `func` is the function that it was made to, undefined for one of a whole instance. */
export function describeChange({ what, probe, pc }: Change, func: FuncInstance | undefined): string {
  const by = probe === undefined ? '' : ` by ${probe}`;
  const at = func === undefined ? '' : ` at ${nameOf(func)}${pc === undefined ? '' : `+${pc}`}`;
  return `${what}${by}${at}`;
}
