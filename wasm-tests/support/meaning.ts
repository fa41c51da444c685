/** Evaluates what the instruction table says of an instruction, on operands given as bytes. */

import type { Instruction } from '../../engine/isa/instructions.ts';
import * as semantics from '../../engine/isa/semantics.ts';
import { Trap } from '../../engine/isa/trap.ts';
import { F32, F64, I32, I64, V128, type ValType } from '../../engine/isa/valtype.ts';
import { bindVector } from '../../engine/isa/vector.gen.ts';
import { Slots } from '../../engine/runtime/value.ts';
import { type Bytes, sizeOf } from './edge-values.ts';
import type { Outcome } from './native.ts';

type Value = number | bigint;
/** Operands as an array, the memory, the effective address. */
type Expression = (operands: readonly Value[], m: DataView, ea: number) => Value;

const readers = new Map<ValType, (view: DataView) => Value>([
  [I32, (view) => view.getInt32(0, true)],
  [I64, (view) => view.getBigInt64(0, true)],
  [F32, (view) => view.getFloat32(0, true)],
  [F64, (view) => view.getFloat64(0, true)],
]);

function bytesOf(type: ValType | undefined, value: Value): Bytes {
  if (type === undefined) return new Uint8Array(0);
  const bytes = new Uint8Array(sizeOf(type));
  const view = new DataView(bytes.buffer);
  if (type === I32 && value !== ((value as number) | 0)) throw new Error(`result is no signed int32: ${value}`);
  if (type === I64 && value !== BigInt.asIntN(64, value as bigint)) throw new Error(`result is no i64: ${value}`);
  if (type === I32) view.setInt32(0, value as number, true);
  else if (type === I64) view.setBigInt64(0, value as bigint, true);
  else if (type === F32) {
    if (!Object.is(Math.fround(value as number), value)) throw new Error(`result is no f32: ${value}`);
    view.setFloat32(0, value as number, true);
  } else view.setFloat64(0, value as number, true);
  return bytes;
}

/** The outcome of what may trap; out of bounds is the RangeError of a `DataView`. */
function outcomeOf(run: () => Bytes): Outcome {
  try {
    return { result: run() };
  } catch (error) {
    if (error instanceof Trap) return { trap: error.message };
    if (error instanceof RangeError) return { trap: 'memory access out of bounds' };
    throw error;
  }
}

/** A function that evaluates the meaning of a scalar row, with a memory and the offset of the memarg. */
export function scalarMeaning(
  instruction: Instruction,
): (operands: readonly Bytes[], memory: Bytes, offset: number) => Outcome {
  const names = Object.keys(semantics);
  const { meaning, params, results } = instruction;
  const build = new Function(...names, `return ([a, b, c], m, ea) => ${meaning};`);
  const expression = build(...Object.values(semantics)) as Expression;
  return (operands, memory, offset) => {
    const values = operands.map((bytes, i) => {
      const read = readers.get(params[i] as ValType) as (view: DataView) => Value;
      return read(new DataView(bytes.buffer, bytes.byteOffset));
    });
    const [a] = values;
    const ea = typeof a === 'number' ? (a >>> 0) + offset : 0;
    const m = new DataView(memory.buffer);
    return outcomeOf(() => bytesOf(results[0], expression(values, m, ea)));
  };
}

const slots = new Slots(16);

/** The vector instructions on a small stack of their own, `vectorSlots`. */
export const vectorUnit = bindVector(slots);
export const vectorSlots = slots;

/** Executes a vector instruction on a stack; `units` are its immediates as code units. */
export function vectorMeaning(
  instruction: Instruction,
  units: readonly number[],
): (operands: readonly Bytes[], memory: Bytes) => Outcome {
  const code = Int32Array.from([instruction.op, ...units]);
  const { params, results } = instruction;
  const bottom = 2;
  return (operands, memory) => {
    // What lies in a slot behind a narrow operand must not matter.
    slots.u8.fill(0xa5);
    operands.forEach((operand, i) => {
      slots.u8.set(operand, 16 * (bottom + i));
    });
    return outcomeOf(() => {
      const sp = vectorUnit.execute(instruction.op, 4 * (bottom + params.length), code, 0, new DataView(memory.buffer));
      if (sp !== 4 * (bottom + results.length)) throw new Error(`stack top at ${sp}`);
      if (slots.u8.subarray(0, 16 * bottom).some((byte) => byte !== 0xa5)) throw new Error('wrote below its operands');
      const size = results[0] === undefined ? 0 : sizeOf(results[0]);
      return slots.u8.slice(16 * bottom, 16 * bottom + size) as Bytes;
    });
  };
}

/** Is the result of the instruction a vector, or does it take one? */
export function isVector(instruction: Instruction): boolean {
  return instruction.params.includes(V128) || instruction.results.includes(V128);
}
