/**
 * Turns the walk over a function into JavaScript. This class has the state and what the rules for instructions have in common:
 * operands, frames, sites. The rules are in the files beside it.
 *
 * A frame of compiled code lies where the interpreter's would. It is kept up to date only where somebody can look: before calls of
 * functions that are not quiet, and at events. `isDirty` tells for each local whether its slot is out of date, and at `frameBit` whether the
 * frame has still to be pushed.
 */

import { functionName } from '../binary/names.ts';
import { shapeOf } from '../interpreter/callers.ts';
import type { Machine } from '../interpreter/machine.ts';
import { UNSYNCED } from '../interpreter/unwind.ts';
import { type Instruction, instructions } from '../isa/instructions.ts';
import { V128, type ValType } from '../isa/valtype.ts';
import type { FunctionValidator, InstructionObserver } from '../module/function-validator.ts';
import type { FunctionBody } from '../module/module.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { FunctionCode } from '../runtime/function-code.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import type { MemoryInstance } from '../runtime/memory.ts';
import { ACCESS, readsAtErrors } from '../runtime/probe.ts';
import { SLOT_I32 } from '../runtime/value.ts';
import type { Block } from './block.ts';
import { CalleeFrame } from './callee-frame.ts';
import { Bindings, type CountRun, type Site, type SiteKind } from './context.ts';
import type { Names, ViewKind } from './expression.ts';
import { slowOf, viewsOf } from './memory-views.ts';
import { type Entry, OperandStack } from './operand-stack.ts';
import { isCalled, isLeftFor } from './probe-calls.ts';
import type { Purpose, Rules } from './purpose.ts';
import { Reliance } from './reliance.ts';
import { copierOf, helperNamed, RELOAD, viewName } from './run-time-names.ts';
import { PUSH, Spills } from './spills.ts';
import { type BlockFacts, type FunctionFacts, functionFacts } from './structure.ts';
import { switchOf } from './switches.ts';
import { Lines } from './text.ts';
import { copiesOf } from './unrolling.ts';
import { newValidity } from './validity.ts';
import { WideLocals } from './wide-locals.ts';

/** Base from which on functions are interpreted, so that deep recursion ends where it does there. V8's stack has 984 KiB. */
export const DEEP = 240_000;

const NO_OPERANDS: readonly Entry[] = [];

/** Prefix of the label of a block, by its pc. */
const LABEL = 'L';

export class Emitter implements InstructionObserver, Names {
  private readonly rules: Rules;
  readonly func: FuncInstance;
  readonly instance: ModuleInstance;
  readonly machine: Machine;
  readonly code: FunctionCode;
  readonly facts: FunctionFacts;
  readonly purpose: Purpose;
  readonly bindings = new Bindings();
  readonly body: FunctionBody;
  readonly sites: Site[] = [];
  /** For each site the operands that are in variables there, the lowest first. */
  readonly operandsAt: (readonly Entry[])[] = [];
  readonly runs: CountRun[] = [];
  readonly blocks: Block[] = [];
  readonly stack: OperandStack;
  /** Name of the array of counts. */
  readonly cells = 'cells';
  readonly reliance: Reliance;
  /** Views of memories that the function holds in variables. */
  readonly viewsByMemory = new Map<number, Set<ViewKind>>();
  /** Homes to load where an activation enters at a loop. */
  entryHomes: { readonly type: ValType; readonly height: number }[] = [];
  isDirty = new Uint8Array(0);
  /** Counts of a straight run that is open. */
  run: CountRun | undefined;
  /** Does code leave with the state in variables, and with the state in the frame? */
  leaves = false;
  leavesAfterCall = false;
  /** Must the state be written to the frame where an error comes from an event? */
  keepsStateOnErrors = false;
  /**
   * Is the frame pushed before the first call that needs it? Many activations end before they come to one. Probes that are called find
   * their frame pushed from the start.
   */
  readonly pushesLate: boolean;
  /** Is there a probe that may write locals and operands? */
  readonly hasWriters: boolean;
  /** Are there probes without a frame that are more than inlined work? */
  readonly hasDirectProbes: boolean;
  /** Are there probes that take a frame? */
  readonly hasFrameProbes: boolean;
  /** Is the function's final `end` observed, so that a branch to the function's label is more than a return? */
  hasFinalEvent = false;
  /** Does it use slots of its frame, though nobody sees it? */
  usesArea = false;
  usesTail = false;
  /** Must the code not be entered any more, and be left? */
  readonly validity = newValidity();
  readonly stress: () => boolean;
  /** Operands before the instruction being compiled, where they have to be known when it traps. */
  before: readonly Entry[] = [];
  locals: readonly ValType[] = [];
  wide = new WideLocals([], []);
  readonly callee: CalleeFrame;
  readonly spills: Spills;
  /** The instruction being compiled: its number, pc and unit. */
  private number = 0;
  pc = 0;
  ip = 0;

  constructor(
    func: FuncInstance,
    machine: Machine,
    purpose: Purpose,
    parts: { readonly rules: Rules; readonly stress: () => boolean },
  ) {
    this.rules = parts.rules;
    this.stress = parts.stress;
    this.func = func;
    this.instance = func.instance as ModuleInstance;
    this.machine = machine;
    this.code = func.made as FunctionCode;
    this.purpose = purpose;
    const { module } = this.instance;
    this.body = module.bodies[func.index - module.importCounts.function];
    this.facts = functionFacts(module, this.body);
    this.stack = new OperandStack(new Lines());
    this.reliance = new Reliance(func, this.facts, purpose.isQuiet);
    this.callee = new CalleeFrame(this);
    this.spills = new Spills(this);
    const lists = [this.instance.globalProbes, ...(func.probes?.byUnit.values() ?? [])];
    const probes = lists.flatMap(({ entries }) => entries);
    this.hasWriters = probes.some(({ access }) => (access & ACCESS.writes) !== 0);
    const called = probes.filter(({ probe }) => isCalled(probe, this.hasWriters));
    this.hasDirectProbes = called.some(({ access }) => (access & ACCESS.frameless) !== 0);
    this.hasFrameProbes = called.some(({ access }) => (access & ACCESS.frameless) === 0);
    const exits = func.probes?.exits.entries ?? [];
    const isLate = exits.length === 0 && probes.every(({ probe }) => isLeftFor(probe, this.hasWriters));
    this.pushesLate = this.hasFrame && purpose.osr === undefined && !purpose.isStressed && isLate;
    this.keepsStateOnErrors = this.hasDirectProbes || exits.some(({ access }) => readsAtErrors(access));
  }

  /** Name of the JavaScript function. */
  get ownName(): string {
    return `wasm_${functionName(this.instance.module, this.func.index).replace(/\W+/g, '_')}`;
  }

  get lines(): Lines {
    return this.stack.lines;
  }

  /** Place in `isDirty` that is not a local's. */
  get frameBit(): number {
    return this.locals.length;
  }

  /** Does the activation have a frame of its own, above which those of callees lie? */
  get hasFrame(): boolean {
    return !this.purpose.isQuiet || this.purpose.osr !== undefined;
  }

  instruction(v: FunctionValidator): void {
    if (this.number === 0) this.begin(v);
    this.number++;
    this.pc = v.reader.at - this.body.start;
    this.ip = this.code.ips[this.number] as number;
    const instr = instructions[v.reader.op] as Instruction;
    this.rules.ruleOf(instr)(this, v, instr);
  }

  private begin(v: FunctionValidator): void {
    this.locals = [...v.locals];
    this.isDirty = new Uint8Array(this.locals.length + 1);
    this.wide = new WideLocals(this.locals, this.facts.blocks.values());
    if (this.wide.areThere) this.usesArea = true;
    this.hasFinalEvent = this.rules.observesEnd(this);
    if (this.purpose.osr === undefined) this.isDirty.fill(1);
    for (const k of this.wide.all) this.isDirty[k] = 0;
    for (const [k, type] of this.locals.entries()) {
      if (type !== V128) continue;
      this.isDirty[k] = 0;
      this.usesArea = true;
    }
    this.isDirty[this.frameBit] = this.pushesLate ? PUSH.not : PUSH.done;
    this.open(v, 'function', undefined, [], this.func.signature.results);
    if (this.purpose.osr === undefined) this.rules.emitEvent(this, 0);
  }

  /** Unit of the instruction behind the one being compiled. */
  get nextIp(): number {
    return this.code.ips[this.number + 1] as number;
  }

  statement(text: string): void {
    this.lines.add(text);
  }

  // Blocks

  open(
    v: FunctionValidator,
    kind: Block['kind'],
    facts: BlockFacts | undefined,
    params: readonly ValType[],
    results: readonly ValType[],
  ): Block {
    const beginsClean = kind === 'loop' && facts !== undefined && this.spills.keepsClean(facts);
    if (beginsClean) this.spills.locals();
    if (facts !== undefined && this.spills.pushesBefore(facts)) this.spills.frame();
    const dirtyIn = this.isDirty.slice();
    if (kind === 'loop' && facts !== undefined && !beginsClean)
      for (const k of facts.assigned) if (this.locals[k] !== V128) dirtyIn[k] = 1;
    for (const k of this.wide.all) dirtyIn[k] = 0;
    this.isDirty = dirtyIn.slice();
    this.wide.forget();
    const isLive = kind === 'function' || !v.isUnreachable;
    const entry = this.entryOf(kind, facts);
    const text = isLive && entry === 'no' ? switchOf(facts, this.blocks[this.blocks.length - 1]) : undefined;
    const block: Block = {
      kind,
      label: `${LABEL}${facts?.start ?? 0}`,
      copies: facts === undefined || this.hasDirectProbes || this.hasFrameProbes ? 1 : copiesOf(facts, this.body),
      facts,
      switch: text,
      below: this.stack.entries.slice(0, this.stack.height - params.length).map((entry) => ({ ...entry })),
      params,
      results,
      isLive,
      outer: this.lines,
      condition: '',
      test: undefined,
      thenValue: undefined,
      thenLines: undefined,
      isTargeted: false,
      arrivals: [],
      dirtyIn,
      beginsClean,
      entry,
    };
    this.blocks.push(block);
    if (text === undefined || text.isEndedBy(block)) this.stack.lines = this.lines.inner();
    this.run = undefined;
    return block;
  }

  private entryOf(kind: Block['kind'], facts: BlockFacts | undefined): Block['entry'] {
    const { osr } = this.purpose;
    if (osr === undefined) return 'no';
    if (kind === 'function' || facts === undefined) return 'inside';
    if (facts.start === osr) return 'here';
    if (osr < facts.start || osr > facts.end) return 'no';
    return facts.elseAt >= 0 && osr > facts.elseAt ? 'else' : 'inside';
  }

  blockFacts(): BlockFacts {
    return this.facts.blocks.get(this.pc) as BlockFacts;
  }

  /** The block that a label index names. */
  target(label: number): Block {
    return this.blocks[this.blocks.length - 1 - label] as Block;
  }

  // Frames

  /** `fp + 12`: the slot of a local or operand, in elements of the 32-bit views. */
  at(slot: number): string {
    return slot === 0 ? 'fp' : `fp + ${slot * SLOT_I32}`;
  }

  /** What reads a local. */
  localText(k: number): string {
    return this.wide.has(k) ? this.wide.read(k) : `l${k}`;
  }

  /** Assigns a local. */
  setLocal(k: number, text: string): void {
    if (this.wide.has(k)) {
      this.statement(this.wide.assign(k, text));
      return;
    }
    this.statement(`l${k} = ${text};`);
    this.isDirty[k] = 1;
  }

  /** The slot of an operand at a height. */
  slotOf(height: number): number {
    return this.locals.length + height;
  }

  /** JavaScript that writes a value to a slot of the frame. */
  writeSlot(type: ValType, slot: number, value: string): string {
    const half = slot === 0 ? 'fp >> 1' : `(fp >> 1) + ${slot * 2}`;
    switch (shapeOf(type)) {
      case 'i':
        return `${this.slots('i32s')}[${this.at(slot)}] = ${value};`;
      case 'I':
        return `${this.slots('i64s')}[${half}] = ${value};`;
      case 'f':
        return `${this.helper('writeF32')}(${this.slots('slots')}, ${this.at(slot)}, ${value});`;
      case 'F':
        return `${this.slots('f64s')}[${half}] = ${value};`;
      default:
        return `${this.slots('refs')}[${slot === 0 ? 'fp >> 2' : `(fp >> 2) + ${slot}`}] = ${value};`;
    }
  }

  /** JavaScript that reads a slot whose first element is `base + 4 * k`. */
  readSlot(type: ValType, base: string, slot: number): string {
    const at = slot === 0 ? base : `${base} + ${slot * SLOT_I32}`;
    switch (shapeOf(type)) {
      case 'i':
        return `${this.slots('i32s')}[${at}]`;
      case 'I':
        return `${this.slots('i64s')}[${at} >> 1]`;
      case 'f':
        return `${this.helper('readF32')}(${this.slots('slots')}, ${at})`;
      case 'F':
        return `${this.slots('f64s')}[${at} >> 1]`;
      default:
        return `${this.slots('refs')}[${at} >> 2]`;
    }
  }

  /** A view of the operand stack. */
  slots(name: 'i32s' | 'i64s' | 'f64s' | 'refs' | 'slots'): string {
    const { slots } = this.machine;
    return this.bindings.bind(
      name,
      () => ({ i32s: slots.i32, i64s: slots.i64, f64s: slots.f64, refs: slots.refs, slots })[name],
    );
  }

  helper(name: string): string {
    return this.bindings.bind(name, () => helperNamed(name));
  }

  /** Elements of the frame in use with so many operands. */
  unitsAt(height: number): number {
    return (this.locals.length + height) * SLOT_I32;
  }

  // Sites

  /** Notes a site; its number is what `p` is set to. */
  addSite(kind: SiteKind, details: Partial<Site> = {}): number {
    const operands = kind === 'trap' ? this.before : this.stack.entries;
    this.sites.push({
      kind,
      pc: this.pc,
      ip: this.ip,
      next: this.ip,
      hasFired: false,
      units: this.unitsAt(operands.length),
      probe: -1,
      probes: [],
      cause: undefined,
      told: undefined,
      run: this.run,
      reached: this.run?.counts.length ?? 0,
      ...details,
    });
    // The state at calls and ends is in the frame.
    const isInVariables = kind !== 'call' && kind !== 'end' && !this.lines.isDead;
    this.operandsAt.push(isInVariables ? operands.slice() : NO_OPERANDS);
    return this.sites.length; // 0 is none
  }

  /** The condition under which compiled code must be left: its function's probes, or a frame of it, were changed. */
  changed(): string {
    const flag = `${this.bindings.bind('validity', () => this.validity)}.isOver`;
    return this.purpose.isStressed ? `${flag} || ${this.bindings.bind('stress', () => this.stress)}()` : flag;
  }

  /** An array of the machine about its frames. */
  frames(name: 'ips' | 'funcs' | 'bases' | 'serials' | 'lastSerial'): string {
    const m = this.machine;
    const arrays = {
      ips: m.frameIps,
      funcs: m.frameFuncs,
      bases: m.frameBases,
      serials: m.frameSerials,
      lastSerial: m.serials,
    };
    return this.bindings.bind(name, () => arrays[name]);
  }

  /** Finds a callee before the call, where that may trap; the variable that holds it. */
  resolved(text: string): string {
    this.statement(`${this.site()};`);
    this.statement(`q = ${text};`);
    return 'q';
  }

  /** Says where the activation stands, for a probe that uses no frame, but may call back. */
  eventFrame(ip: number): string {
    return `${this.frames('ips')}[d] = ${~ip + UNSYNCED};`;
  }

  /**
   * Tells the machine that the activation is the innermost one, and how far its frame reaches: when it begins, and whenever
   * another one may have been. Probes that use no frame find it so.
   */
  innermost(): string | undefined {
    return this.hasDirectProbes ? this.innermostText : undefined;
  }

  get innermostText(): string {
    return `${this.machineName}.depth = d; ${this.machineName}.sp = fp + ${this.code.frameUnits};`;
  }

  get machineName(): string {
    return this.bindings.bind('machine', () => this.machine);
  }

  /** Behind a call, or an event that took the frame. */
  becomesInnermost(): void {
    const text = this.innermost();
    if (text !== undefined) this.statement(text);
  }

  memory(index: number): string {
    return this.bindings.bind(`memory${index}`, () => this.instance.memories[index]);
  }

  get instanceName(): string {
    return this.bindings.bind('instance', () => this.instance);
  }

  // Names, for expressions

  bound(name: string): string {
    return this.helper(name);
  }

  private lastTrap = 0;
  private lastTrapPc = -1;

  site(): string {
    if (this.lastTrapPc !== this.pc || this.sites[this.lastTrap - 1]?.kind !== 'trap') {
      this.lastTrap = this.addSite('trap');
      this.lastTrapPc = this.pc;
    }
    return `p = ${this.lastTrap}`;
  }

  /** The same names, with accesses to memory that note another site. */
  namesAt(site: number): Names {
    return Object.create(this, { site: { value: () => `p = ${site}` } }) as Names; // a property of it
  }

  view(memory: number, kind: ViewKind): string {
    let kinds = this.viewsByMemory.get(memory);
    if (kinds === undefined) {
      kinds = new Set();
      this.viewsByMemory.set(memory, kinds);
    }
    // Whether a memory has grown is asked of an array.
    if (kind === 'dv') kinds.add('i8');
    kinds.add(kind);
    return viewName(memory, kind);
  }

  /** A shared memory grows without its buffer being detached: what its `DataView` does not have may be there. */
  hasDataView(memory: number): boolean {
    return this.instance.memories[memory]?.type.isShared === false;
  }

  /** Probes that are called directly may make a memory grow, and nobody looks after each: where it is seen, the code is left. */
  growthCheck(memory: number): string | undefined {
    if (!this.hasDirectProbes) return undefined;
    const { func, machine } = this;
    const instance = this.instance.memories[memory] as MemoryInstance;
    const views = viewsOf(instance);
    const check = (): void => {
      if (views.hasGrown()) machine.tier?.memoryGrown(func);
    };
    return `${this.bindings.bind(`growth${memory}`, () => check)}()`;
  }

  /** The views of a memory, from which those in variables are taken. */
  viewsName(memory: number): string {
    return this.bindings.bind(`views${memory}`, () => viewsOf(this.instance.memories[memory] as MemoryInstance));
  }

  slow(memory: number): string {
    return this.bindings.bind(`m${memory}`, () => slowOf(this.instance.memories[memory] as MemoryInstance));
  }

  /** Stands for `reloadViews` until it is known which views the function uses. */
  reload(): void {
    this.statement(RELOAD);
  }

  /** Copies a v128 from one slot to another. */
  copyVector(to: string, from: string): void {
    if (to !== from) this.statement(`${this.bindings.bind('copy128', () => copierOf(this.machine))}(${to}, ${from});`);
  }
}
