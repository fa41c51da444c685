/**
 * The log of activations. What probes do is to write down that an activation begins or ends, and how many instructions were executed until then;
 * everything else is done for many events at once. That is several times cheaper, and reading the clock takes ten times as long as calling a function.
 *
 * The clock is read where control leaves the program or comes back, and otherwise as soon as `INSTRUCTIONS` were executed since it was read
 * last. Times of the events between two readings are in proportion to instructions. What the log itself takes is no part of the times, but for
 * writing things down.
 */

import type { SharedTotal } from '../../probes/index.ts';
import type { Callee } from './callee.ts';

/**
 * Is told of activations, properly nested, and where the program stands: how many instructions it has executed, and milliseconds that were spent in
 * it, both since the log began. Where no time is measured, it stays 0.
 */
export interface ActivationSink {
  /** `callee` is a number of the log. */
  enter(callee: number, instructions: number, ms: number): void;
  /** The innermost activation ends. */
  leave(instructions: number, ms: number): void;
  /** The program has come so far. */
  reach(instructions: number, ms: number): void;
}

/** About a microsecond. */
const INSTRUCTIONS = 1000;
/** Events that are kept at the most. */
const SIZE = 4096;
/** Of the end of a call of the host. */
const HOST_RETURN = -1;
// Other events are the number of a callee, shifted, with these bits.
const SHIFT = 2;
const END = 1;
const HOST = 2;

export class ActivationLog {
  private readonly sink: ActivationSink;
  private readonly cell: Float64Array;
  private readonly measuresTime: boolean;
  private readonly callees: Callee[] = [];
  /** What was written when the activations began that have not ended. */
  private stack = new Int32Array(SIZE);
  private depth = 0;
  private readonly codes = new Int32Array(SIZE);
  private readonly totals = new Float64Array(SIZE);
  private length = 0;
  /** Activations that were written down and have not ended. */
  private open = 0;
  /** Calls of the host that have not ended. */
  private hosts = 0;
  /** The log is read as soon as so many instructions were executed. */
  private deadline = Number.NEGATIVE_INFINITY;
  /** Instructions at the last reading of the clock, and time: of the program, and of the clock. */
  private readAt = 0;
  private readMs = 0;
  private resumed = 0;

  /** `total` is the number of executed instructions, exact whenever something is written down. */
  constructor(sink: ActivationSink, total: SharedTotal, measuresTime: boolean) {
    this.sink = sink;
    this.cell = total.cell;
    this.measuresTime = measuresTime;
    if (measuresTime) this.resumed = performance.now();
  }

  /** The number of a callee, which stands for it. */
  numberOf(callee: Callee): number {
    return this.callees.push(callee) - 1;
  }

  callee(number: number): Callee {
    return this.callees[number] as Callee;
  }

  /** An activation begins. */
  enter(callee: number): void {
    this.open++;
    this.write(callee << SHIFT);
  }

  /** The innermost activation of a function ends; nothing does if it began before anybody looked. */
  leave(callee: number): void {
    this.write((callee << SHIFT) | END);
    if (--this.open <= 0) this.leaveOutermost();
  }

  /** The host is called. */
  enterHost(callee: number): void {
    this.write((callee << SHIFT) | HOST);
    this.read();
  }

  /** Ends a call of the host, if one is the innermost. */
  leaveHost(): void {
    if (this.hosts > 0) this.write(HOST_RETURN);
  }

  private leaveOutermost(): void {
    this.open = 0;
    this.read();
  }

  private write(code: number): void {
    const { length } = this;
    const total = this.cell[0] as number;
    this.codes[length] = code;
    this.totals[length] = total;
    this.length = length + 1;
    if (total >= this.deadline || length + 1 === SIZE) this.read();
  }

  /** Tells the sink what was written down, and how far the program has come. */
  read(): void {
    const total = this.cell[0] as number;
    if (this.measuresTime) this.tellTimed(total);
    else {
      for (let i = 0; i < this.length; i++) this.tell(this.codes[i] as number, this.totals[i] as number, 0);
      this.sink.reach(total, 0);
      this.deadline = Number.POSITIVE_INFINITY;
    }
    this.length = 0;
  }

  private tellTimed(total: number): void {
    const { readAt, readMs } = this;
    const end = readMs + performance.now() - this.resumed;
    // Nothing was executed where control came from outside.
    const msPerInstruction = total > readAt ? (end - readMs) / (total - readAt) : 0;
    let ms = total > readAt ? readMs : end;
    for (let i = 0; i < this.length; i++) {
      const instructions = this.totals[i] as number;
      // Where an error cuts off a run of instructions, the total goes back; time does not.
      const then = readMs + (instructions - readAt) * msPerInstruction;
      if (then > ms) ms = then;
      this.tell(this.codes[i] as number, instructions, ms);
    }
    this.sink.reach(total, end);
    this.readAt = total;
    this.readMs = end;
    // Outside of the program nothing is executed by which time could be measured.
    const isOutside = this.depth === 0 || this.hosts > 0;
    this.deadline = isOutside ? Number.NEGATIVE_INFINITY : total + INSTRUCTIONS;
    this.resumed = performance.now();
  }

  private tell(code: number, instructions: number, ms: number): void {
    if (code >= 0 && (code & END) === 0) {
      if (this.depth === this.stack.length) this.growStack();
      this.stack[this.depth++] = code;
      if ((code & HOST) !== 0) this.hosts++;
      this.sink.enter(code >> SHIFT, instructions, ms);
    } else if (this.depth > 0 && this.stack[this.depth - 1] === code - END) {
      this.depth--;
      this.sink.leave(instructions, ms);
    } else this.end(code, instructions, ms);
  }

  private growStack(): void {
    const { stack } = this;
    this.stack = new Int32Array(2 * stack.length);
    this.stack.set(stack);
  }

  /** Where a call of the host is the innermost activation, or one that the event is not of. */
  private end(code: number, instructions: number, ms: number): void {
    const { stack } = this;
    let level = this.depth - 1;
    if (code === HOST_RETURN) {
      if (level >= 0 && this.isHostAt(level)) this.pop(instructions, ms);
      return;
    }
    while (level >= 0 && this.isHostAt(level)) level--;
    if (level < 0 || stack[level] !== code - END) return;
    while (this.depth > level) this.pop(instructions, ms);
  }

  private isHostAt(level: number): boolean {
    return ((this.stack[level] as number) & HOST) !== 0;
  }

  private pop(instructions: number, ms: number): void {
    this.depth--;
    if (this.isHostAt(this.depth)) this.hosts--;
    this.sink.leave(instructions, ms);
  }
}
