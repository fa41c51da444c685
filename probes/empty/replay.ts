/** Probes that do nothing, at the places of others, which come and go when those did. */

import {
  type Exit,
  type ExitProbe,
  type Frame,
  type Inline,
  type InlineExit,
  insertExitProbe,
  insertGlobalProbe,
  insertProbe,
  type LocalProbe,
  type ModuleInstance,
  type Needs,
  removeExitProbe,
  removeGlobalProbe,
  removeProbe,
} from '../../engine/index.ts';
import type { Attachment } from '../attachment.ts';
import {
  type EmptyWork,
  isConditional,
  EVERYWHERE,
  EXIT_PC,
  INSERTION_FIELDS,
  type InsertionLog,
  MOMENT_FIELDS,
  type ProbeShape,
} from './log.ts';

/** Both kinds of probes: where it is inserted decides which it is. */
type EmptyProbe = LocalProbe & ExitProbe;
type EmptyClass = new (shape: ProbeShape) => EmptyProbe;

const NAME = 'empty probe';

/** A class that is like no other for V8. */
function emptyClass(): EmptyClass {
  return class Empty implements EmptyProbe {
    readonly name = NAME;
    readonly needs: Needs;
    private readonly work: EmptyWork;

    constructor({ needs, work }: ProbeShape) {
      this.needs = needs;
      this.work = work;
    }

    get inline(): Inline | undefined {
      const { work } = this;
      // What has no steps has no event at which it would go.
      if (work.kind === 'none' || work.kind === 'once') return undefined;
      const { fire } = Empty.prototype;
      return { fire, work: work.kind === 'call' ? { ...work, taker: { take: () => {} } } : work };
    }

    get inlineExit(): InlineExit | undefined {
      return this.work.kind === 'nothing' ? { exit: Empty.prototype.exit, action: { run: () => {} } } : undefined;
    }

    fire(_frame: Frame): void {}

    exit(_frame: Frame, _exit: Exit): void {}
  };
}

/** What to do in the event of a number. */
interface Step {
  readonly event: number;
  readonly act: () => void;
}

/** Does what is to be done in some of its events, and else nothing. */
class ScriptedProbe implements EmptyProbe {
  readonly name = NAME;
  readonly needs: Needs;
  private readonly work: EmptyWork;
  private readonly steps: readonly Step[];
  private done = 0;
  private count = 0;
  private next: number;

  constructor({ needs, work }: ProbeShape, steps: readonly Step[]) {
    this.needs = needs;
    this.work = work;
    this.steps = steps;
    this.next = this.steps[0]?.event ?? 0;
  }

  get inline(): Inline | undefined {
    const { work } = this;
    return work.kind === 'only' || work.kind === 'once' ? { fire: ScriptedProbe.prototype.fire, work } : undefined;
  }

  fire(_frame: Frame, condition?: unknown): void {
    if (isConditional(this.work) && (condition !== 0) !== (this.work.when === 'nonzero')) return;
    if (++this.count === this.next) this.act();
  }

  exit(): void {
    if (++this.count === this.next) this.act();
  }

  private act(): void {
    for (; this.done < this.steps.length; this.done++) {
      const step = this.steps[this.done] as Step;
      if (step.event > this.count) break;
      step.act();
    }
    this.next = this.steps[this.done]?.event ?? 0;
  }
}

class Replay implements Attachment {
  private readonly instance: ModuleInstance;
  private readonly log: InsertionLog;
  /** By number of the probe; insertions with steps have probes of their own. */
  private readonly probes = new Map<number, EmptyProbe>();
  private readonly scripted = new Map<number, EmptyProbe>();
  private readonly classes = new Map<number, EmptyClass>();
  private readonly steps: ReadonlyMap<number, readonly Step[]>;
  private readonly present = new Set<number>();

  constructor(instance: ModuleInstance, log: InsertionLog) {
    this.instance = instance;
    this.log = log;
    this.steps = this.stepsOf(log.moments);
    for (const number of log.initial) this.insert(number);
  }

  detach(): void {
    for (const number of this.present) this.remove(number);
  }

  private stepsOf(moments: Int32Array): Map<number, Step[]> {
    const steps = new Map<number, Step[]>();
    for (let i = 0; i < moments.length; i += MOMENT_FIELDS) {
      const [at, event, isInserted, number] = moments.subarray(i, i + MOMENT_FIELDS) as unknown as number[];
      const act = (): void => (isInserted === 1 ? this.insert(number as number) : this.remove(number as number));
      const own = steps.get(at as number) ?? [];
      own.push({ event: event as number, act });
      steps.set(at as number, own);
    }
    return steps;
  }

  private insert(number: number): void {
    const { instance } = this;
    const { func, pc } = this.place(number);
    const probe = this.probe(number);
    this.present.add(number);
    if (func === EVERYWHERE) insertGlobalProbe(instance, probe);
    else if (pc === EXIT_PC) insertExitProbe(instance, func, probe);
    else insertProbe(instance, func, pc, probe);
  }

  private remove(number: number): void {
    if (!this.present.delete(number)) return;
    const { instance } = this;
    const { func, pc } = this.place(number);
    const probe = this.probe(number);
    if (func === EVERYWHERE) removeGlobalProbe(instance, probe);
    else if (pc === EXIT_PC) removeExitProbe(instance, func, probe);
    else removeProbe(instance, func, pc, probe);
  }

  private place(number: number): { readonly func: number; readonly pc: number } {
    const { insertions } = this.log;
    const at = number * INSERTION_FIELDS;
    return { func: insertions[at + 1] as number, pc: insertions[at + 2] as number };
  }

  private probe(number: number): EmptyProbe {
    const original = this.log.insertions[number * INSERTION_FIELDS] as number;
    const steps = this.steps.get(number);
    const known = steps === undefined ? this.probes.get(original) : this.scripted.get(number);
    if (known !== undefined) return known;
    const shape = this.log.shapes[this.log.probes[original] as number] as ProbeShape;
    const probe = steps === undefined ? new (this.classOf(shape))(shape) : new ScriptedProbe(shape, steps);
    if (steps === undefined) this.probes.set(original, probe);
    else this.scripted.set(number, probe);
    return probe;
  }

  private classOf({ family }: ProbeShape): EmptyClass {
    const known = this.classes.get(family) ?? emptyClass();
    this.classes.set(family, known);
    return known;
  }
}

/** Puts empty probes where and when the log has some, into an instance of the same module before it runs. */
export function insertEmptyProbes(instance: ModuleInstance, log: InsertionLog): Attachment {
  return new Replay(instance, log);
}
