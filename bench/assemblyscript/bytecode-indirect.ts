/** An interpreter of a small bytecode with a function for each operation, called through a table. */
import * as code from './collatz';
import { alloc, reset } from './lib';

let program: usize = 0;
let registers: usize = 0;

// @ts-ignore: decorator
@inline
function a(word: u32): usize {
  return registers + (((word >>> 8) & 255) << 2);
}

// @ts-ignore: decorator
@inline
function b(word: u32): usize {
  return registers + (((word >>> 16) & 255) << 2);
}

// @ts-ignore: decorator
@inline
function c(word: u32): usize {
  return registers + ((word >>> 24) << 2);
}

// @ts-ignore: decorator
@inline
function target(word: u32): usize {
  return program + ((word >>> 16) << 2);
}

/** Executes a word; the address of the next one, 0 at the end. */
type Handler = (word: u32, next: usize) => usize;

const halt: Handler = (_word, _next) => 0;
const loadNumber: Handler = (word, next) => {
  store<i32>(a(word), word >>> 16);
  return next;
};
const move: Handler = (word, next) => {
  store<i32>(a(word), load<i32>(b(word)));
  return next;
};
const add: Handler = (word, next) => {
  store<i32>(a(word), load<i32>(b(word)) + load<i32>(c(word)));
  return next;
};
const multiply: Handler = (word, next) => {
  store<i32>(a(word), load<i32>(b(word)) * load<i32>(c(word)));
  return next;
};
const and: Handler = (word, next) => {
  store<i32>(a(word), load<i32>(b(word)) & load<i32>(c(word)));
  return next;
};
const xor: Handler = (word, next) => {
  store<i32>(a(word), load<i32>(b(word)) ^ load<i32>(c(word)));
  return next;
};
const shift: Handler = (word, next) => {
  store<i32>(a(word), load<u32>(b(word)) >>> load<u32>(c(word)));
  return next;
};
const atMost: Handler = (word, next) => {
  store<i32>(a(word), load<u32>(b(word)) <= load<u32>(c(word)) ? 1 : 0);
  return next;
};
const jump: Handler = (word, _next) => target(word);
const jumpIfZero: Handler = (word, next) => (load<i32>(a(word)) == 0 ? target(word) : next);
const jumpUnlessZero: Handler = (word, next) => (load<i32>(a(word)) != 0 ? target(word) : next);

function setHandler(handlers: usize, op: i32, handler: Handler): void {
  store<u32>(handlers + (op << 2), handler.index);
}

export function run(n: i32): i32 {
  reset();
  const handlers = alloc(code.OPERATIONS << 2);
  setHandler(handlers, code.HALT, halt);
  setHandler(handlers, code.LOAD, loadNumber);
  setHandler(handlers, code.MOVE, move);
  setHandler(handlers, code.ADD, add);
  setHandler(handlers, code.MUL, multiply);
  setHandler(handlers, code.AND, and);
  setHandler(handlers, code.XOR, xor);
  setHandler(handlers, code.SHIFT, shift);
  setHandler(handlers, code.AT_MOST, atMost);
  setHandler(handlers, code.JUMP, jump);
  setHandler(handlers, code.JUMP_IF_ZERO, jumpIfZero);
  setHandler(handlers, code.JUMP_UNLESS_ZERO, jumpUnlessZero);
  program = alloc(256);
  registers = alloc(code.REGISTERS << 2);
  code.assemble(program);
  store<i32>(registers + (code.LIMIT << 2), n);
  let pc = program;
  while (pc != 0) {
    const word = load<u32>(pc);
    pc = call_indirect<usize>(load<u32>(handlers + ((word & 255) << 2)), word, pc + 4);
  }
  return load<i32>(registers + (code.SUM << 2));
}
