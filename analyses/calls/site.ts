/** One call instruction of one instance, with a probe that counts where it goes. */

import {
  type Frame,
  FuncInstance,
  functionName,
  internals,
  isDefinedSubtype,
  type LocalProbe,
  type Location,
  type ModuleInstance,
  type TableInstance,
} from '../../engine/index.ts';
import { CountProbe } from '../../probes/index.ts';
import { identityOf } from '../result.ts';
import { type CallSiteCounts, type CallTarget, type FailedCalls, targetKey } from './data.ts';

const NONE_FAILED: FailedCalls = { null: 0, outOfBounds: 0, signature: 0 };

/** What a count is about, seen from the calling module. */
export function describeTarget(caller: ModuleInstance, target: FuncInstance): Omit<CallTarget, 'count'> {
  const { instance } = target;
  if (target.host !== null || instance === null) {
    const index = caller.funcs.indexOf(target);
    return { index, name: index < 0 ? '(host function)' : functionName(caller.module, index), isHost: true };
  }
  const { module } = instance;
  const own = { index: target.index, name: functionName(module, target.index), isHost: false };
  return module === caller.module ? own : { module: identityOf(module).sha256, ...own };
}

/** Counts functions; the last one, nearly always the next one, without the map. */
class TargetCounts {
  private last: FuncInstance | undefined;
  private lastCount = 0;
  private readonly others = new Map<FuncInstance, number>();

  add(target: FuncInstance): void {
    if (target !== this.last) {
      this.flush();
      this.last = target;
    }
    this.lastCount++;
  }

  private flush(): void {
    if (this.last === undefined || this.lastCount === 0) return;
    this.others.set(this.last, (this.others.get(this.last) ?? 0) + this.lastCount);
    this.lastCount = 0;
  }

  entries(): [FuncInstance, number][] {
    this.flush();
    return [...this.others];
  }
}

/** Counts the targets of a call through a table or a reference. */
abstract class DynamicCallProbe implements LocalProbe {
  readonly name = 'calls';
  readonly needs = { frame: false, operands: 1 } as const;
  readonly targets = new TargetCounts();
  readonly failed = { ...NONE_FAILED };

  abstract fire(frame: Frame, ...operands: readonly unknown[]): void;
}

class IndirectCallProbe extends DynamicCallProbe {
  private readonly table: TableInstance;
  private readonly type: number;

  constructor(instance: ModuleInstance, { immediates: { index, index2 } }: Location) {
    super();
    // A valid call_indirect has a table and a type.
    this.table = instance.tables[index2 as number] as TableInstance;
    this.type = instance.module.types[index as number] as number;
  }

  fire(_frame: Frame, operand: number | bigint): void {
    const { elements } = this.table;
    const element = typeof operand === 'bigint' ? Number(BigInt.asUintN(64, operand)) : operand >>> 0;
    const func = elements[element];
    if (element >= elements.length) this.failed.outOfBounds++;
    else if (!(func instanceof FuncInstance)) this.failed.null++;
    else if (func.type !== this.type && !isDefinedSubtype(func.type, this.type)) this.failed.signature++;
    else this.targets.add(func);
  }
}

class ReferenceCallProbe extends DynamicCallProbe {
  fire(_frame: Frame, reference: unknown): void {
    const func = reference === null ? undefined : internals.functionOf(reference);
    if (func === undefined) this.failed.null++;
    else this.targets.add(func);
  }
}

export class CallSiteCounter {
  readonly probe: CountProbe | DynamicCallProbe;
  private readonly instance: ModuleInstance;
  private readonly location: Location;
  private readonly kind: CallSiteCounts['kind'];

  constructor(instance: ModuleInstance, location: Location) {
    const { immediates, effects } = location.instruction;
    this.instance = instance;
    this.location = location;
    this.kind = immediates[0] === 'func' ? 'direct' : effects.has('tableread') ? 'indirect' : 'reference';
    if (this.kind === 'direct') this.probe = new CountProbe('calls');
    else this.probe = this.kind === 'indirect' ? new IndirectCallProbe(instance, location) : new ReferenceCallProbe();
  }

  counts(): CallSiteCounts {
    const { func, pc, instruction } = this.location;
    const { probe, kind } = this;
    const failed = probe instanceof CountProbe ? NONE_FAILED : { ...probe.failed };
    const isTail = instruction.effects.has('exit');
    return { func, pc, mnemonic: instruction.mnemonic, kind, isTail, targets: this.targets(), failed };
  }

  private targets(): CallTarget[] {
    const { probe, instance } = this;
    if (!(probe instanceof CountProbe)) {
      const counts = probe.targets.entries().map(([f, count]) => ({ ...describeTarget(instance, f), count }));
      return counts.sort((a, b) => (targetKey(a) < targetKey(b) ? -1 : 1));
    }
    const index = this.location.immediates.index as number;
    const target = describeTarget(instance, instance.funcs[index] as FuncInstance);
    // The same function may be imported twice: the index is that of the instruction.
    return [
      target.module === undefined
        ? { ...target, index, name: functionName(instance.module, index), count: probe.count }
        : { ...target, count: probe.count },
    ];
  }
}
