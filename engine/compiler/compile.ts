/** Compiles one function. */

import { anyFunction } from '../interpreter/code.ts';
import type { Machine } from '../interpreter/machine.ts';
import type { Trap } from '../isa/trap.ts';
import { I64, V128 } from '../isa/valtype.ts';
import { FunctionValidator } from '../module/function-validator.ts';
import type { CompiledCode } from '../runtime/compiled-function.ts';
import type { FuncInstance } from '../runtime/function.ts';
import { SLOT_I32 } from '../runtime/value.ts';
import { isTooLarge } from './bytecode-size.ts';
import { compiledOf, followTails, TAIL } from './callees.ts';
import { DEEP, Emitter } from './emitter.ts';
import type { Purpose } from './purpose.ts';
import { ruleOf } from './rules.ts';
import { emitEvent } from './rules-events.ts';
import { observesEnd } from './rules-exits.ts';
import { initialValue, RELOAD, viewName } from './run-time-names.ts';
import { FRAMED } from './spills.ts';
import { Lines, loopDepths } from './text.ts';
import { CompiledUnit, catcher, leaver, quietCatcher, staleness } from './unit.ts';

/** Makes each text different. */
let textsMade = 0;

/** Names of objects whose fields and methods are used again and again. */
const HELD_OBJECT = /^(?:validity|(?:probe|counter|taker)\d+)$/;
/** Each is a variable, which takes room on the stack, and time when the function begins. */
const MAX_HELD_OBJECTS = 200;

/** Makes the code of a function whose interpreter code is made; null if it would be too large for V8 to optimise. */
export function compile(
  func: FuncInstance,
  machine: Machine,
  purpose: Purpose,
  { stress, bytecodeLimit }: { readonly stress: () => boolean; readonly bytecodeLimit: number },
): CompiledUnit | null {
  const emitter = new Emitter(func, machine, purpose, { rules: { ruleOf, emitEvent, observesEnd }, stress });
  const { bindings } = emitter;
  new FunctionValidator(emitter.instance.module, anyFunction).run(emitter.body, emitter);
  const { sites, runs, validity, reliance } = emitter;
  const isLoop = purpose.osr !== undefined;
  const tellsEnds = (func.probes?.exits.length ?? 0) > 0;
  const unit = new CompiledUnit(func, machine, { sites, runs, validity, reliance, isLoop, tellsEnds });
  const assembly = new Assembly(emitter, unit);
  const source = assembly.text();
  if (isTooLarge(source, bytecodeLimit)) {
    unit.invalidate('it is too large');
    return null;
  }
  const names = [...bindings.values.keys()].map((name) => (assembly.held.has(name) ? `${name}: ${outer(name)}` : name));
  // V8 makes one function of equal texts, and several closures of one function do not have their bound values as constants.
  const isOwn = `// ${++textsMade}`;
  // The text returns functions in the calling convention of compiled code.
  const made = new Function('bindings', `'use strict';${isOwn}\nconst { ${names.join(', ')} } = bindings;\n${source}`)(
    Object.fromEntries(bindings.values),
  ) as { entry: CompiledCode; body: CompiledCode | null };
  unit.entry = made.entry;
  unit.body = made.body;
  return unit;
}

// As in unit.ts, closures are made where they keep nothing else.

function tailFollower(machine: Machine): (depth: number, fp: number) => unknown {
  return (depth, fp) => followTails(machine, depth, fp);
}

function pusher(machine: Machine, func: FuncInstance): (d: number, fp: number) => void {
  return (d, fp) => machine.push(func, d, fp);
}

function exhaustion(machine: Machine): () => Trap {
  return () => machine.exhausted();
}

function refsGrower(machine: Machine): (end: number) => void {
  return (end) => machine.growRefs(end);
}

/** Name outside the function of a value that a variable of it holds. */
function outer(name: string): string {
  return `$${name}`;
}

/** Puts the text of a function together. */
class Assembly {
  private readonly e: Emitter;
  private readonly unit: CompiledUnit;
  private readonly params: string[];
  /**
   * Bound values that variables of the function hold as well, since it has a loop. Where V8 enters optimised code in the middle
   * of a loop, and between iterations, it knows more of variables than of what is around the function. And in a loop it may look at the use of
   * a bound object before it has seen that the object is a constant, and checks its class and reads its fields at run time then.
   */
  readonly held = new Set<string>();

  constructor(e: Emitter, unit: CompiledUnit) {
    this.e = e;
    this.unit = unit;
    const { params } = e.func.signature;
    const isCalled = e.purpose.osr === undefined;
    this.params = isCalled ? params.flatMap((type, k) => (type === V128 ? [] : [`l${k}`])) : [];
    if (e.runs.length > 0) e.bindings.bind(e.cells, () => unit.cells);
  }

  /** Lines of the function, and what makes it. */
  text(): string {
    const { e } = this;
    const out = new Lines();
    const name = e.ownName;
    const args = [...this.params, 'd', 'fp'].join(', ');
    const hasTail = e.usesTail && e.purpose.osr === undefined;
    // The brackets have V8 compile it at once: at its first call there may be no room left on the stack for that.
    out.add(`const ${name}${hasTail ? '_body' : ''} = (function ${name}${hasTail ? '_body' : ''}(${args}) {`);
    out.nest(this.body());
    out.add('});');
    if (hasTail) {
      const follow = e.bindings.bind('follow', () => tailFollower(e.machine));
      const tail = e.bindings.bind('TAIL', () => TAIL);
      out.add(`const ${name} = (function ${name}(${args}) {`);
      out.add(`  const r = ${name}_body(${args});`);
      out.add(`  return r === ${tail} ? ${follow}(d, fp) : r;`);
      out.add('});');
    }
    out.add(`return { entry: ${name}, body: ${hasTail ? `${name}_body` : 'null'} };`);
    return out.toString();
  }

  private body(): Lines {
    const { e } = this;
    const inner = this.withReloads();
    const text = inner.toString();
    const out = new Lines();
    if (e.facts.hasLoops) this.hold(out, text);
    this.declare(out, text);
    if (e.purpose.osr === undefined) {
      this.checkDepth(out);
      this.pushFrame(out);
    }
    const innermost = e.innermost();
    if (innermost !== undefined) out.add(innermost);
    out.append(this.withWaysOut(this.guarded(inner)));
    return out;
  }

  /** Takes the arrays that the text uses, and the objects that its loops use, into variables. */
  private hold(out: Lines, text: string): void {
    const { values } = this.e.bindings;
    const depths = loopDepths(text, (name) => values.has(name));
    const used = [...depths].filter(([name]) => ArrayBuffer.isView(values.get(name)));
    const inLoops = [...depths].filter(([name, depth]) => depth > 0 && HELD_OBJECT.test(name));
    const objects = inLoops.sort(([, a], [, b]) => b - a).slice(0, MAX_HELD_OBJECTS);
    for (const [name] of [...used, ...objects]) this.held.add(name);
    const variables = [...this.held].map((name) => `${name} = ${outer(name)}`);
    if (variables.length > 0) out.add(`const ${variables.join(', ')};`);
  }

  private get resume(): string {
    return this.e.bindings.bind('resume', () => leaver(this.unit));
  }

  /** The text with what stands behind it, where activations go that leave. */
  private withWaysOut(guarded: Lines): Lines {
    const { e } = this;
    if (!e.leaves && !e.leavesAfterCall) return guarded;
    const out = new Lines();
    const after = new Lines();
    if (e.leaves) {
      after.add('leave: {');
      after.nest(guarded);
      after.add('}');
      if (e.pushesLate) after.add(this.pushIfNot);
      after.append(this.dump((k) => e.sites[k]?.kind === 'event'));
    } else after.append(guarded);
    if (e.leavesAfterCall) {
      out.add('after: {');
      out.nest(after);
      out.add('}');
    } else out.append(after);
    out.add(`return ${this.resume}(d, fp, p);`);
    return out;
  }

  /** The text with what makes errors right. */
  private guarded(inner: Lines): Lines {
    const { e, unit } = this;
    if (e.sites.length === 0) return inner;
    const out = new Lines();
    out.add('try {');
    out.nest(inner);
    if (e.hasFrame) {
      out.add('} catch (x) {');
      if (e.pushesLate) out.add(`  ${this.pushIfNot}`);
      if (e.keepsStateOnErrors) {
        const keeps = e.bindings.bind('keeps', () => unit.keeps);
        out.add(`  if (${keeps}[p] !== 0) {`);
        const kept = unit.keeps;
        const dump = new Lines();
        dump.nest(this.dump((k) => kept[k + 1] !== 0));
        out.nest(dump);
        out.add('  }');
      }
      if (e.hasDirectProbes) {
        const stale = e.bindings.bind('stale', () => staleness(unit));
        out.add(`  if (${stale}(x, p)) return ${this.resume}(d, fp, p);`);
      }
      out.add(`  throw ${e.bindings.bind('caught', () => catcher(unit))}(x, d, fp, p);`);
    } else {
      out.add('} catch (x) {');
      out.add(`  throw ${e.bindings.bind('caught', () => quietCatcher(unit))}(x, p);`);
    }
    out.add('}');
    return out;
  }

  /** Pushes the frame of an activation that has not come to where that is done. */
  private get pushIfNot(): string {
    const { e } = this;
    return `if (!${FRAMED}) ${e.bindings.bind('push', () => pusher(e.machine, e.func))}(d, fp);`;
  }

  /** Writes locals to the frame, and the operands of those sites (counted from 0) that are chosen. */
  private dump(isChosen: (site: number) => boolean): Lines {
    const { e } = this;
    const out = new Lines();
    for (const [k, type] of e.locals.entries()) {
      if (type !== V128 && !e.wide.has(k)) out.add(e.writeSlot(type, k, `l${k}`));
    }
    const cases = new Lines();
    for (const [i, operands] of e.operandsAt.entries()) {
      if (!isChosen(i)) continue;
      const writes = operands.flatMap(({ type, expr }, height) =>
        expr === null ? [] : [e.writeSlot(type, e.slotOf(height), expr.text)],
      );
      if (writes.length > 0) cases.add(`case ${i + 1}: ${writes.join(' ')} break;`);
    }
    if (cases.isEmpty) return out;
    out.add('switch (p) {');
    out.nest(cases);
    out.add('}');
    return out;
  }

  private declare(out: Lines, text: string): void {
    const { e } = this;
    const variables: string[] = [];
    for (const [k, type] of e.locals.entries()) {
      if (type === V128 || (k < this.params.length + this.vectorParams(k) && this.params.includes(`l${k}`))) continue;
      if (e.wide.has(k)) continue;
      variables.push(`l${k} = ${e.purpose.osr === undefined ? initialValue(type) : e.readSlot(type, 'fp', k)}`);
    }
    const entered = new Map(e.entryHomes.map(({ type, height }) => [e.stack.home(type, height), { type, height }]));
    for (const [name, type] of e.stack.homes) {
      const home = entered.get(name);
      const value = home === undefined ? initialValue(type) : e.readSlot(type, 'fp', e.slotOf(home.height));
      variables.push(`${name} = ${value}`);
    }
    for (const k of e.wide.variables) {
      variables.push(`${e.wide.variable(k)} = ${e.purpose.osr === undefined ? '0n' : e.readSlot(I64, 'fp', k)}`);
    }
    if (e.purpose.osr !== undefined) variables.push('enters = true');
    if (e.sites.length > 0) variables.push('p = 0');
    if (e.pushesLate) variables.push(`${FRAMED} = false`);
    for (const scratch of ['t', 'u', 'w', 'q']) if (new RegExp(`\\b${scratch}\\b`).test(text)) variables.push(scratch);
    if (variables.length > 0) out.add(`let ${variables.join(', ')};`);
    const next = e.callee.declaration;
    if (next !== undefined) out.add(next);
    if (e.wide.areThere) out.add(`const wide = ${e.slots('i64s')}, half = fp >> 1;`);
    this.declareViews(out);
  }

  private vectorParams(k: number): number {
    return this.e.func.signature.params.slice(0, k).filter((type) => type === V128).length;
  }

  private declareViews(out: Lines): void {
    for (const [memory, kinds] of this.e.viewsByMemory) {
      const views = this.e.viewsName(memory);
      out.add(`let ${[...kinds].map((kind) => `${viewName(memory, kind)} = ${views}.${kind}`).join(', ')};`);
      out.add(this.reloadText(memory));
    }
  }

  /** A memory that has grown leaves empty arrays behind. */
  private reloadText(memory: number): string {
    const kinds = [...(this.e.viewsByMemory.get(memory) as Iterable<string>)];
    const views = this.e.viewsName(memory);
    const names = kinds.map((kind) => viewName(memory, kind as never));
    const array = names[kinds.findIndex((kind) => kind !== 'dv')];
    const loads = kinds.map((kind, i) => `${names[i]} = ${views}.${kind};`);
    return `if (${array}.length === 0) { ${views}.refresh(); ${loads.join(' ')} }`;
  }

  private withReloads(): Lines {
    const memories = [...this.e.viewsByMemory.keys()];
    return this.e.lines.replacing(
      RELOAD,
      memories.map((memory) => this.reloadText(memory)),
    );
  }

  /** Deep recursion goes on in the interpreter, whose frames take no room on the host's stack. */
  private checkDepth(out: Lines): void {
    const { e } = this;
    if (!e.hasFrame && !e.callee.isRecursive) return;
    const deep = e.bindings.bind('deep', () => compiledOf(e.func, e.machine).deepStub);
    out.add(`if (fp > ${DEEP}) return ${deep}(${[...this.params, 'd', 'fp'].join(', ')});`);
  }

  /** Takes the place of the activation's frame. */
  private pushFrame(out: Lines): void {
    const { e } = this;
    const { machine, code } = e;
    if (!e.hasFrame && !e.usesArea) return;
    const limit = machine.limit - code.frameUnits;
    const tooDeep = e.hasFrame ? `d > ${machine.lastFrame} || fp > ${limit}` : `fp > ${limit}`;
    const exhausted = e.bindings.bind('exhausted', () => exhaustion(machine));
    out.add(`if (${tooDeep}) throw ${exhausted}();`);
    if (e.hasFrame) {
      if (!e.pushesLate) out.add(e.spills.push);
      if ((e.func.probes?.exits.length ?? 0) > 0) out.add(`${e.machineName}.depth = d;`);
    }
    if (code.usesRefs) {
      const grow = e.bindings.bind('growRefs', () => refsGrower(machine));
      out.add(`${grow}(fp + ${code.frameUnits});`);
    }
    for (const k of e.wide.all) {
      const isParam = k < e.func.signature.params.length;
      out.add(`${e.wide.slot(k)} = ${isParam ? `l${k}` : '0n'};`);
    }
    for (const [k, type] of e.locals.entries()) {
      if (type !== V128 || k < e.func.signature.params.length) continue;
      const i32s = e.slots('i32s');
      out.add(`${i32s}.fill(0, ${e.at(k)}, fp + ${(k + 1) * SLOT_I32});`);
    }
  }
}
