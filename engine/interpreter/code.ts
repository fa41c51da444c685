/**
 * Makes interpreter code (see `forms.ts`) for one function, when it is first called.
 *
 * The code is a function of the module alone, so all instances share it; an instance in which
 * probes are put gets a copy of the functions concerned.
 */

import { instructions } from '../isa/instructions.ts';
import { isRef } from '../isa/valtype.ts';
import { type Control, FunctionValidator, type InstructionObserver } from '../module/function-validator.ts';
import type { FunctionBody, Module } from '../module/module.ts';
import type { FunctionCode } from '../runtime/function-code.ts';
import { SLOT_I32 } from '../runtime/value.ts';
import { type CodeBuilder, type OpenBlock, ruleOf } from './emit.ts';
import { forms } from './forms.ts';

const codes = new WeakMap<Module, (FunctionCode | undefined)[]>();

/** The code of the function with this index in the function index space (not an import). */
export function codeOf(module: Module, func: number): FunctionCode {
  let all = codes.get(module);
  if (all === undefined) {
    all = new Array<FunctionCode | undefined>(module.bodies.length).fill(undefined);
    codes.set(module, all);
  }
  const i = func - module.importCounts.function;
  let code = all[i];
  if (code === undefined) {
    code = makeCode(module, module.bodies[i]);
    all[i] = code;
  }
  return code;
}

/** Every function counts as declared: the module was validated before. */
export const anyFunction = { has: () => true } as unknown as ReadonlySet<number>;

function makeCode(module: Module, body: FunctionBody): FunctionCode {
  const validator = new FunctionValidator(module, anyFunction);
  const observer = new CodeObserver(body);
  validator.run(body, observer);
  return observer.finish(validator);
}

class CodeObserver implements InstructionObserver, CodeBuilder {
  units = new Int32Array(256);
  length = 0;
  readonly blocks: OpenBlock[] = [];
  localUnits = 0;
  private readonly body: FunctionBody;
  private readonly pcs: number[] = [];
  private readonly ips: number[] = [];
  private maxHeight = 0;
  private isFirst = true;

  constructor(body: FunctionBody) {
    this.body = body;
    this.mark(0);
    this.add(forms.entry);
  }

  instruction(v: FunctionValidator): void {
    if (this.isFirst) this.begin(v);
    if (v.height > this.maxHeight) this.maxHeight = v.height;
    const instr = instructions[v.reader.op];
    this.mark(v.reader.at - this.body.start);
    const isStructure = instr.effects.has('label') || instr.name === 'end' || instr.name === 'else';
    if (v.isUnreachable && !isStructure) this.add(forms.dead);
    else ruleOf(instr)(this, v, instr);
  }

  private begin(v: FunctionValidator): void {
    this.isFirst = false;
    this.localUnits = v.locals.length * SLOT_I32;
    this.open(v, false);
  }

  private mark(pc: number): void {
    this.pcs.push(pc);
    this.ips.push(this.length);
  }

  add(unit: number): void {
    if (this.length === this.units.length) {
      const larger = new Int32Array(this.units.length * 2);
      larger.set(this.units);
      this.units = larger;
    }
    this.units[this.length++] = unit;
  }

  open(v: FunctionValidator, isLoop: boolean): OpenBlock {
    const start = this.ips[this.ips.length - 1];
    const block = { isLoop, isLive: !v.isUnreachable, start, toEnd: [], falseTarget: -1 };
    this.blocks.push(block);
    return block;
  }

  addTarget(label: number): void {
    const block = this.blocks[this.blocks.length - 1 - label];
    if (!block.isLoop) block.toEnd.push(this.length);
    this.add(block.start);
  }

  topAt(height: number): number {
    return this.localUnits + height * SLOT_I32;
  }

  branchMoves(v: FunctionValidator, control: Control, height: number): boolean {
    const count = v.labelTypes(control).length;
    return count > 0 && height - count !== control.height;
  }

  finish(v: FunctionValidator): FunctionCode {
    const types = v.locals;
    const paramCount = v.functionType(v.module.types[this.body.typeIndex]).params.length;
    const refLocals = types.flatMap((t, i) => (i >= paramCount && isRef(t) ? [i] : []));
    return {
      units: this.units.slice(0, this.length),
      pcs: Int32Array.from(this.pcs),
      ips: Int32Array.from(this.ips),
      paramUnits: paramCount * SLOT_I32,
      localUnits: this.localUnits,
      frameUnits: this.localUnits + this.maxHeight * SLOT_I32,
      usesRefs: isRef(v.pushedTypes) || types.some(isRef),
      refLocals,
    };
  }
}

/** The place of `wanted` in an ascending array, or the place of the next lower value as `-2 - place`. */
export function search(ascending: Int32Array, wanted: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = ascending[middle];
    if (value === wanted) return middle;
    if (value < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -2 - high;
}

/** The instruction number (index into `pcs` and `ips`) whose unit is at `ip`. */
export function instructionAt(code: FunctionCode, ip: number): number {
  return search(code.ips, ip);
}

/** The instruction number of the call that returns to `ip`. */
export function instructionBefore(code: FunctionCode, ip: number): number {
  const place = search(code.ips, ip);
  return place >= 0 ? place - 1 : -2 - place;
}
