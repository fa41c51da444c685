/**
 * The operand stack at compile time: which JavaScript expression stands for each operand.
 *
 * An operand is an expression that has not been evaluated yet, or lies in its home: the variable that belongs to its height and type.
 * Expressions are evaluated where they are used, unless something comes between that they must not see, or that must not
 * come before what they do; then they go home first.
 */

import { shapeOf } from '../interpreter/callers.ts';
import { V128, type ValType } from '../isa/valtype.ts';
import { atom, type Expr } from './expression.ts';
import type { Lines } from './text.ts';

/** State that expressions read, as bits. */
export const READS = { memory: 1, globals: 2, tables: 4 } as const;

export interface Entry {
  readonly type: ValType;
  /** Null for a v128, which always lies in its slot. */
  readonly expr: Expr | null;
  /** What the expression is made of: locals by index, homes as -1 - height. */
  readonly deps: readonly number[];
  readonly reads: number;
  readonly isHome: boolean;
  /** Is it in its slot of the frame as well? */
  isSpilled: boolean;
}

const NO_DEPS: readonly number[] = [];
/** Expressions that are longer go home, so that lines stay readable and the host's parser does not recurse too deep. */
const MAX_TEXT = 240;

const PREFIX = { i: 'i', I: 'j', f: 'f', F: 'x', r: 'r', v: 'v' } as const;

/** What variables of a type begin with: `i3` is the home of an i32 at height 3. */
export function homeName(type: ValType, height: number): string {
  return `${PREFIX[shapeOf(type)]}${height}`;
}

export class OperandStack {
  entries: Entry[] = [];
  /** Homes that were used, with their types, to be declared. */
  readonly homes = new Map<string, ValType>();
  /** Where statements go. */
  lines: Lines;

  constructor(lines: Lines) {
    this.lines = lines;
  }

  get height(): number {
    return this.entries.length;
  }

  push(expr: Expr, deps: readonly number[] = NO_DEPS, reads = 0): void {
    this.entries.push({ type: expr.type, expr, deps, reads, isHome: false, isSpilled: false });
    if (expr.text.length > MAX_TEXT) this.sendHome(this.height - 1);
  }

  /** An operand that is in its home, or, for a v128, in its slot. */
  pushHome(type: ValType): void {
    this.entries.push(this.homeEntry(type, this.height));
  }

  private homeEntry(type: ValType, height: number): Entry {
    if (type === V128) return { type, expr: null, deps: NO_DEPS, reads: 0, isHome: true, isSpilled: true };
    return {
      type,
      expr: atom(type, this.home(type, height)),
      deps: [-1 - height],
      reads: 0,
      isHome: true,
      isSpilled: false,
    };
  }

  /** The name of a home, which is declared from now on. */
  home(type: ValType, height: number): string {
    const name = homeName(type, height);
    this.homes.set(name, type);
    return name;
  }

  pop(): Entry {
    return this.entries.pop() as Entry;
  }

  /** The operand `depth` below the top. */
  peek(depth = 0): Entry {
    return this.entries[this.height - 1 - depth] as Entry;
  }

  /** The topmost `count` operands, the lowest first. */
  popMany(count: number): Entry[] {
    return this.entries.splice(this.height - count, count);
  }

  /** Assigns to the home at a height; expressions of others that read it are evaluated before. */
  assignHome(type: ValType, height: number, text: string): void {
    const name = this.home(type, height);
    this.sendHomeIf((e, i) => i !== height && e.deps.includes(-1 - height));
    if (name !== text) this.lines.add(`${name} = ${text};`);
  }

  /** Evaluates an operand into its home. */
  sendHome(index: number): void {
    const entry = this.entries[index] as Entry;
    if (entry.isHome || entry.expr === null) return;
    // Of two expressions that can trap, the lower one must do so first.
    if (entry.expr.canTrap) this.sendTrapsHome(index);
    this.assignHome(entry.type, index, entry.expr.text);
    this.entries[index] = { ...this.homeEntry(entry.type, index), isSpilled: entry.isSpilled };
  }

  private sendHomeIf(test: (entry: Entry, index: number) => boolean): void {
    for (let i = 0; i < this.height; i++) {
      const entry = this.entries[i] as Entry;
      if (!entry.isHome && test(entry, i)) this.sendHome(i);
    }
  }

  /** Before a local is assigned. */
  protectLocal(local: number): void {
    this.sendHomeIf((e) => e.deps.includes(local));
  }

  /** Before something that must not come before a trap: evaluates what can trap, of the operands below `end`. */
  sendTrapsHome(end = this.height): void {
    for (let i = 0; i < end; i++) if (this.entries[i]?.expr?.canTrap === true) this.sendHome(i);
  }

  /** Before the state in `reads` is changed by something that may also trap. */
  protectState(reads: number): void {
    this.sendHomeIf((e) => (e.reads & reads) !== 0 || e.expr?.canTrap === true);
  }

  /** Evaluates everything but constants and locals for which `isStable` holds. */
  settle(isStable: (local: number) => boolean): void {
    this.sendHomeIf((e) => !isConstant(e) && !(isPlainLocal(e) && e.deps.every(isStable)));
  }

  /** Evaluates everything but constants. */
  settleAll(): void {
    this.sendHomeIf((e) => !isConstant(e));
  }

  /** Makes the topmost `count` operands be in their homes, constants as well. */
  settleTop(count: number): void {
    for (let i = this.height - count; i < this.height; i++) this.sendHome(i);
  }
}

export function isConstant(entry: Entry): boolean {
  return (
    entry.expr?.constant !== undefined ||
    (entry.expr !== null && entry.deps.length === 0 && entry.reads === 0 && entry.expr.isAtom)
  );
}

function isPlainLocal({ expr, deps }: Entry): boolean {
  return expr?.isAtom === true && deps.length === 1 && (deps[0] as number) >= 0;
}

/** The expression of an operand that is no v128. */
export function exprOf(entry: Entry | undefined): Expr {
  const expr = entry?.expr ?? undefined;
  if (expr === undefined) throw new Error('compiler: an operand is not where typing says');
  return expr;
}

/** The text of an operand that is no v128. */
export function textOf(entry: Entry | undefined): string {
  return exprOf(entry).text;
}
