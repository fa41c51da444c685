/** Operands of the types that a probe can work with. */

import { type Frame, ProbeError, valtype } from '../../engine/index.ts';

/** An i32 as signed number or i64 as signed bigint; a ProbeError for another type. */
export function integerOperand(frame: Frame, fromTop: number): number | bigint {
  const { type, value } = frame.operand(fromTop);
  if (type === valtype.I32 || type === valtype.I64) return value as number | bigint;
  throw wrongType(fromTop, 'an i32 or i64', type);
}

/** An i32 (signed), f32 or f64; a ProbeError for another type. */
export function numberOperand(frame: Frame, fromTop: number): number {
  const { type, value } = frame.operand(fromTop);
  if (typeof value === 'number' && valtype.isNumeric(type)) return value;
  throw wrongType(fromTop, 'an i32, f32 or f64', type);
}

/** An i64 as signed bigint; a ProbeError for another type. */
export function bigintOperand(frame: Frame, fromTop: number): bigint {
  const { type, value } = frame.operand(fromTop);
  if (type === valtype.I64) return value as bigint;
  throw wrongType(fromTop, 'an i64', type);
}

function wrongType(fromTop: number, expected: string, type: valtype.ValType): ProbeError {
  return new ProbeError(
    `operand ${fromTop} from the top must be ${expected} here, and is of type ${valtype.typeName(type)}`,
  );
}
