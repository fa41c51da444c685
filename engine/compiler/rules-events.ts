/**
 * Events in compiled code.
 *
 * Counters and tallies become arithmetic. The counts of instructions that are always executed together share a cell; where one of
 * them traps, what was counted too much is taken back. A probe that uses no frame is called directly; for others the frame is
 * brought up to date and the machine calls them. After a call of code that may have changed something, the code looks whether it was.
 */

import { forms } from '../interpreter/forms.ts';
import type { Instruction } from '../isa/instructions.ts';
import { I32, I64, V128 } from '../isa/valtype.ts';
import type { Accessed } from '../runtime/accessed.ts';
import { type Action, type Counter, type InlineWork, inlineWorkOf } from '../runtime/inline-work.ts';
import { NO_FRAME } from '../runtime/no-frame.ts';
import { ACCESS, type Inserted, type LocalProbe } from '../runtime/probe.ts';
import type { CountRun } from './context.ts';
import type { Emitter } from './emitter.ts';
import { eventOf } from './event-calls.ts';
import { asCondition, asNegatedCondition, type Expr, inside, load, PREC } from './expression.ts';
import { type Entry, exprOf, textOf } from './operand-stack.ts';
import { isLeftFor } from './probe-calls.ts';
import type { Rule } from './rule.ts';
import { RELOAD } from './run-time-names.ts';

const NO_PROBES: readonly Inserted<LocalProbe>[] = [];

/** The probes of an event, global ones first. Unit 0 is the entry, which is no instruction. */
export function probesAt(e: Emitter, ip: number): readonly Inserted<LocalProbe>[] {
  const globals = ip > 0 ? e.instance.globalProbes.entries : NO_PROBES;
  const locals = e.func.probes?.byUnit.get(ip)?.entries ?? NO_PROBES;
  return globals.length === 0 ? locals : [...globals, ...locals];
}

/** The event of arriving at the instruction being compiled, whose operands are on the stack. */
export function emitEvent(e: Emitter, ip: number): void {
  const probes = probesAt(e, ip);
  const hasLeft = probes.length > 0 && emitProbes(e, ip, probes);
  if (!e.purpose.isStressed || hasLeft || !isLoop(e, ip)) return;
  e.stack.settleAll();
  leave(e, ip, probes.length > 0);
  e.run = undefined;
}

function isLoop(e: Emitter, ip: number): boolean {
  return e.code.units[ip] === forms.loop;
}

/** Returns whether the code can be left afterwards, or has been. */
function emitProbes(e: Emitter, ip: number, all: readonly Inserted<LocalProbe>[]): boolean {
  const { stack } = e;
  const waiting = waitingProbes(e, all);
  if (waiting.length > 0 && leaveForFirst(e, ip, waiting)) return true;
  const probes = waiting.length > 0 ? all.filter((inserted) => !waiting.includes(inserted)) : all;
  // Counts that join an open run are taken back where something before them traps.
  const kinds = probes.map(({ probe }) => inlineWorkOf(probe)?.kind);
  if (kinds.every((kind) => kind === 'nothing')) return false;
  const onlyCounts = kinds.every((kind) => kind === 'count');
  if (!onlyCounts || e.run === undefined) stack.sendTrapsHome();
  const value = emitLoadedValue(e, ip, probes);
  let runsCode = false;
  let isInFrame = false;
  for (const [i, { probe, access }] of probes.entries()) {
    const work = inlineWorkOf(probe);
    if (work !== undefined && (runsCode ? emitLateWork(e, work) : emitWork(e, work))) continue;
    e.run = undefined;
    if (!runsCode) stack.settleAll();
    const known = runsCode ? undefined : value;
    runsCode = true;
    if ((access & ACCESS.frameless) !== 0 && hasOperands(e, access))
      emitDirectCall(e, { ip, probes, index: i, value: known });
    else {
      emitFrameCalls(e, ip, probes, i);
      isInFrame = true;
      break;
    }
  }
  if (!runsCode) return false;
  e.run = undefined;
  leave(e, ip, true, isInFrame);
  if (isInFrame) {
    e.becomesInnermost();
    e.statement(RELOAD);
  }
  return true;
}

function hasOperands(e: Emitter, access: number): boolean {
  return (access & ACCESS.operands) <= e.stack.height;
}

/** After an event: if something was changed, the interpreter goes on with the instruction. */
function leave(e: Emitter, ip: number, hasFired: boolean, isInFrame = false): void {
  if (isInFrame) e.leavesAfterCall = true;
  else e.leaves = true;
  const site = e.addSite('event', { ip, next: ip, hasFired });
  e.statement(`if (${e.changed()}) { p = ${site}; break ${isInFrame ? 'after' : 'leave'}; }`);
}

// Probes that wait for their only event

/** Those of an event for which the code is left before it. */
function waitingProbes(e: Emitter, probes: readonly Inserted<LocalProbe>[]): readonly Inserted<LocalProbe>[] {
  return probes.filter(({ probe }) => isLeftFor(probe, e.hasWriters));
}

/**
 * Leaves the code before an event that comes once for a probe: the interpreter has the event, in which the probe goes. Returns true if that
 * is so in any case, so that control never comes behind.
 */
function leaveForFirst(e: Emitter, ip: number, waiting: readonly Inserted<LocalProbe>[]): boolean {
  const { stack } = e;
  stack.sendTrapsHome();
  e.run = undefined;
  const condition = conditionOfFirst(e, waiting);
  const [first] = waiting as [Inserted<LocalProbe>];
  const cause = { what: 'event awaited', probe: first.probe.name, pc: e.pc };
  const site = e.addSite('event', { ip, next: ip, hasFired: false, cause });
  const way = `p = ${site}; break leave;`;
  e.leaves = true;
  e.statement(condition === undefined ? way : `if (${condition}) { ${way} }`);
  if (condition === undefined && (e.purpose.osr ?? -1) < e.pc) e.lines.end();
  return condition === undefined;
}

/** When one of the probes has its event; undefined for always. */
function conditionOfFirst(e: Emitter, waiting: readonly Inserted<LocalProbe>[]): string | undefined {
  const outcomes = new Set(waiting.map(({ probe }) => (inlineWorkOf(probe) as { when: string }).when));
  const top = topOf(e, 0);
  const [outcome] = outcomes;
  if (outcomes.size > 1 || outcome === 'always' || top === undefined || top.type !== I32) return undefined;
  if (top.condition === undefined && !top.isAtom) e.stack.sendHome(e.stack.height - 1);
  const value = topOf(e, 0) as Expr;
  return outcome === 'nonzero' ? asCondition(value) : asNegatedCondition(value);
}

// Work that is written out

/** Writes out the work of a probe; false if it cannot be done on these operands. */
function emitWork(e: Emitter, work: InlineWork): boolean {
  switch (work.kind) {
    case 'nothing':
      return true;
    case 'count':
      emitCount(e, work.counter, work.step);
      return true;
    case 'add':
      emitAdd(e, work);
      return true;
    case 'taken':
      return emitTaken(e, work.taken, work.notTaken);
    case 'histogram':
      return emitHistogram(e, work);
    case 'only':
    case 'once':
      return false;
    case 'run':
      emitAction(e, work.action);
      return true;
    default:
      return emitTake(e, work);
  }
}

/**
 * The same behind a probe that runs code in the same event. It may have changed something, by which this code became wrong and its cells
 * count no more, while the event goes on to its end: so counters are told themselves.
 */
function emitLateWork(e: Emitter, work: InlineWork): boolean {
  switch (work.kind) {
    case 'count':
      e.statement(`${counterName(e, work.counter)}.add(${work.step});`);
      return true;
    case 'taken': {
      const top = topOf(e, 0);
      if (top === undefined || top.type !== I32) return false;
      const [yes, no] = [counterName(e, work.taken), counterName(e, work.notTaken)];
      e.statement(`if (${asCondition(top)}) ${yes}.add(1); else ${no}.add(1);`);
      return true;
    }
    default:
      return emitWork(e, work);
  }
}

function counterName(e: Emitter, counter: Counter): string {
  return e.bindings.bind(`counter${e.bindings.values.size}`, () => counter);
}

function emitCount(e: Emitter, counter: Counter, step: number): void {
  if (e.run === undefined) {
    e.run = newRun(e);
    e.statement(`${e.cells}[${e.run.cell}] += 1n;`);
  }
  e.run.counts.push({ counter, step });
}

function emitAdd(e: Emitter, { total, step }: Extract<InlineWork, { kind: 'add' }>): void {
  const name = e.bindings.bind(`total${e.bindings.values.size}`, () => total);
  e.statement(`${name}[0] += ${step};`);
}

function newRun(e: Emitter): CountRun {
  const run: CountRun = { cell: e.runs.length, counts: [] };
  e.runs.push(run);
  return run;
}

function topOf(e: Emitter, depth: number): Expr | undefined {
  const entry = e.stack.height > depth ? e.stack.peek(depth) : undefined;
  return entry?.expr ?? undefined;
}

function emitTaken(e: Emitter, taken: Counter, notTaken: Counter): boolean {
  const top = topOf(e, 0);
  if (top === undefined || top.type !== I32) return false;
  if (top.condition === undefined && !top.isAtom) e.stack.sendHome(e.stack.height - 1);
  const yes = newRun(e);
  const no = newRun(e);
  yes.counts.push({ counter: taken, step: 1 });
  no.counts.push({ counter: notTaken, step: 1 });
  const condition = asCondition(topOf(e, 0) as Expr);
  e.statement(`if (${condition}) ${e.cells}[${yes.cell}] += 1n; else ${e.cells}[${no.cell}] += 1n;`);
  return true;
}

function emitHistogram(e: Emitter, { counts, operand }: Extract<InlineWork, { kind: 'histogram' }>): boolean {
  const value = topOf(e, operand);
  if (value === undefined || value.type !== I32) return false;
  if (!value.isAtom) e.stack.sendHome(e.stack.height - 1 - operand);
  const { text } = topOf(e, operand) as Expr;
  const name = e.bindings.bind(`counts${e.bindings.values.size}`, () => counts);
  const last = counts.length - 1;
  e.statement(`${name}[${text} >>> 0 < ${last} ? ${text} : ${last}] += 1;`);
  return true;
}

function emitTake(e: Emitter, { operand, types, taker }: Extract<InlineWork, { kind: 'call' }>): boolean {
  const value = topOf(e, operand);
  const { stack } = e;
  if (value === undefined || !types.includes(stack.peek(operand).type) || !isPlainValue(value.type)) return false;
  const name = e.bindings.bind(`taker${e.bindings.values.size}`, () => taker);
  if (!value.isAtom) stack.sendHome(stack.height - 1 - operand);
  e.statement(`${name}.take(${(topOf(e, operand) as Expr).text});`);
  return true;
}

export function emitAction(e: Emitter, action: Action): void {
  e.statement(`${e.bindings.bind(`action${e.bindings.values.size}`, () => action)}.run();`);
}

/** Is the value in compiled code what probes see? References are converted. */
function isPlainValue(type: number): boolean {
  return type !== V128 && type >= 0x7c && type <= 0x7f;
}

// Probes that run code

interface DirectCall {
  /** Unit of the instruction. */
  readonly ip: number;
  readonly probes: readonly Inserted<LocalProbe>[];
  /** Which of them is called. */
  readonly index: number;
  /** JavaScript for what the instruction, a load, is about to push, where that is known. */
  readonly value: string | undefined;
}

/** Calls a probe that gets values in place of a frame. */
function emitDirectCall(e: Emitter, { ip, probes, index, value }: DirectCall): void {
  const { probe, access, accessed } = probes[index] as Inserted<LocalProbe>;
  const values = accessed === undefined ? operandTexts(e, access & ACCESS.operands) : accessTexts(e, accessed, value);
  if (values === undefined) return emitFrameCalls(e, ip, probes, index, index + 1);
  const site = e.addSite('event', { ip, next: ip, hasFired: true, probe: index, probes });
  e.keepsStateOnErrors = true;
  const condition = conditionOfCall(e, probe);
  if (condition !== undefined) e.statement(`if (${condition}) {`);
  e.statement(`p = ${site};`);
  e.statement(`${e.eventFrame(ip)}`);
  const name = e.bindings.bind(`probe${e.bindings.values.size}`, () => probe);
  const args = [e.bindings.bind('noFrame', () => NO_FRAME), ...values];
  e.statement(`${name}.fire(${args.join(', ')});`);
  if (condition !== undefined) e.statement('}');
}

/** The topmost operands, the topmost first; undefined where they are not in variables as probes see them. */
function operandTexts({ stack }: Emitter, count: number): string[] | undefined {
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    const entry = stack.peek(i);
    if (!isPlainValue(entry.type)) return undefined;
    texts.push(textOf(entry));
  }
  return texts;
}

/** Address and value of a load whose value has been read, or of a store; undefined for others, and for those of vectors. */
function accessTexts(
  { stack }: Emitter,
  { instruction, isLoad, offset }: Accessed,
  value: string | undefined,
): string[] | undefined {
  const stored = isLoad ? value : storedText(instruction, stack.peek());
  if (stored === undefined) return undefined;
  const address = `${inside(exprOf(stack.peek(isLoad ? 0 : 1)), PREC.SHIFT)} >>> 0`;
  return [offset === 0 ? address : `(${address}) + ${offset}`, stored];
}

/** What a store writes of its operand: all of it, or the low bytes. */
function storedText({ access, immediates }: Instruction, { type, expr }: Entry): string | undefined {
  if (expr === null || immediates.includes('lane')) return undefined;
  const bits = 8 * (access.writes as number);
  if (type === I64 && bits < 64) return `BigInt.asUintN(${bits}, ${expr.text})`;
  return type === I32 && bits < 32 ? `${inside(expr, PREC.BIT_AND)} & ${2 ** bits - 1}` : expr.text;
}

/**
 * Reads what a load is about to push, if the first probe that runs code here gets it; the variable that it is in. Nothing of the event
 * has fired then: where the load will trap, the code is left, and the interpreter fires the event.
 */
function emitLoadedValue(e: Emitter, ip: number, probes: readonly Inserted<LocalProbe>[]): string | undefined {
  const first = probes.find(({ probe }) => inlineWorkOf(probe) === undefined);
  const { accessed } = first ?? {};
  if (accessed === undefined || !accessed.isLoad) return undefined;
  const { instruction, offset, memory } = accessed;
  const [type] = instruction.results;
  if (type === undefined || !isPlainValue(type)) return undefined;
  const { stack } = e;
  stack.settleAll();
  const site = e.addSite('value', { ip, next: ip, hasFired: false });
  const { text, quiet } = load(instruction, exprOf(stack.peek()), offset, memory, e.namesAt(site));
  const home = stack.home(type, stack.height);
  e.statement(`${home} = ${quiet?.text ?? text};`);
  return home;
}

/** When a probe that says so has to be called; undefined for always. */
function conditionOfCall(e: Emitter, probe: LocalProbe): string | undefined {
  const work = inlineWorkOf(probe);
  const top = topOf(e, 0);
  if ((work?.kind !== 'only' && work?.kind !== 'once') || top === undefined || top.type !== I32) return undefined;
  return work.when === 'nonzero' ? asCondition(top) : asNegatedCondition(top);
}

/** Has the machine call probes, from one to the last or to `end`. */
function emitFrameCalls(
  e: Emitter,
  ip: number,
  probes: readonly Inserted<LocalProbe>[],
  from: number,
  end = probes.length,
): void {
  e.spills.locals();
  e.spills.operands();
  const site = e.addSite('event', { ip, next: ip, hasFired: true });
  const group = probes.slice(from, end);
  e.statement(`p = ${site};`);
  const name = e.bindings.bind(`event${e.bindings.values.size}`, () => eventOf(e.machine, group));
  e.statement(`${name}(d, ${~ip}, fp + ${e.unitsAt(e.stack.height)});`);
  if (group.some(({ access }) => (access & ACCESS.writes) !== 0)) reloadFrame(e);
}

/** Takes locals and operands from the frame, which a probe may have written. */
export function reloadFrame(e: Emitter): void {
  e.wide.forget();
  for (const [k, type] of e.locals.entries()) {
    if (type !== V128 && !e.wide.has(k)) e.statement(`l${k} = ${e.readSlot(type, 'fp', k)};`);
  }
  for (const [height, { type, expr }] of e.stack.entries.entries()) {
    if (expr === null) continue;
    e.statement(`${e.stack.home(type, height)} = ${e.readSlot(type, 'fp', e.slotOf(height))};`);
  }
  const { entries } = e.stack;
  e.stack.entries = [];
  for (const { type } of entries) e.stack.pushHome(type);
  for (const entry of e.stack.entries) entry.isSpilled = true;
}

/** The rule of an instruction with its event before it; nothing where the code is unreachable. */
export function withEvent(rule: Rule): Rule {
  return (e, v, instr) => {
    if (v.isUnreachable) return;
    emitEvent(e, e.ip);
    const mayTrap = mayLeaveByError(instr);
    if (e.keepsStateOnErrors && mayTrap) {
      e.stack.settleAll();
      e.before = e.stack.entries.slice();
    }
    rule(e, v, instr);
    // Where its operands must be known if it traps, it is executed at once.
    if (e.keepsStateOnErrors && mayTrap) e.stack.sendTrapsHome();
  };
}

function mayLeaveByError(instr: Instruction): boolean {
  return instr.effects.has('trap');
}
