/** What counts the calls of one call instruction. */

import {
  FuncInstance,
  functionName,
  type Inline,
  internals,
  isDefinedSubtype,
  type LocalProbe,
  type Location,
  type ModuleInstance,
  type Needs,
  type TableInstance,
} from '../../engine/index.ts';
import { CountProbe } from '../../probes/index.ts';
import { identityOf } from '../result.ts';
import { addCallees, type CalleeCount, type CallFailure } from './data.ts';

/** Counts the calls of one instruction in one instance. */
export interface SiteProbe {
  readonly probe: LocalProbe;
  readonly callees: CalleeCount[];
  readonly failures: Readonly<Record<string, number>>;
}

/** The probe for a call instruction. */
export function siteProbe(instance: ModuleInstance, location: Location): SiteProbe {
  const { effects, immediates } = location.instruction;
  if (immediates[0] === 'func') return new DirectSite(instance, location);
  if (effects.has('tableread')) return new IndirectSite(instance, location);
  return new ReferenceSite(instance, location);
}

/** Which function it is, as the calling module sees it. */
export function describeCallee(target: FuncInstance, caller: ModuleInstance): Omit<CalleeCount, 'count'> {
  const { instance, index } = target;
  if (instance === null) {
    const own = caller.funcs.indexOf(target);
    return { index: own, name: own < 0 ? 'host function' : functionName(caller.module, own), isHost: true };
  }
  const callee = { index, name: functionName(instance.module, index), isHost: false };
  return instance.module === caller.module ? callee : { ...callee, module: identityOf(instance.module).sha256 };
}

const NONE: Readonly<Record<string, number>> = {};

class DirectSite implements SiteProbe {
  readonly probe = new CountProbe('calls');
  readonly failures = NONE;
  private readonly target: FuncInstance;
  private readonly instance: ModuleInstance;

  constructor(instance: ModuleInstance, { immediates }: Location) {
    this.instance = instance;
    // A valid call names a function that there is.
    this.target = instance.funcs[immediates.index as number] as FuncInstance;
  }

  get callees(): CalleeCount[] {
    return [{ ...describeCallee(this.target, this.instance), count: this.probe.count }];
  }
}

interface Slot {
  count: number;
}

/** Counts by what is called: nearly always the same as the last time. */
abstract class ResolvingSite implements SiteProbe, LocalProbe {
  readonly name = 'calls';
  readonly needs: Needs = { frame: false, operands: 1 };
  readonly probe = this;
  protected readonly instance: ModuleInstance;
  private readonly slots = new Map<FuncInstance, Slot>();
  private readonly failed = new Map<CallFailure, number>();
  private last: FuncInstance | undefined;
  private lastSlot: Slot = { count: 0 };

  constructor(instance: ModuleInstance) {
    this.instance = instance;
  }

  get inline(): Inline | undefined {
    return undefined;
  }

  abstract fire(frame: unknown, operand: unknown): void;

  protected calls(target: FuncInstance): void {
    if (target !== this.last) {
      const slot = this.slots.get(target) ?? { count: 0 };
      this.slots.set(target, slot);
      this.last = target;
      this.lastSlot = slot;
    }
    this.lastSlot.count++;
  }

  protected fails(reason: CallFailure): void {
    this.failed.set(reason, (this.failed.get(reason) ?? 0) + 1);
  }

  get callees(): CalleeCount[] {
    const counts = [...this.slots].map(([target, { count }]) => ({ ...describeCallee(target, this.instance), count }));
    return addCallees(counts, []);
  }

  get failures(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.failed].sort());
  }
}

class IndirectSite extends ResolvingSite {
  private readonly table: TableInstance;
  private readonly type: number;

  constructor(instance: ModuleInstance, { immediates }: Location) {
    super(instance);
    this.table = instance.tables[immediates.index2 as number] as TableInstance;
    this.type = instance.module.types[immediates.index as number] as number;
  }

  fire(_frame: unknown, operand: unknown): void {
    const { elements } = this.table;
    const index = typeof operand === 'bigint' ? Number(BigInt.asUintN(64, operand)) : (operand as number) >>> 0;
    const target = elements[index];
    if (!(target instanceof FuncInstance)) this.fails(index < elements.length ? 'null' : 'out of bounds');
    else if (target.type !== this.type && !isDefinedSubtype(target.type, this.type)) this.fails('signature mismatch');
    else this.calls(target);
  }
}

class ReferenceSite extends ResolvingSite {
  // Nothing but the instance matters: the reference says the rest.
  constructor(instance: ModuleInstance, _location: Location) {
    super(instance);
  }

  fire(_frame: unknown, reference: unknown): void {
    if (reference === null) this.fails('null');
    else this.calls(internals.functionOf(reference));
  }
}
