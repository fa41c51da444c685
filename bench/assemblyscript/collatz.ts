/**
 * A program in the bytecode that both interpreters run: the sum of the lengths of Collatz's sequences of 1 to n.
 * An instruction is a word: operation, then three bytes, the last two of which may be a number or a place in the program.
 */
export const HALT = 0;
export const LOAD = 1;
export const MOVE = 2;
export const ADD = 3;
export const MUL = 4;
export const AND = 5;
export const XOR = 6;
export const SHIFT = 7;
export const AT_MOST = 8;
export const JUMP = 9;
export const JUMP_IF_ZERO = 10;
export const JUMP_UNLESS_ZERO = 11;
export const OPERATIONS = 12;

/** Registers: i, n, sum, x, 1, 3, a condition. */
export const LIMIT = 1;
export const SUM = 2;
export const REGISTERS = 8;

let end: usize = 0;

function emit(op: i32, a: i32, b: i32, c: i32): void {
  store<i32>(end, op | (a << 8) | (b << 16) | (c << 24));
  end += 4;
}

/** Writes the program to `start`. */
export function assemble(start: usize): void {
  end = start;
  emit(LOAD, 4, 1, 0);
  emit(LOAD, 5, 3, 0);
  emit(LOAD, 0, 1, 0);
  emit(LOAD, 2, 0, 0);
  emit(MOVE, 3, 0, 0); // 4: the next i
  emit(XOR, 6, 3, 4); // 5: the next step
  emit(JUMP_IF_ZERO, 6, 15, 0);
  emit(ADD, 2, 2, 4);
  emit(AND, 6, 3, 4);
  emit(JUMP_IF_ZERO, 6, 13, 0);
  emit(MUL, 3, 3, 5);
  emit(ADD, 3, 3, 4);
  emit(JUMP, 0, 5, 0);
  emit(SHIFT, 3, 3, 4); // 13: x is even
  emit(JUMP, 0, 5, 0);
  emit(ADD, 0, 0, 4); // 15: x is 1
  emit(AT_MOST, 6, 0, 1);
  emit(JUMP_UNLESS_ZERO, 6, 4, 0);
  emit(HALT, 0, 0, 0);
}
