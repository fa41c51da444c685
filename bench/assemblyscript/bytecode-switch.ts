/** An interpreter of a small bytecode that dispatches through one `switch`. */
import * as code from './collatz';
import { alloc, reset } from './lib';

// @ts-ignore: decorator
@inline
function register(registers: usize, number: i32): usize {
  return registers + (number << 2);
}

function execute(program: usize, registers: usize): void {
  let pc = program;
  for (;;) {
    const word = load<u32>(pc);
    pc += 4;
    const a = register(registers, (word >>> 8) & 255);
    const b = register(registers, (word >>> 16) & 255);
    const c = register(registers, word >>> 24);
    switch (word & 255) {
      case code.LOAD:
        store<i32>(a, word >>> 16);
        break;
      case code.MOVE:
        store<i32>(a, load<i32>(b));
        break;
      case code.ADD:
        store<i32>(a, load<i32>(b) + load<i32>(c));
        break;
      case code.MUL:
        store<i32>(a, load<i32>(b) * load<i32>(c));
        break;
      case code.AND:
        store<i32>(a, load<i32>(b) & load<i32>(c));
        break;
      case code.XOR:
        store<i32>(a, load<i32>(b) ^ load<i32>(c));
        break;
      case code.SHIFT:
        store<i32>(a, load<u32>(b) >>> load<u32>(c));
        break;
      case code.AT_MOST:
        store<i32>(a, load<u32>(b) <= load<u32>(c) ? 1 : 0);
        break;
      case code.JUMP:
        pc = program + ((word >>> 16) << 2);
        break;
      case code.JUMP_IF_ZERO:
        if (load<i32>(a) == 0) pc = program + ((word >>> 16) << 2);
        break;
      case code.JUMP_UNLESS_ZERO:
        if (load<i32>(a) != 0) pc = program + ((word >>> 16) << 2);
        break;
      default:
        return;
    }
  }
}

export function run(n: i32): i32 {
  reset();
  const program = alloc(256);
  const registers = alloc(code.REGISTERS << 2);
  code.assemble(program);
  store<i32>(register(registers, code.LIMIT), n);
  execute(program, registers);
  return load<i32>(register(registers, code.SUM));
}
