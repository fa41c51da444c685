/** Where the frames of callees lie. */

import type { Emitter } from './emitter.ts';
import type { CallTarget } from './structure.ts';

/**
 * Room that frames of compiled code leave free below that of a callee, in elements of the 32-bit views. So the base of a frame
 * tells how much of the host's stack is used: a function that is not optimised yet takes 8 bytes for each variable, half as much as
 * its slots, and some more.
 */
const STACK_PAD = 96;

/** The frames of what a function calls. */
export class CalleeFrame {
  private readonly e: Emitter;
  private isHeld = false;

  constructor(e: Emitter) {
    this.e = e;
  }

  /** Can the function, being quiet, be called again by what it calls? */
  get isRecursive(): boolean {
    const { facts, func } = this.e;
    const targets: CallTarget[] = [...facts.callees, ...facts.tableCalls];
    return targets.some((target) => this.e.reliance.quiet(target)?.functions.includes(func));
  }

  /** Arguments with which callees get the place of their frame. */
  get args(): string {
    const { facts, hasFrame } = this.e;
    // Worked out once: otherwise V8 does it at each call of a loop, with checks.
    if (!facts.hasLoops || !hasFrame) return `${this.index}, ${this.base}`;
    this.isHeld = true;
    return 'dNext, fpNext';
  }

  /** Declares what `args` uses. */
  get declaration(): string | undefined {
    return this.isHeld ? `const dNext = ${this.index}, fpNext = ${this.base};` : undefined;
  }

  private get index(): string {
    return this.e.hasFrame ? 'd + 1' : 'd';
  }

  /** Its base. */
  get base(): string {
    const { code, hasFrame, usesArea } = this.e;
    if (hasFrame || this.isRecursive) return `fp + ${code.frameUnits + STACK_PAD}`;
    return usesArea && code.frameUnits > 0 ? `fp + ${code.frameUnits}` : 'fp';
  }
}
