/** When functions are compiled, entered at loops, and left. */

import { instructionAt } from '../interpreter/code.ts';
import type { Machine } from '../interpreter/machine.ts';
import { isOutOfStack } from '../interpreter/unwind.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { FunctionCode } from '../runtime/function-code.ts';
import { inlineWorkOf } from '../runtime/inline-work.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import { ACCESS, type Inserted, type LocalProbe } from '../runtime/probe.ts';
import type { TableInstance } from '../runtime/table.ts';
import { CALL, type CallWay, type Change, LOOP, type LoopOutcome, type Tier, UNLIMITED } from '../runtime/tier.ts';
import { DEFAULT_BYTECODE_LIMIT } from './bytecode-size.ts';
import { compiledOf, followTails, LEFT, TAIL, type TierState } from './callees.ts';
import { compile } from './compile.ts';
import type { Site } from './context.ts';
import { quietReach } from './quiet.ts';
import { describeChange, TierLog } from './report.ts';
import { storeResult } from './results.ts';
import { noteChange } from './table-targets.ts';
import type { CompiledUnit } from './unit.ts';

export interface TieringOptions {
  /** Calls and iterations of loops after which a function is compiled. */
  readonly threshold: number;
  /** Bytes of bytecode up to which V8 optimises a function. */
  readonly bytecodeLimit?: number | undefined;
  /** Decides, each time that it is asked, whether to compile, to enter or to leave: for tests. */
  readonly stress?: (() => boolean) | undefined;
}

/** Bytes of bytecode that V8 makes for each of a body, at the least; often 12. Larger bodies are not tried. */
const BYTECODE_PER_BYTE = 3.7;
/** Changes of a function after each of which it is compiled again as soon as it is hot. */
const FREE_CHANGES = 4;
/** Calls and iterations that a function has to do at the least after a change, whatever the threshold. */
const MIN_PATIENCE = 16;
/** The same for each byte of its body above `SMALL`: interpreting that takes about as long as compiling it. */
const CALM_PER_BYTE = 8;
/** A function with so many probes that take its frame is likely to lose some, as those that wait for what has not been executed. */
const MANY_PROBES = 8;
/** After many changes a function has to do so much for each byte of its body, and of what every function costs. */
const WORK_PER_BYTE = 512;
const BYTES_OF_ANY = 20;
/** Bytes of the body of a function that is soon compiled: also when compiled code calls it for the first time. */
const SMALL = 256;
/** So often a function is left for later because the host's stack had no room for compiling it. */
const MAX_POSTPONED = 5;
/** Stands for code that may be made later. */
const POSTPONED = Symbol('postponed');

export class JsTier implements Tier {
  private readonly machine: Machine;
  readonly threshold: number;
  private readonly bytecodeLimit: number;
  private readonly stress: (() => boolean) | undefined;
  /** Why nothing can be compiled; undefined if that is possible. */
  readonly disabled: string | undefined;
  readonly log = new TierLog();
  private readonly byTable = new WeakMap<TableInstance, Set<CompiledUnit>>();

  constructor(machine: Machine, { threshold, bytecodeLimit = DEFAULT_BYTECODE_LIMIT, stress }: TieringOptions) {
    this.machine = machine;
    this.bytecodeLimit = bytecodeLimit;
    this.threshold = threshold;
    this.stress = stress;
    this.disabled = whyNotPossible();
  }

  prepared(func: FuncInstance): void {
    func.budget = this.disabled === undefined ? this.threshold : UNLIMITED;
  }

  gate(func: FuncInstance): CallWay {
    if (this.disabled !== undefined) return this.dismiss(func);
    const state = compiledOf(func, this.machine);
    if (this.stress?.() === true) return CALL.interpret;
    if (state.unit === null) {
      const unit = this.compile(state, undefined);
      if (unit === null) return CALL.interpret;
      state.unit = unit;
      state.setEntry(unit.entry, unit.body);
    }
    return CALL.compiled;
  }

  enterLoop(func: FuncInstance, depth: number, ip: number): LoopOutcome {
    if (this.disabled !== undefined) {
      this.dismiss(func);
      return LOOP.stays;
    }
    const state = compiledOf(func, this.machine);
    if (this.stress?.() === true) return LOOP.stays;
    let unit = state.loops.get(ip);
    if (unit === undefined) {
      const code = func.made as FunctionCode;
      const made = this.compile(state, code.pcs[instructionAt(code, ip)]);
      if (made === null) return LOOP.stays;
      unit = made;
      state.loops.set(ip, unit);
    }
    this.log.osrEntries++;
    const { machine } = this;
    const fp = machine.frameBases[depth] as number;
    const entry = unit.entry as (depth: number, fp: number) => unknown;
    let result = entry(depth, fp);
    if (result === LEFT) return LOOP.left;
    if (result === TAIL) result = followTails(machine, depth, fp);
    storeResult(machine.slots, func.signature.results, fp, result);
    return LOOP.ended;
  }

  workOfCall(func: FuncInstance): number {
    return Math.max(1, Math.ceil((this.threshold * SMALL) / bytesOf(func)));
  }

  /** Leaves a function to the interpreter for good. */
  private dismiss(func: FuncInstance): typeof CALL.interpret {
    // Where nothing can be compiled, there is no state: its stubs are made from text, too.
    const state = func.compiled as TierState | null;
    if (state !== null) state.code ??= state.stub;
    func.budget = UNLIMITED;
    return CALL.interpret;
  }

  private compile(state: TierState, osr: number | undefined): CompiledUnit | null {
    const { func } = state;
    state.refused ??= this.whyNot(func);
    if (this.mayChangeSoon(state)) return null;
    const unit = state.refused === undefined ? this.tryToCompile(state, osr) : null;
    if (unit === POSTPONED) return null;
    if (unit === null) {
      state.refused ??= 'its JavaScript is too large for V8 to optimise';
      // A loop may be refused in a function whose own code was just small enough, and is still to be called.
      if (state.unit === null) this.dismiss(func);
      return null;
    }
    for (const other of unit.reliance.functions) compiledOf(other, this.machine).dependents.add(unit);
    for (const table of unit.reliance.tables) this.dependentsOn(table).add(unit);
    unit.onLeave = this.left;
    return unit;
  }

  /** Is the function to be watched for some time before it is compiled, as one that has changed? */
  private mayChangeSoon(state: TierState): boolean {
    const { func } = state;
    if (this.threshold === 0 || this.stress !== undefined || func.probes === null) return false;
    if (state.wasWatched || state.invalidations > 0) return false;
    let found = 0;
    for (const { entries } of func.probes.byUnit.values()) if (entries.some(takesFrame)) found++;
    if (found < MANY_PROBES) return false;
    state.wasWatched = true;
    func.budget = this.patience(state);
    return true;
  }

  private whyNot(func: FuncInstance): string | undefined {
    const bytes = bytesOf(func);
    const most = Math.floor(this.bytecodeLimit / BYTECODE_PER_BYTE);
    return bytes > most ? `its body has ${bytes} bytes, more than ${most}` : undefined;
  }

  /** Null where the code is too large. Blocks in blocks take room on the host's stack, of which the program may have left little. */
  private tryToCompile(state: TierState, osr: number | undefined): CompiledUnit | null | typeof POSTPONED {
    try {
      return this.compileNow(state, osr);
    } catch (error) {
      if (!isOutOfStack(error)) throw error;
      return this.postpone(state);
    }
  }

  private postpone(state: TierState): null | typeof POSTPONED {
    if (++state.postponed > MAX_POSTPONED) {
      state.refused = 'its blocks are nested too deeply to be compiled where it is called';
      return null;
    }
    state.func.budget = Math.max(this.threshold, MIN_PATIENCE) * 2 ** state.postponed;
    return POSTPONED;
  }

  private compileNow(state: TierState, osr: number | undefined): CompiledUnit | null {
    const { func } = state;
    const start = performance.now();
    const isStressed = this.stress !== undefined;
    const purpose = { isQuiet: !isStressed && quietReach(func) !== null, osr, isStressed };
    const unit = compile(func, this.machine, purpose, {
      stress: this.stress ?? (() => false),
      bytecodeLimit: this.bytecodeLimit,
    });
    if (unit !== null && purpose.isQuiet) state.dependents.add(unit);
    this.log.compiled(osr !== undefined, performance.now() - start, unit !== null);
    return unit;
  }

  /** An activation leaves code; one that does so without any change is made to by the tests. */
  private readonly left = ({ func, cause }: CompiledUnit, site: Site): void => {
    const own = site.cause === undefined ? undefined : describeChange(site.cause, func);
    this.log.deoptimised(func, cause ?? own ?? 'forced by a test');
  };

  changed(func: FuncInstance, change: Change): void {
    this.applyChange(func, change, func);
  }

  changedEverywhere(instance: ModuleInstance, change: Change): void {
    for (const func of instance.funcs) if (func.instance === instance) this.applyChange(func, change, undefined);
  }

  /** `place` is the function that the change was made to, undefined if it was the whole instance. */
  private applyChange(func: FuncInstance, change: Change, place: FuncInstance | undefined): void {
    const state = func.compiled as TierState | null;
    if (state === null) return;
    this.invalidate(state, change, place);
    this.reconsider(state);
    if (state.dependents.size === 0 || quietReach(func) !== null) return;
    const dependents = [...state.dependents];
    state.dependents.clear();
    for (const unit of dependents) {
      if (unit.isValid) this.invalidate(compiledOf(unit.func, this.machine), change, place);
    }
  }

  /** Probes make code larger: with others, a function may be compiled that was refused for its size. */
  private reconsider(state: TierState): void {
    if (state.refused === undefined || this.whyNot(state.func) !== undefined) return;
    state.refused = undefined;
    state.invalidations++;
    state.func.budget = this.patience(state);
  }

  /** Code that relies on the elements of a table. */
  private dependentsOn(table: TableInstance): Set<CompiledUnit> {
    let units = this.byTable.get(table);
    if (units === undefined) {
      units = new Set();
      this.byTable.set(table, units);
      table.watch(() => this.tableWritten(table));
    }
    return units;
  }

  private tableWritten(table: TableInstance): void {
    const units = this.byTable.get(table);
    if (units === undefined || units.size === 0) return;
    const wrong = [...units].filter(({ isValid }) => isValid);
    units.clear();
    if (wrong.length > 0) noteChange(table);
    for (const { func } of wrong) this.invalidate(compiledOf(func, this.machine), { what: 'table written' }, undefined);
  }

  frameWritten(func: FuncInstance): void {
    const state = func.compiled as TierState | null;
    if (state !== null) this.invalidate(state, { what: 'frame written' }, func);
  }

  memoryGrown(func: FuncInstance): void {
    const state = func.compiled as TierState | null;
    if (state !== null) this.invalidate(state, { what: 'memory grown by a probe' }, func);
  }

  /** Makes the code of a function unreachable; running activations leave it. */
  private invalidate(state: TierState, change: Change, place: FuncInstance | undefined): void {
    const { func, unit, loops } = state;
    if (unit === null && loops.size === 0) return;
    const cause = describeChange(change, place);
    for (const wrong of unit === null ? loops.values() : [unit, ...loops.values()]) {
      wrong.invalidate(cause);
      state.dependents.delete(wrong);
      for (const other of wrong.reliance.functions) compiledOf(other, this.machine).dependents.delete(wrong);
      for (const table of wrong.reliance.tables) this.byTable.get(table)?.delete(wrong);
    }
    this.log.invalidated(func, cause);
    state.unit = null;
    loops.clear();
    state.unsetEntry();
    state.refused = undefined;
    state.invalidations++;
    func.budget = this.patience(state);
  }

  /**
   * What a function has to do before it is compiled again: as much as the first time after a few changes, or more if it is large, then twice as
   * much after each. So a function that is changed all the time comes to rest in the interpreter, and is compiled once in so
   * many calls and iterations that interpreting them takes longer than compiling: both are in proportion to its size, the
   * one with at least 10 us a byte, the other with about 5. Changes at any rate cost half of the interpreter's time at
   * most, apart from some 20 compilations at the beginning.
   */
  private patience({ func, invalidations }: TierState): number {
    if (this.stress !== undefined) return 0;
    const bytes = bytesOf(func);
    // Where everything is compiled at its first call, that is asked for.
    const calm = this.threshold === 0 ? 0 : (bytes - SMALL) * CALM_PER_BYTE;
    const work = Math.max(this.threshold, MIN_PATIENCE, calm) * 2 ** Math.max(0, invalidations - FREE_CHANGES);
    return Math.min(work, Math.max(this.threshold, (bytes + BYTES_OF_ANY) * WORK_PER_BYTE), UNLIMITED);
  }
}

/** Is it called with a frame by compiled code, too, or is that left for it? */
function takesFrame({ probe, access }: Inserted<LocalProbe>): boolean {
  const work = inlineWorkOf(probe);
  return work === undefined ? (access & ACCESS.frameless) === 0 : work.kind === 'once';
}

/** Bytes of a function's body. */
function bytesOf({ instance, index }: FuncInstance): number {
  const { module } = instance as ModuleInstance;
  const { start, end } = module.bodies[index - module.importCounts.function] as { start: number; end: number };
  return end - start;
}

/** Is there an `eval`-like facility? */
function whyNotPossible(): string | undefined {
  try {
    new Function('');
    return undefined;
  } catch {
    return 'code generation from strings is not allowed here';
  }
}
