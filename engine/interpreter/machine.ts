/**
 * The machine: operand stack and frames of the interpreter, and the borders at which code of others runs.
 *
 * Frames lie on the machine, not on the JavaScript stack. A call from Wasm to Wasm pushes a frame and
 * stays in the same dispatch loop; a call from the host starts a loop of its own, whose frames stand above those
 * below it. So every activation can be found, read and resumed, whichever loop runs it.
 *
 *     frameFuncs    f0   f1   f2   ...            one entry a frame, `depth` is the topmost
 *     frameBases    0    32   96                  first local, in elements of the 32-bit views
 *     frameIps      >= 0: the unit to go on with; < 0: ~unit of the instruction in progress
 *     frameSerials  unique number of the activation
 *
 * A dispatch loop keeps depth, ip and stack top in variables of its own and writes them here before any code
 * of others runs (host functions, probes), and when it ends.
 */

import { type TraceFrame, Trap } from '../isa/trap.ts';
import type { ValType } from '../isa/valtype.ts';
import { bindVector, type VectorUnit } from '../isa/vector.gen.ts';
import type { CompiledFunction } from '../runtime/compiled-function.ts';
import { callHost } from '../runtime/convert.ts';
import type { Executor } from '../runtime/executor.ts';
import { FuncInstance } from '../runtime/function.ts';
import type { FunctionCode } from '../runtime/function-code.ts';
import type { InsertionListener } from '../runtime/insertion.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import type { FunctionProbes } from '../runtime/sites.ts';
import { CALL, type CallWay, LOOP, type LoopOutcome, type Tier, UNLIMITED } from '../runtime/tier.ts';
import { SLOT_I32, Slots } from '../runtime/value.ts';
import { callerOf } from './callers.ts';
import { codeOf } from './code.ts';
import { Events, isEndObserved } from './events.ts';
import { forms, MOVES } from './forms.ts';
import { runPlain, runTraced } from './loop.gen.ts';
import { moveOperands } from './operands.ts';
import { errorInWasm, traceOf } from './unwind.ts';

export interface MachineOptions {
  /** Slots of the operand stack, 16 bytes each; deep recursion traps when they are used up. */
  readonly stackSlots?: number;
  /** Number of frames at which recursion traps. */
  readonly maxFrames?: number;
}

/** 4 MiB: V8 has room for half as many locals, and for about as many frames of small functions. */
const DEFAULT_SLOTS = 1 << 18;
const DEFAULT_FRAMES = 1 << 16;
/** Entries of `frameFuncs` that stay when nothing runs, so that not every call from the host makes room again. */
const KEPT_FRAMES = 32;
/** Stands where no frame is. */
const NO_FUNCTION = new FuncInstance(0, { kind: 'func', params: [], results: [] }, null, -1, null);
/** Beyond so many dispatch loops on the host's stack, the innermost goes on alone. */
export const MAX_NESTED = 64;
/** References are kept for as many slots as were ever needed, in steps of this many. */
const REFS_STEP = 1 << 12;

export class Machine implements Executor {
  readonly slots: Slots;
  readonly vector: VectorUnit;
  readonly frameFuncs: FuncInstance[] = [];
  readonly frameIps: Int32Array;
  readonly frameBases: Int32Array;
  readonly frameSerials: Float64Array;
  /** Index of the topmost frame, -1 when nothing runs. */
  depth = -1;
  /** First free element of the 32-bit views. */
  sp = 0;
  /** Serial number of the youngest activation, as the one element. */
  readonly serials = new Float64Array(1);
  /** What compiles hot functions; null where everything is interpreted. */
  tier: Tier | null = null;
  /** Who hears of insertions and removals of probes; null for nobody. */
  insertions: InsertionListener | null = null;
  /** Insertions of global probes, over all instances that run here. */
  globalProbeCount = 0;
  /** Is any global probe attached? Chooses the dispatch loop. */
  isTraced = false;
  /** Elements of the 32-bit views that frames may use. */
  readonly limit: number;
  readonly lastFrame: number;
  /** Unit that is to be executed in place of the one fetched, its event having fired; -1 without. */
  private pending = -1;
  /** Callee of the tail call that was told last, for the loop that goes on with it. */
  private resolved: FuncInstance = NO_FUNCTION;
  /** Frames at which calls from the host began, outermost first. */
  readonly bases: number[] = [];
  /** Serial numbers of the activations that those calls began: a tail call puts another one in their place. */
  readonly baseSerials: number[] = [];
  /** For each of `bases`, the host function that called; undefined for calls from outside and from probes. */
  readonly hosts: (FuncInstance | undefined)[] = [];
  /** The host function that runs now, if it is not Wasm or a probe. */
  private host: FuncInstance | undefined;
  readonly events: Events;
  /**
   * How many dispatch loops compiled code has begun that have not ended. Each takes room on the host's stack, where
   * frames of the interpreter take none.
   */
  nested = 0;
  /** Callee of the tail call with which compiled code ended. */
  tailCallee: CompiledFunction | null = null;
  /** Has the topmost activation ended by an error, which is on its way to the loop that began it? */
  private hasEndedTop = false;
  /** What a host function threw last: not to be taken for a trap, whatever it looks like. */
  private foreign: unknown;

  constructor(options: MachineOptions = {}) {
    const size = options.stackSlots ?? DEFAULT_SLOTS;
    const frames = options.maxFrames ?? DEFAULT_FRAMES;
    this.slots = new Slots(size, 0);
    this.vector = bindVector(this.slots);
    this.limit = size * SLOT_I32;
    this.lastFrame = frames - 1;
    this.frameIps = new Int32Array(frames);
    this.frameBases = new Int32Array(frames);
    this.frameSerials = new Float64Array(frames);
    this.events = new Events(this);
  }

  /** Calls from the host; see `Executor`. Results and arguments are in slots 0.. of the areas given. */
  invoke(func: FuncInstance, args: Slots, results: Slots): void {
    if (func.host !== null) return invokeHost(func, args, results);
    const way = --func.budget < 0 ? this.gate(func, false) : CALL.interpret;
    const base = this.depth + 1;
    const savedSp = this.sp;
    const { access } = this.events;
    const { host } = this;
    const start = this.sp;
    if (base > this.lastFrame || start + func.frameUnits > this.limit) throw new Trap('exhaustion');
    if (func.usesRefs) this.prepareRefs(func, start);
    copySlots(args, 0, this.slots, start / SLOT_I32, func.signature.params, func.usesRefs);
    this.bases.push(base);
    // Compiled code counts its activation itself, if it has one that can be seen.
    this.baseSerials.push((this.serials[0] as number) + 1);
    this.hosts.push(host);
    this.host = undefined;
    // The event in which the call may be made is not that of any frame of the call.
    this.events.access = 0;
    try {
      if (way === CALL.compiled) this.runCompiled(func, base, start);
      else this.interpret(func, base, start);
      copySlots(this.slots, start / SLOT_I32, results, 0, func.signature.results, func.usesRefs);
    } catch (error) {
      if (error instanceof Trap) this.completeTrace(error, base);
      throw error;
    } finally {
      this.bases.pop();
      this.baseSerials.pop();
      this.hosts.pop();
      this.host = host;
      this.events.access = access;
      this.depth = base - 1;
      this.sp = savedSp;
      if (base === 0) this.forget();
    }
  }

  /** Nothing runs any more: keeps no object and no instance alive, and no room that deep recursion took. */
  private forget(): void {
    const { refs } = this.slots;
    if (refs.length > 2 * REFS_STEP) refs.length = 2 * REFS_STEP;
    refs.fill(null);
    if (this.frameFuncs.length > KEPT_FRAMES) this.frameFuncs.length = KEPT_FRAMES;
    this.frameFuncs.fill(NO_FUNCTION);
    this.resolved = NO_FUNCTION;
    this.foreign = undefined;
    this.tailCallee = null;
  }

  /**
   * Interprets a function whose parameters lie at `fp` on the operand stack, where its frame will be, as the one with index
   * `depth`; its results come to lie there.
   */
  interpret(func: FuncInstance, depth: number, fp: number): void {
    if (func.code === null) this.prepare(func);
    if (depth > this.lastFrame || fp + func.frameUnits > this.limit) throw new Trap('exhaustion');
    if (func.usesRefs) this.prepareRefs(func, fp);
    this.slots.i32.fill(0, fp + func.paramUnits, fp + func.localUnits);
    this.push(func, depth, fp);
    this.frameIps[depth] = func.entry;
    this.depth = depth;
    this.sp = fp + func.localUnits;
    this.run(depth);
  }

  /** Makes a new activation known, which is the one with index `depth`. */
  push(func: FuncInstance, depth: number, fp: number): void {
    this.frameFuncs[depth] = func;
    this.frameBases[depth] = fp;
    this.frameSerials[depth] = this.serials[0] += 1;
  }

  /** Calls a function with compiled code whose parameters lie at `fp`; its results come to lie there. */
  runCompiled(func: FuncInstance, depth: number, fp: number): void {
    callerOf(func.signature)(this.slots, (func.compiled as CompiledFunction).entry, depth, fp);
  }

  /** The same for the dispatch loops, with the operands below `sp`; the stack top with its results. */
  callCompiled(callee: FuncInstance, sp: number): number {
    const fp = sp - callee.paramUnits;
    this.runCompiled(callee, this.depth + 1, fp);
    return fp + callee.resultUnits;
  }

  /** How a function is to be called whose budget is used up. */
  gate(func: FuncInstance, isTailCall: boolean): CallWay {
    func.budget = 0;
    if (func.host !== null) return CALL.host;
    if (func.code === null) {
      this.prepare(func);
      if (func.budget > 0) return CALL.interpret;
    }
    // In tail position the interpreter goes on itself: compiled code would stand on this loop, and the next one on that.
    if (this.tier === null || isTailCall || this.nested > MAX_NESTED) return CALL.interpret;
    return this.tier.gate(func);
  }

  /** Compiled code is about to call a function that has none. */
  calledFromCode(func: FuncInstance): void {
    if (func.code === null) this.prepare(func);
    if (this.tier === null) return;
    func.budget -= this.tier.workOfCall(func);
    if (func.budget < 0) this.gate(func, false);
  }

  /** A function is hot at a loop header. */
  enterLoop(func: FuncInstance, depth: number, ip: number): LoopOutcome {
    func.budget = 0;
    if (this.tier === null || this.nested > MAX_NESTED) return LOOP.stays;
    try {
      return this.tier.enterLoop(func, depth, ip);
    } catch (error) {
      this.hasEndedTop = true;
      throw error;
    }
  }

  /** Adds the frames below one at which a call from the host began. */
  completeTrace(trap: Trap, base: number): void {
    if (trap.isTraceComplete) return;
    addFrames(trap, traceOf(this, base - 1, 0));
    trap.isTraceComplete = true;
  }

  /** Runs the frames down to `base`, in whichever loop is right at the time. */
  run(base: number): void {
    for (;;) {
      if (this.isTraced ? runTraced(this, base) : runPlain(this, base)) return;
    }
  }

  /** Makes the function's code. */
  prepare(func: FuncInstance): void {
    const code = codeOf((func.instance as ModuleInstance).module, func.index);
    func.made = code;
    func.code = code.units;
    func.localUnits = code.localUnits;
    func.frameUnits = code.frameUnits;
    func.usesRefs = code.usesRefs;
    if (this.tier === null) func.budget = UNLIMITED;
    else this.tier.prepared(func);
    if (func.probes !== null) applyProbes(func, func.probes);
  }

  /** Makes room for the references of a frame at `base`, and sets its reference locals to null. */
  prepareRefs(func: FuncInstance, base: number): void {
    const { refs } = this.slots;
    this.growRefs(base + func.frameUnits);
    for (const slot of (func.made as FunctionCode).refLocals) refs[base / SLOT_I32 + slot] = null;
  }

  /** The trap of deep recursion. */
  exhausted(): Trap {
    return new Trap('exhaustion');
  }

  /** Makes room for the references of slots up to `end`, in elements of the 32-bit views. */
  growRefs(end: number): void {
    const { refs } = this.slots;
    const needed = end / SLOT_I32;
    if (refs.length >= needed) return;
    for (let i = refs.length; i < needed + REFS_STEP; i++) refs.push(null);
  }

  /** Calls a host function with the operands below `sp`; the stack top with its results. */
  callHost(callee: FuncInstance, sp: number): number {
    const base = sp - callee.paramUnits;
    const { results } = callee.signature;
    this.sp = Math.max(sp, base + results.length * SLOT_I32);
    if (this.sp > this.limit) throw new Trap('exhaustion');
    this.host = callee;
    try {
      callHost(callee, this.slots, base / SLOT_I32);
    } catch (error) {
      this.foreign = error;
      throw error;
    } finally {
      this.host = undefined;
    }
    return base + results.length * SLOT_I32;
  }

  /** Moves the arguments of a tail call to the bottom of the frame; the stack top behind them. */
  moveTailArguments(callee: FuncInstance, fp: number, sp: number): number {
    return moveOperands(
      this.slots,
      fp,
      sp,
      callee.signature.params.length,
      MOVES.wide | (callee.usesRefs ? MOVES.refs : 0),
    );
  }

  /** Moves the results of a host function that was called in tail position to the bottom of the frame. */
  moveTailResults(callee: FuncInstance, fp: number, sp: number): number {
    return moveOperands(this.slots, fp, sp, callee.signature.results.length, MOVES.wide | MOVES.refs);
  }

  /** Leaves the loop so that the other one goes on at `ip`, with unit `op` if its event has fired (-1: not yet). */
  suspend(depth: number, ip: number, sp: number, op: number): void {
    this.depth = depth;
    this.sp = sp;
    this.frameIps[depth] = ip;
    this.pending = op;
  }

  /** The unit left by `suspend`; -1 without. */
  takePending(): number {
    const op = this.pending;
    this.pending = -1;
    return op;
  }

  // Events: the loops call these, `events.ts` has what they do.

  fireLocal(func: FuncInstance, ip: number): number {
    return this.events.fireLocal(func, ip);
  }

  fireGlobal(func: FuncInstance, ip: number): number {
    return this.events.fireGlobal(func, ip);
  }

  activationReturns(_func: FuncInstance, _resultCount: number): void {
    this.events.activationEnds(this.depth, 'return');
  }

  activationTailCalls(callee: FuncInstance): void {
    this.events.activationEnds(this.depth, 'tail-call');
    this.resolved = callee;
  }

  /** The callee of the tail call that was told last. */
  takeResolved(): FuncInstance {
    return this.resolved;
  }

  /**
   * Called where an error comes out of a dispatch loop whose outermost frame is at `base`; the state of the
   * topmost frame is saved. Ends all its activations and throws what the caller of the loop is to see.
   */
  unwind(thrown: unknown, base: number): never {
    // Compiled code that took over at a loop has told the end of its activation.
    if (this.hasEndedTop) {
      this.hasEndedTop = false;
      this.depth--;
    }
    const error = this.errorOf(thrown);
    if (error instanceof Trap && !error.isTraceComplete) {
      addFrames(error, traceOf(this, this.depth, base));
      error.tracedTo = base;
    }
    this.pending = -1;
    this.protectOperands(base);
    throw this.events.activationsUnwind(error, base);
  }

  /**
   * Ends the activations of compiled code above the one at `depth` that could not do it themselves, since the host's stack was
   * used up: those with exit probes that were not told. Returns the error to throw.
   */
  unwindAbove(error: unknown, depth: number): unknown {
    let thrown = error;
    for (let d = this.depth; d > depth; d--) {
      if (!this.events.waitsForEnd(d)) continue;
      if (thrown instanceof Trap && !thrown.isTraceComplete) {
        addFrames(thrown, traceOf(this, d, d));
        thrown.tracedTo = d;
      }
      thrown = this.events.activationUnwinds(thrown, d);
    }
    return thrown;
  }

  /** What an error that comes out of Wasm code is: a trap of its own, or whatever a host function or a probe threw. */
  errorOf(thrown: unknown): unknown {
    return thrown === this.foreign ? thrown : errorInWasm(thrown);
  }

  /** Instructions pop before they trap: what they popped can be read, so calls made by probes stay above it. */
  private protectOperands(base: number): void {
    if (this.depth < base) return;
    this.sp = Math.max(this.sp, this.frameBases[this.depth] + this.frameFuncs[this.depth].frameUnits);
  }
}

/** Adds frames to a trace, of which there may be more than a call can have arguments. */
function addFrames({ trace }: Trap, frames: readonly TraceFrame[]): void {
  for (const frame of frames) trace.push(frame);
}

/** Puts probes that came before the code into it: those at the entry and those at the end of activations. */
function applyProbes(func: FuncInstance, probes: FunctionProbes): void {
  const { units, ips } = func.made as FunctionCode;
  const code = units.slice();
  for (const ip of probes.byUnit.keys()) code[ip] = forms.probe;
  if (probes.exits.length > 0) for (const ip of ips) if (isEndObserved(probes, units[ip])) code[ip] = forms.probe;
  func.code = code;
}

function copySlots(
  from: Slots,
  first: number,
  to: Slots,
  target: number,
  types: readonly ValType[],
  hasRefs: boolean,
): void {
  const count = types.length;
  for (let i = 0; i < count * SLOT_I32; i++) to.i32[target * SLOT_I32 + i] = from.i32[first * SLOT_I32 + i];
  if (hasRefs) for (let i = 0; i < count; i++) to.refs[target + i] = from.refs[first + i];
}

function invokeHost(func: FuncInstance, args: Slots, results: Slots): void {
  const { params, results: resultTypes } = func.signature;
  const area = new Slots(Math.max(params.length, resultTypes.length));
  copySlots(args, 0, area, 0, params, true);
  callHost(func, area, 0);
  copySlots(area, 0, results, 0, resultTypes, true);
}
