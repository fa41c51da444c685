/** Locals, globals, memory as a whole, tables, references. */

import { shapeOf } from '../interpreter/callers.ts';
import type { ContextualName, InstrName } from '../isa/instructions.ts';
import { Trap } from '../isa/trap.ts';
import { F32, FUNCREF, I32, refType, V128, type ValType } from '../isa/valtype.ts';
import type { FunctionValidator } from '../module/function-validator.ts';
import * as bulk from '../runtime/bulk.ts';
import type { GlobalInstance } from '../runtime/global.ts';
import type { Emitter } from './emitter.ts';
import { asCondition, atom, type Expr, inside, PREC } from './expression.ts';
import { type Entry, exprOf, READS, textOf } from './operand-stack.ts';
import type { Rule } from './rule.ts';
import { merged } from './rules-numeric.ts';
import { RELOAD } from './run-time-names.ts';

type DataName = Extract<
  ContextualName,
  | `local.${string}`
  | `global.${string}`
  | `table.${string}`
  | `ref.${string}`
  | 'drop'
  | 'select'
  | 'select t'
  | 'memory.copy'
>;

/** An expression without conditions, wrapping and the like. */
export function plain(type: ValType, text: string, prec: number): Expr {
  return { ...atom(type, text), prec, isAtom: false };
}

const localGet: Rule = (e, v) => {
  const k = v.reader.index;
  const type = e.locals[k] as ValType;
  if (type === V128) {
    e.copyVector(e.at(e.slotOf(e.stack.height)), e.at(k));
    e.stack.pushHome(V128);
  } else e.stack.push(atom(type, e.localText(k)), [k]);
};

/** Assigns the topmost operand, which stays if `isTee`. */
function localSet(isTee: boolean): Rule {
  return (e, v) => {
    const k = v.reader.index;
    const { stack } = e;
    const value = stack.pop();
    const type = e.locals[k] as ValType;
    if (value.expr === null) {
      e.copyVector(e.at(k), e.at(e.slotOf(stack.height)));
      if (isTee) stack.pushHome(V128);
      return;
    }
    stack.protectLocal(k);
    if (value.expr.canTrap) stack.sendTrapsHome();
    e.setLocal(k, value.expr.text);
    if (isTee) stack.push(atom(type, e.localText(k)), [k]);
  };
}

function globalOf(e: Emitter, v: FunctionValidator): { readonly global: GlobalInstance; readonly index: number } {
  const { index } = v.reader;
  return { global: e.instance.globals[index] as GlobalInstance, index };
}

/** The array that holds a global, by its type. */
function globalArray(e: Emitter, index: number, { type: { type }, slots }: GlobalInstance): string {
  const array = (): unknown => {
    if (type === I32) return slots.i32;
    if (type === V128) return slots.i32;
    const shape = shapeOf(type);
    return shape === 'I' ? slots.i64 : shape === 'F' ? slots.f64 : shape === 'f' ? slots : slots.refs;
  };
  return e.bindings.bind(`g${index}`, array);
}

const globalGet: Rule = (e, v) => {
  const { global, index } = globalOf(e, v);
  const { type } = global.type;
  const array = globalArray(e, index, global);
  if (type === V128) {
    const to = e.at(e.slotOf(e.stack.height));
    e.statement(`${e.bindings.bind('readGlobal128', () => globalReader(e.machine.slots.i32))}(${to}, ${array});`);
    e.stack.pushHome(V128);
    return;
  }
  const text = type === F32 ? `${e.helper('readF32')}(${array}, 0)` : `${array}[0]`;
  e.stack.push(plain(type, text, PREC.CALL), [], READS.globals);
};

const globalSet: Rule = (e, v) => {
  const { global, index } = globalOf(e, v);
  const { type } = global.type;
  const { stack } = e;
  const value = stack.pop();
  const array = globalArray(e, index, global);
  stack.protectState(READS.globals);
  if (value.expr === null) {
    const from = e.at(e.slotOf(stack.height));
    e.statement(`${e.bindings.bind('writeGlobal128', () => globalWriter(e.machine.slots.i32))}(${array}, ${from});`);
  } else if (type === F32) e.statement(`${e.helper('writeF32')}(${array}, 0, ${value.expr.text});`);
  else e.statement(`${array}[0] = ${value.expr.text};`);
};

function globalReader(slots: Int32Array): (to: number, global: Int32Array) => void {
  return (to, global) => {
    for (let i = 0; i < 4; i++) slots[to + i] = global[i] as number;
  };
}

function globalWriter(slots: Int32Array): (global: Int32Array, from: number) => void {
  return (global, from) => {
    for (let i = 0; i < 4; i++) global[i] = slots[from + i] as number;
  };
}

const drop: Rule = (e) => {
  const { expr } = e.stack.pop();
  if (expr === null || !expr.canTrap) return;
  e.stack.sendTrapsHome();
  e.statement(`${expr.text};`);
};

const select: Rule = (e) => {
  const { stack } = e;
  // Both values are evaluated, whatever is chosen: what can trap comes before.
  for (let i = stack.height - 3; i < stack.height - 1; i++)
    if (stack.entries[i]?.expr?.canTrap === true) stack.sendHome(i);
  const [a, b, c] = stack.popMany(3) as [Entry, Entry, Entry];
  const condition = asCondition(exprOf(c));
  if (a.expr === null || b.expr === null) {
    stack.sendTrapsHome();
    const slot = e.slotOf(stack.height);
    const lines = e.lines;
    e.copyVector(e.at(slot), e.at(slot + 1));
    const copy = lines.takeLast();
    e.statement(`if (!(${condition})) ${copy}`);
    stack.pushHome(V128);
    return;
  }
  const { deps, reads } = merged([a, b, c]);
  const arm = (x: Expr): string => (x.prec > PREC.CONDITIONAL ? x.text : `(${x.text})`);
  const text = `${condition.includes('?') ? `(${condition})` : condition} ? ${arm(a.expr)} : ${arm(b.expr)}`;
  const { canTrap } = c.expr as Expr;
  stack.push(
    {
      ...plain(a.type, text, PREC.CONDITIONAL),
      canTrap,
      maybeSignalling: a.expr.maybeSignalling || b.expr.maybeSignalling,
    },
    deps,
    reads,
  );
};

/** A call of a run-time function as a statement, with operands as text; `before` evaluates what must not come after. */
function effect(e: Emitter, reads: number, count: number, text: (operands: readonly string[]) => string): void {
  // Operands that can trap set the site themselves.
  e.stack.sendTrapsHome();
  const operands = e.stack.popMany(count);
  e.stack.protectState(reads);
  e.statement(text(operands.map((o) => textOf(o))));
}

function tableName(e: Emitter, index: number): string {
  return e.bindings.bind(`t${index}`, () => e.instance.tables[index]);
}

/** A function of `bulk.ts` by its name. */
function bulkName<N extends keyof typeof bulk>(e: Emitter, name: N): string {
  return e.bindings.bind(name, () => bulk[name]);
}

/** An expression whose evaluation is its own effect goes home at once. */
function pushResult(e: Emitter, type: ValType, text: string): void {
  e.stack.assignHome(type, e.stack.height, text);
  e.stack.pushHome(type);
}

function typedResult(v: FunctionValidator): ValType {
  return v.table(v.reader.index).element;
}

const unsigned = (text: string): string => `(${text}) >>> 0`;

export const dataRules: Record<DataName, Rule> = {
  'local.get': localGet,
  'local.set': localSet(false),
  'local.tee': localSet(true),
  'global.get': globalGet,
  'global.set': globalSet,
  drop,
  select,
  'select t': select,
  'memory.copy': (e, v) => {
    const { index, index2 } = v.reader;
    effect(e, READS.memory, 3, ([dst, src, count]) => {
      const memories = `${e.memory(index)}, ${e.memory(index2)}`;
      return `${e.site()}; ${bulkName(e, 'memoryCopy')}(${memories}, ${unsigned(dst)}, ${unsigned(src)}, ${unsigned(count)});`;
    });
  },
  'table.get': (e, v) => {
    const type = typedResult(v);
    e.stack.sendTrapsHome();
    const [index] = e.stack.popMany(1) as [Entry];
    const text = `(${e.site()}, ${bulkName(e, 'tableGet')}(${tableName(e, v.reader.index)}, ${unsigned(textOf(index))}))`;
    pushResult(e, type, text);
  },
  'table.set': (e, v) => {
    const table = tableName(e, v.reader.index);
    effect(
      e,
      READS.tables,
      2,
      ([i, value]) => `${e.site()}; ${bulkName(e, 'tableSet')}(${table}, ${unsigned(i)}, ${value});`,
    );
  },
  'table.size': (e, v) => pushResult(e, I32, `${tableName(e, v.reader.index)}.size`),
  'table.grow': (e, v) => {
    const [init, delta] = e.stack.popMany(2) as [Entry, Entry];
    e.stack.protectState(READS.tables);
    const table = tableName(e, v.reader.index);
    const args = `${unsigned(textOf(delta))}, ${textOf(init)}`;
    pushResult(e, I32, `${bulkName(e, 'tableGrow')}(${table}, ${args})`);
  },
  'table.fill': (e, v) => {
    const table = tableName(e, v.reader.index);
    effect(e, READS.tables, 3, ([i, value, count]) => {
      return `${e.site()}; ${bulkName(e, 'tableFill')}(${table}, ${unsigned(i)}, ${value}, ${unsigned(count)});`;
    });
  },
  'table.init': (e, v) => {
    const { index, index2 } = v.reader;
    effect(e, READS.tables, 3, ([dst, src, count]) => {
      const range = `${unsigned(dst)}, ${unsigned(src)}, ${unsigned(count)}`;
      return `${e.site()}; ${bulkName(e, 'tableInit')}(${e.instanceName}, ${tableName(e, index2)}, ${index}, ${range});`;
    });
  },
  'table.copy': (e, v) => {
    const { index, index2 } = v.reader;
    effect(e, READS.tables, 3, ([dst, src, count]) => {
      const range = `${unsigned(dst)}, ${unsigned(src)}, ${unsigned(count)}`;
      return `${e.site()}; ${bulkName(e, 'tableCopy')}(${tableName(e, index)}, ${tableName(e, index2)}, ${range});`;
    });
  },
  'ref.null': (e, v) => e.stack.push(atom(refType(v.reader.heap, true), 'null')),
  'ref.is_null': (e) => {
    const { expr, deps, reads } = e.stack.pop();
    const ref = inside(expr as Expr, PREC.EQUALITY);
    const condition = { text: `${ref} === null`, prec: PREC.EQUALITY };
    const negation = { text: `${ref} !== null`, prec: PREC.EQUALITY };
    const text = plain(I32, `${condition.text} ? 1 : 0`, PREC.CONDITIONAL);
    e.stack.push({ ...text, condition, negation }, deps, reads);
  },
  'ref.func': (e, v) => {
    const { index } = v.reader;
    e.stack.push(
      atom(
        FUNCREF,
        e.bindings.bind(`func${index}`, () => e.instance.funcs[index]),
      ),
    );
  },
  'ref.as_non_null': (e) => {
    e.stack.sendTrapsHome();
    const entry = e.stack.pop();
    const text = `(${e.site()}, ${e.bindings.bind('nonNull', () => nonNull)}(${textOf(entry)}))`;
    pushResult(e, entry.type, text);
  },
};

function nonNull(ref: unknown): unknown {
  if (ref === null) throw new Trap('null');
  return ref;
}

/** Rows that have a signature, but no meaning as an expression. */
export const plainRules: Partial<Record<InstrName, Rule>> = {
  nop: () => {},
  'memory.size': (e, v) => pushResult(e, I32, `${e.memory(v.reader.index)}.pages`),
  'memory.grow': (e, v) => {
    const [delta] = e.stack.popMany(1) as [Entry];
    e.stack.protectState(READS.memory);
    const memory = e.memory(v.reader.index);
    pushResult(e, I32, `${bulkName(e, 'memoryGrow')}(${memory}, ${unsigned(textOf(delta))})`);
    e.statement(RELOAD);
  },
  'memory.fill': (e, v) => {
    const memory = e.memory(v.reader.index);
    effect(e, READS.memory, 3, ([dst, value, count]) => {
      return `${e.site()}; ${bulkName(e, 'memoryFill')}(${memory}, ${unsigned(dst)}, ${value}, ${unsigned(count)});`;
    });
  },
  'memory.init': (e, v) => {
    const { index, index2 } = v.reader;
    effect(e, READS.memory, 3, ([dst, src, count]) => {
      const range = `${unsigned(dst)}, ${unsigned(src)}, ${unsigned(count)}`;
      return `${e.site()}; ${bulkName(e, 'memoryInit')}(${e.instanceName}, ${e.memory(index2)}, ${index}, ${range});`;
    });
  },
  'data.drop': (e, v) => e.statement(`${bulkName(e, 'dataDrop')}(${e.instanceName}, ${v.reader.index});`),
  'elem.drop': (e, v) => e.statement(`${bulkName(e, 'elemDrop')}(${e.instanceName}, ${v.reader.index});`),
};

export { pushResult };
