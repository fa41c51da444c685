/** Evaluation of constant expressions (spec 4.4.14); that they are constant and typed is the validator's business. */

import { InstructionReader } from '../binary/instruction-reader.ts';
import { UnsupportedError } from '../isa/errors.ts';
import { instructions } from '../isa/instructions.ts';
import type { ConstExpr } from '../module/module.ts';
import type { ModuleInstance } from './instance.ts';
import { SLOT_BYTES, SLOT_I32, SLOT_I64, Slots } from './value.ts';

/** Evaluates the constant expressions of one module instance; the index spaces are filled as far as they are used. */
export class ConstEvaluator {
  /** The value of the last expression is in slot 0. */
  stack = new Slots(16);
  private readonly instance: ModuleInstance;
  private readonly reader: InstructionReader;
  /** Slots in use. */
  private height = 0;

  constructor(instance: ModuleInstance) {
    this.instance = instance;
    this.reader = new InstructionReader(instance.module.bytes, instance.module.types);
  }

  /** Evaluates `expr`; the result is in slot 0 of what it returns, until the next evaluation. */
  evaluate(expr: ConstExpr): Slots {
    // No instruction is shorter than a byte or pushes more than one value.
    const size = expr.end - expr.start;
    if (size > this.stack.size) this.stack = new Slots(size);
    this.height = 0;
    this.reader.pos = expr.start;
    this.reader.end = expr.end;
    // The last byte is the final `end`.
    while (this.reader.pos < expr.end - 1) this.step();
    return this.stack;
  }

  /** Evaluates an expression of reference type. */
  evaluateRef(expr: ConstExpr): unknown {
    return this.evaluate(expr).refs[0];
  }

  private step(): void {
    const { reader, stack } = this;
    reader.read();
    const at = this.height;
    const name = instructions[reader.op].name;
    switch (name) {
      case 'i32.const':
      case 'f32.const':
        stack.i32[at * SLOT_I32] = reader.lo;
        break;
      case 'i64.const':
      case 'f64.const':
        stack.i32[at * SLOT_I32] = reader.lo;
        stack.i32[at * SLOT_I32 + 1] = reader.hi;
        break;
      case 'v128.const':
        stack.u8.set(reader.vector, at * SLOT_BYTES);
        break;
      case 'ref.null':
        stack.refs[at] = null;
        break;
      case 'ref.func':
        stack.refs[at] = this.instance.funcs[reader.index];
        break;
      case 'global.get':
        this.pushGlobal(reader.index);
        break;
      default:
        this.binary(name);
        return;
    }
    this.height = at + 1;
  }

  private pushGlobal(index: number): void {
    const { stack, height } = this;
    const global = this.instance.globals[index];
    stack.i32.set(global.i32, height * SLOT_I32);
    stack.refs[height] = global.slots.refs[0];
  }

  /** The operators of extended constant expressions; the operands are the two uppermost slots. */
  private binary(name: string): void {
    const { i32, i64 } = this.stack;
    this.height -= 1;
    const b = this.height;
    const a = b - 1;
    // Typed arrays keep the low bits of what is stored into them, which is the wrapping that Wasm wants.
    switch (name) {
      case 'i32.add':
        i32[a * SLOT_I32] += i32[b * SLOT_I32];
        return;
      case 'i32.sub':
        i32[a * SLOT_I32] -= i32[b * SLOT_I32];
        return;
      case 'i32.mul':
        i32[a * SLOT_I32] = Math.imul(i32[a * SLOT_I32], i32[b * SLOT_I32]);
        return;
      case 'i64.add':
        i64[a * SLOT_I64] += i64[b * SLOT_I64];
        return;
      case 'i64.sub':
        i64[a * SLOT_I64] -= i64[b * SLOT_I64];
        return;
      case 'i64.mul':
        i64[a * SLOT_I64] *= i64[b * SLOT_I64];
        return;
      default:
        throw new UnsupportedError('gc', this.reader.at, `${name} in a constant expression`);
    }
  }
}
