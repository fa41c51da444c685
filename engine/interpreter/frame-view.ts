/** A probe's view of an activation that the interpreter runs (rules 14 to 19 of the probe contract). */

import { Trap } from '../isa/trap.ts';
import { typeName, type ValType } from '../isa/valtype.ts';
import type { Frame, StackEntry, TypedValue } from '../runtime/frame.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { FunctionCode } from '../runtime/function-code.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import { ACCESS } from '../runtime/probe.ts';
import { ProbeError } from '../runtime/probe-error.ts';
import { readSlot, writeSlot } from '../runtime/slot-values.ts';
import { SLOT_I32 } from '../runtime/value.ts';
import type { Machine } from './machine.ts';
import { localTypesOf, operandTypesAt } from './operand-types.ts';
import { pcOfFrame, UNSYNCED } from './unwind.ts';

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

  /** A frame can be used in events, and those below that of the event only if the probe declares that it walks the stack. */
  private requireEvent(): void {
    this.requireAlive();
    const { events, depth } = this.machine;
    if ((events.access & ACCESS.event) === 0) {
      throw new ProbeError('frames can be used during events only: keep what you read, not the frame');
    }
    if (this.place !== depth) this.require(ACCESS.stack, 'reading other frames', '"stack: true"');
  }

  private require(access: number, what: string, declaration: string): void {
    const allowed = this.machine.events.access;
    if ((allowed & access) !== 0) return;
    throw new ProbeError(`${what} must be declared: add ${declaration} to the "needs" of the probe`);
  }

  get func(): FuncInstance {
    this.requireEvent();
    return this.machine.frameFuncs[this.place];
  }

  get instance(): ModuleInstance {
    return this.func.instance as ModuleInstance;
  }

  get pc(): number {
    return pcOfFrame(this.func, this.machine.frameIps[this.place]);
  }

  get isCalledByHost(): boolean {
    this.requireEvent();
    return this.machine.baseSerials.includes(this.serial);
  }

  get depth(): number {
    this.requireEvent();
    this.require(ACCESS.stack, 'reading the depth', '"stack: true"');
    return this.place;
  }

  get caller(): FrameView | undefined {
    this.requireEvent();
    this.require(ACCESS.stack, 'reading the caller', '"stack: true"');
    return this.place === 0 ? undefined : this.machine.events.frame(this.place - 1);
  }

  get stack(): readonly StackEntry[] {
    this.requireEvent();
    this.require(ACCESS.stack, 'reading the stack', '"stack: true"');
    const { events, bases, hosts } = this.machine;
    const entries: StackEntry[] = [];
    let call = bases.length - 1;
    while (call >= 0 && bases[call] > this.place) call--;
    for (let d = this.place; d >= 0; d--) {
      entries.push(events.frame(d));
      // Several calls from the host begin at one depth where a host function was called in tail position.
      for (; call >= 0 && bases[call] === d; call--) entries.push({ kind: 'host', name: hosts[call]?.host?.name });
    }
    return entries;
  }

  get localTypes(): readonly ValType[] {
    return localTypesOf(this.func);
  }

  get operandTypes(): readonly ValType[] {
    return operandTypesAt(this.func, this.pc, this.isWaiting);
  }

  /** Does it wait for a call to return? */
  private get isWaiting(): boolean {
    return this.machine.frameIps[this.place] >= 0;
  }

  local(index: number): TypedValue {
    this.requireEvent();
    this.require(ACCESS.locals, 'reading locals', '"locals: true"');
    this.requireSynced('locals');
    return readSlot(this.machine.slots, this.localSlot(index), this.localTypes[index] as ValType);
  }

  operand(fromTop: number): TypedValue {
    this.requireEvent();
    this.requireOperand(fromTop);
    this.requireSynced('operands');
    const types = this.operandTypes;
    return readSlot(this.machine.slots, this.operandSlot(types, fromTop), types[types.length - 1 - fromTop] as ValType);
  }

  /** The topmost operands, the topmost first. */
  topOperands(count: number): TypedValue[] {
    const types = this.operandTypes;
    const values: TypedValue[] = [];
    for (let i = 0; i < count; i++) {
      const slot = this.operandSlot(types, i);
      values.push(readSlot(this.machine.slots, slot, types[types.length - 1 - i] as ValType));
    }
    return values;
  }

  private requireOperand(fromTop: number): void {
    const allowed = this.machine.events.access & ACCESS.operands;
    if (fromTop < allowed || allowed === ACCESS.operands) return;
    const declaration = `"operands: ${fromTop + 1}"`;
    throw new ProbeError(
      `reading operand ${fromTop} from the top must be declared: add ${declaration} to the "needs" of the probe`,
    );
  }

  /** Compiled code does not write its state to the frame for a probe that declares that it uses no frame. */
  private requireSynced(what: string): void {
    if ((this.machine.frameIps[this.place] as number) >= UNSYNCED) return;
    throw new ProbeError(
      `the ${what} of this frame cannot be read now: it stands in the event of a probe that declares "frame: false", ` +
        'and that called back into the program; remove it from the "needs" of that probe',
    );
  }

  /** The results of the activation, for the event of its return. */
  results(): TypedValue[] {
    const { results } = this.func.signature;
    const first = this.machine.sp / SLOT_I32 - results.length;
    return results.map((type, i) => readSlot(this.machine.slots, first + i, type));
  }

  setLocal(index: number, value: unknown): void {
    this.requireEvent();
    this.require(ACCESS.writes, 'writing', '"writes: true"');
    const slot = this.localSlot(index);
    const type = this.localTypes[index] as ValType;
    this.requireSynced('locals');
    if (!writeSlot(this.machine.slots, slot, type, value)) throw badValue(`local ${index}`, type, value);
    if (this.place !== this.machine.depth) this.machine.tier?.frameWritten(this.func);
  }

  setOperand(fromTop: number, value: unknown): void {
    this.requireEvent();
    this.require(ACCESS.writes, 'writing', '"writes: true"');
    if (this.place !== this.machine.depth)
      throw new ProbeError('operands can be written in the frame of the event only');
    const types = this.operandTypes;
    const slot = this.operandSlot(types, fromTop);
    const type = types[types.length - 1 - fromTop] as ValType;
    if (!writeSlot(this.machine.slots, slot, type, value)) throw badValue(`operand ${fromTop}`, type, value);
  }

  trap(reason: string): never {
    this.requireEvent();
    throw new Trap('probe', reason);
  }

  private localSlot(index: number): number {
    const { length } = this.localTypes;
    if (!(Number.isInteger(index) && index >= 0 && index < length)) {
      throw new ProbeError(`there is no local ${index}: the function has ${length}`);
    }
    return this.machine.frameBases[this.place] / SLOT_I32 + index;
  }

  private operandSlot(types: readonly ValType[], fromTop: number): number {
    if (!(Number.isInteger(fromTop) && fromTop >= 0 && fromTop < types.length)) {
      throw new ProbeError(`there is no operand ${fromTop} from the top: ${types.length} are on the stack`);
    }
    const first = this.machine.frameBases[this.place] + (this.func.made as FunctionCode).localUnits;
    return first / SLOT_I32 + types.length - 1 - fromTop;
  }
}

function badValue(what: string, type: ValType, value: unknown): ProbeError {
  const shown = typeof value === 'bigint' ? `${value}n` : String(value);
  return new ProbeError(`${what} has type ${typeName(type)}, which cannot hold ${shown} (a ${typeof value})`);
}
