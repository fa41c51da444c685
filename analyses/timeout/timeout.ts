/** Timeout: ends a program with a trap after a number of instructions or a time. */

import {
  ENTRY_PC,
  type Frame,
  functionName,
  type LocalProbe,
  type Module,
  type ModuleInstance,
} from '../../engine/index.ts';
import { AddProbe, type Attachment, Insertions, SharedTotal, trapProgram } from '../../probes/index.ts';
import { straightRuns } from '../counting/straight-runs.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { defineProbe } from '../define.ts';
import { OptionError } from '../options.ts';
import { identityOf, type ModuleIdentity } from '../result.ts';

export interface TimeoutResult {
  readonly analysis: 'timeout';
  readonly version: 1;
  readonly modules: readonly ModuleIdentity[];
  /** The limits; 0 for none. */
  readonly limits: { readonly instructions: number; readonly ms: number };
  /** Did it end the program? */
  readonly isEnded: boolean;
  readonly reason: 'instructions' | 'time' | undefined;
  /** Where: a loop header, or pc 0 for an entry. `module` is the place in `modules`. */
  readonly place: Place | undefined;
  /** Instructions in straight runs that were begun. */
  readonly instructions: number;
  /** Since the first instance was made, or until the program was ended. */
  readonly elapsedMs: number;
}

interface Place {
  readonly module: number;
  readonly index: number;
  readonly name: string;
  readonly pc: number;
}

/** The clock is read once in so many checks. */
const CHECKS_PER_LOOK = 256;

class Watchdog {
  readonly total = new SharedTotal();
  private readonly limits: TimeoutResult['limits'];
  private readonly modules: Module[] = [];
  private startedAt: number | undefined;
  private endedAt: number | undefined;
  private checks = 0;
  private reason: TimeoutResult['reason'];
  private place: Place | undefined;

  constructor(limits: TimeoutResult['limits']) {
    this.limits = limits;
  }

  attach(instance: ModuleInstance): Attachment {
    const { module } = instance;
    if (!this.modules.includes(module)) this.modules.push(module);
    this.startedAt ??= performance.now();
    const first = module.importCounts.function;
    const functions = module.bodies.map((_, i) => first + i);
    return whenEntered(instance, { functions, name: 'timeout' }, (func) => this.watch(instance, func));
  }

  private watch(instance: ModuleInstance, func: number): Attachment {
    const insertions = new Insertions();
    insertions.local(instance, func, ENTRY_PC, new DeadlineProbe(this, instance.module, func, ENTRY_PC));
    for (const { start, pcs, isLoop } of straightRuns(instance.module, func)) {
      insertions.local(instance, func, start, new AddProbe(pcs.length, this.total, 'timeout'));
      if (isLoop) insertions.local(instance, func, start, new DeadlineProbe(this, instance.module, func, start));
    }
    return insertions;
  }

  /** Is it time? Once it was, it stays so: a host function that catches the trap does not keep the program alive. */
  isOver(): boolean {
    const { instructions, ms } = this.limits;
    if (this.reason !== undefined) return true;
    if (instructions > 0 && this.total.value >= instructions) this.reason = 'instructions';
    else if (ms > 0 && this.checks++ % CHECKS_PER_LOOK === 0) {
      if (performance.now() - (this.startedAt as number) >= ms) this.reason = 'time';
    }
    return this.reason !== undefined;
  }

  end(module: Module, index: number, pc: number): never {
    const { instructions, ms } = this.limits;
    this.place ??= { module: this.modules.indexOf(module), index, name: functionName(module, index), pc };
    this.endedAt ??= performance.now();
    const limit = this.reason === 'time' ? `${ms} ms` : `${instructions} instructions`;
    return trapProgram(`timeout: ended after ${limit}`);
  }

  /** The clock stands still when the run is over. */
  stop(): void {
    this.endedAt ??= performance.now();
  }

  result(): TimeoutResult {
    const { limits, reason, place } = this;
    const now = this.endedAt ?? performance.now();
    return {
      analysis: 'timeout',
      version: 1,
      modules: this.modules.map(identityOf),
      limits,
      isEnded: reason !== undefined,
      reason,
      place,
      instructions: this.total.value,
      elapsedMs: this.startedAt === undefined ? 0 : now - this.startedAt,
    };
  }
}

class DeadlineProbe implements LocalProbe {
  readonly name = 'timeout';
  readonly needs = { frame: false } as const;
  private readonly watchdog: Watchdog;
  private readonly module: Module;
  private readonly func: number;
  private readonly pc: number;

  constructor(watchdog: Watchdog, module: Module, func: number, pc: number) {
    this.watchdog = watchdog;
    this.module = module;
    this.func = func;
    this.pc = pc;
  }

  fire(_frame: Frame): void {
    if (this.watchdog.isOver()) this.watchdog.end(this.module, this.func, this.pc);
  }
}

function checkedLimit(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new OptionError(`option "${name}" of timeout must be 0 (no limit) or more, not ${value}`, name);
}

export const timeout = defineProbe({
  name: 'timeout',
  summary: 'ends the program with a trap after a number of instructions or a time',
  options: {
    instructions: { help: 'instructions after which the program is ended; 0: no limit', default: 0 },
    ms: { help: 'milliseconds after which the program is ended; 0: no limit', default: 0 },
  },
  start: ({ options: { instructions, ms } }) => {
    checkedLimit('instructions', instructions);
    checkedLimit('ms', ms);
    const watchdog = new Watchdog({ instructions, ms });
    return {
      instance: (instance) => watchdog.attach(instance),
      stop: () => watchdog.stop(),
      result: () => watchdog.result(),
    };
  },
  present: ({ limits, reason, place, instructions, elapsedMs }) => [
    {
      figures: [
        { label: 'ended', value: reason === undefined ? 'no' : `yes, by ${reason}`, kind: 'text' },
        ...(place === undefined
          ? []
          : [
              {
                label: 'where',
                value: `${place.name} (function ${place.index}) at pc ${place.pc}`,
                kind: 'text',
              } as const,
            ]),
        { label: 'instructions so far', value: instructions, kind: 'exact' },
        { label: 'time so far', value: elapsedMs, kind: 'time' },
      ],
      tables: [
        {
          id: 'limits',
          title: 'Limits',
          columns: [
            { key: 'limit', kind: 'text' },
            { key: 'value', kind: 'text' },
            { key: 'reached', kind: 'text' },
          ],
          rows: [
            ['instructions', limits.instructions || 'none', reason === 'instructions' ? 'yes' : 'no'],
            ['time', limits.ms === 0 ? 'none' : `${limits.ms} ms`, reason === 'time' ? 'yes' : 'no'],
          ],
        },
      ],
    },
  ],
});
