/** Probes that write to the log of activations. What they do is written out by compiled code. */

import {
  type Exit,
  type ExitProbe,
  type Frame,
  FuncInstance,
  type Inline,
  type InlineExit,
  internals,
  type LocalProbe,
  type TableInstance,
  type Taker,
  valtype,
} from '../../engine/index.ts';
import type { SharedTotal } from '../../probes/index.ts';
import type { ActivationLog } from './log.ts';

/** Does something at each event that concerns the log alone. */
export class EntryProbe implements LocalProbe {
  readonly needs = { frame: false } as const;
  readonly name: string;
  private readonly run: () => void;

  constructor(run: () => void, name: string) {
    this.run = run;
    this.name = name;
  }

  get inline(): Inline {
    return { fire: EntryProbe.prototype.fire, work: { kind: 'run', action: { run: this.run } } };
  }

  fire(_frame: Frame): void {
    this.run();
  }
}

/** The same at the end of each activation. */
export class LeaveProbe implements ExitProbe {
  readonly needs = { frame: false } as const;
  readonly name: string;
  private readonly run: () => void;

  constructor(run: () => void, name: string) {
    this.run = run;
    this.name = name;
  }

  get inlineExit(): InlineExit {
    return { exit: LeaveProbe.prototype.exit, action: { run: this.run } };
  }

  exit(_frame: Frame, _exit: Exit): void {
    this.run();
  }
}

/** Behind a call that may have been one of the host. */
export class HostReturnProbe implements LocalProbe {
  readonly needs = { frame: false } as const;
  readonly name: string;
  private readonly log: ActivationLog;

  constructor(log: ActivationLog, name: string) {
    this.log = log;
    this.name = name;
  }

  get inline(): Inline {
    const { log } = this;
    return { fire: HostReturnProbe.prototype.fire, work: { kind: 'run', action: { run: () => log.leaveHost() } } };
  }

  fire(_frame: Frame): void {
    this.log.leaveHost();
  }
}

/** At a call through a table: whether it goes to the host. */
export class TableCallProbe implements LocalProbe, Taker {
  readonly needs = { frame: false, operands: 1 } as const;
  readonly name: string;
  private readonly table: TableInstance;
  /** Canonical number of the type. With another one, the call will trap. */
  private readonly type: number;
  private readonly enter: (callee: FuncInstance) => void;

  constructor(
    called: { readonly table: TableInstance; readonly type: number },
    enter: (callee: FuncInstance) => void,
    name: string,
  ) {
    this.table = called.table;
    this.type = called.type;
    this.enter = enter;
    this.name = name;
  }

  get inline(): Inline {
    const { fire } = TableCallProbe.prototype;
    return { fire, work: { kind: 'call', operand: 0, types: [valtype.I32], taker: this } };
  }

  take(index: number): void {
    this.look(this.table.elements[index >>> 0]);
  }

  fire(_frame: Frame, index: unknown): void {
    if (typeof index === 'bigint') this.look(this.table.elements[Number(BigInt.asUintN(64, index))]);
    else this.take(index as number);
  }

  private look(callee: unknown): void {
    if (callee instanceof FuncInstance && callee.host !== null && callee.type === this.type) this.enter(callee);
  }
}

/** At a call through a reference. */
export class ReferenceCallProbe implements LocalProbe {
  readonly needs = { frame: false, operands: 1 } as const;
  readonly name: string;
  private readonly enter: (callee: FuncInstance) => void;

  constructor(enter: (callee: FuncInstance) => void, name: string) {
    this.enter = enter;
    this.name = name;
  }

  fire(_frame: Frame, reference: unknown): void {
    const callee = reference === null ? undefined : internals.functionOf(reference);
    if (callee !== undefined && callee.host !== null) this.enter(callee);
  }
}

/** Takes back what was counted of a run that an error cuts off. */
export class TakeBackProbe implements ExitProbe {
  readonly needs = { ends: ['throw', 'trap', 'host-error'] } as const;
  readonly name: string;
  private readonly remainder: (pc: number) => number;
  private readonly total: SharedTotal;

  /** `remainder` tells how many instructions of its run stand behind a pc. */
  constructor(remainder: (pc: number) => number, total: SharedTotal, name: string) {
    this.remainder = remainder;
    this.total = total;
    this.name = name;
  }

  exit(frame: Frame, _exit: Exit): void {
    this.total.value -= this.remainder(frame.pc);
  }
}
