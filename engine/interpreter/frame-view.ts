/** A probe's view of an activation that the interpreter runs (rules 14, 15 and 18 of the probe contract). */

import { F32, F64, I32, I64, V128, type ValType } from '../isa/valtype.ts';
import type { Frame, TypedValue } from '../runtime/frame.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { FunctionCode } from '../runtime/function-code.ts';
import { refToJS } from '../runtime/convert.ts';
import { ProbeError } from '../runtime/probe-error.ts';
import { SLOT_BYTES, SLOT_I32, type Slots } from '../runtime/value.ts';
import type { Machine } from './machine.ts';
import { localTypesOf, operandTypesAt } from './operand-types.ts';
import { pcOfFrame } from './unwind.ts';

export class FrameView implements Frame {
  private readonly machine: Machine;
  /** Index of the frame on the machine. */
  private readonly place: number;
  readonly serial: number;

  constructor(machine: Machine, place: number, serial: number) {
    this.machine = machine;
    this.place = place;
    this.serial = serial;
  }

  get hasEnded(): boolean {
    return this.place > this.machine.depth || this.machine.frameSerials[this.place] !== this.serial;
  }

  private requireAlive(): void {
    if (this.hasEnded) throw new ProbeError('the activation of this frame has ended: its frame can no longer be used');
  }

  get func(): FuncInstance {
    this.requireAlive();
    return this.machine.frameFuncs[this.place];
  }

  get pc(): number {
    return pcOfFrame(this.func, this.machine.frameIps[this.place]);
  }

  get depth(): number {
    this.requireAlive();
    return this.place;
  }

  get caller(): FrameView | undefined {
    this.requireAlive();
    return this.place === 0 ? undefined : this.machine.events.frame(this.place - 1);
  }

  get localTypes(): readonly ValType[] {
    return localTypesOf(this.func);
  }

  get operandTypes(): readonly ValType[] {
    const isWaiting = this.machine.frameIps[this.place] >= 0;
    return operandTypesAt(this.func, this.pc, isWaiting);
  }

  local(index: number): TypedValue {
    const types = this.localTypes;
    const type = types[index];
    if (type === undefined) throw new ProbeError(`there is no local ${index}: the function has ${types.length}`);
    return readSlot(this.machine.slots, this.machine.frameBases[this.place] / SLOT_I32 + index, type);
  }

  operand(fromTop: number): TypedValue {
    const types = this.operandTypes;
    const type = types[types.length - 1 - fromTop];
    if (type === undefined) {
      throw new ProbeError(`there is no operand ${fromTop} from the top: ${types.length} are on the stack`);
    }
    const first = this.machine.frameBases[this.place] + (this.func.made as FunctionCode).localUnits;
    return readSlot(this.machine.slots, first / SLOT_I32 + types.length - 1 - fromTop, type);
  }
}

/** The value of type `type` in a slot. */
function readSlot(s: Slots, slot: number, type: ValType): TypedValue {
  const at = slot * SLOT_I32;
  switch (type) {
    case I32:
      return { type, value: s.i32[at], bits: undefined };
    case I64:
      return { type, value: s.i64[at / 2], bits: undefined };
    case F32:
      return { type, value: s.f32[at], bits: BigInt(s.i32[at] >>> 0) };
    case F64:
      return { type, value: s.f64[at / 2], bits: BigInt.asUintN(64, s.i64[at / 2]) };
    case V128:
      return { type, value: s.u8.slice(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES), bits: undefined };
    default:
      return { type, value: refToJS(s.refs[slot], type), bits: undefined };
  }
}
