/** Expressions over the state of a program: what they mean, and what is said of those that mean nothing. */

import { beforeAll, describe, expect, it } from 'vitest';
import { NoValue } from '../../analyses/expressions/arithmetic.ts';
import { bindCondition, bindExpression } from '../../analyses/expressions/bind.ts';
import { ExpressionError } from '../../analyses/expressions/expression-error.ts';
import { parseExpression } from '../../analyses/expressions/syntax.ts';
import {
  Engine,
  type Frame,
  frameTypes,
  functionLocations,
  insertProbe,
  type ModuleInstance,
  removeProbe,
} from '../../engine/index.ts';
import { functionInfos, selectInstructions } from '../../probes/index.ts';
import { instantiate, type Program, wat } from './support/programs.ts';

const PROGRAM = `
  (module
    (memory (export "memory") 1)
    (memory $second 1)
    (data (i32.const 16) "\\01\\02\\03\\04\\ff\\ff\\ff\\ff\\00\\00\\00\\00\\00\\00\\f8\\bf")
    (data (memory $second) (i32.const 0) "\\2a")
    (global $sp (mut i32) (i32.const 65520))
    (global $big i64 (i64.const -9223372036854775808))
    (func $other (param $elsewhere i32))
    (func $f (export "f") (param $n i32) (param $wide i64) (param $x f32) (param $y f64) (param $none funcref) (param i32)
      (local $v v128)
      (i32.const 77)
      (f64.const 0.5)
      (nop)
      (drop)
      (drop)))`;

let program: Program;
let instance: ModuleInstance;
let func: number;
let pc: number;

beforeAll(async () => {
  program = instantiate(new Engine(), await wat(PROGRAM));
  instance = program.instance;
  func = functionInfos(instance.module).find(({ name }) => name === 'f')?.index ?? -1;
  pc = functionLocations(instance.module, func, selectInstructions('nop'))[0]?.pc ?? -1;
});

function scope() {
  return { instance, func, ...frameTypes(instance, func, pc) };
}

/** The value before the `nop`, on the third arrival. */
function evaluated(text: string): unknown {
  const { needs, evaluate } = bindExpression(text, parseExpression(text), scope());
  let value: unknown;
  const probe = {
    needs,
    fire: (frame: Frame) => {
      value = evaluate({ frame, arrivals: 3 });
    },
  };
  insertProbe(instance, func, pc, probe);
  try {
    program.call('f', -16, -(2n ** 63n), 1.1, Number.NaN, null, 5);
  } finally {
    removeProbe(instance, func, pc, probe);
  }
  return value;
}

describe('an expression', () => {
  it.each<[string, unknown]>([
    ['1 + 2 * 3 - -4', 11],
    ['(1 + 2) * 3', 9],
    ['7 / 2', 3],
    ['-7 / 2', -3],
    ['-7 % 4', -3],
    ['7.0 / 2', 3.5],
    ['0xff & ~0xf', 0xf0],
    ['-1 & 0xffffffff', 0xffffffff],
    ['1 << 40', 2 ** 40],
    ['-8 >> 1', -4],
    ['6 ^ 3 | 8', 13],
    ['1_000 * 1e3', 1e6],
    ['9007199254740993 - 9007199254740992', 1],
    ['9007199254740993 * 2', 18014398509481986n],
    // Unlike in C, operators on bits bind stronger than comparisons.
    ['6 & 1 == 0', 1],
    ['1 < 2 and not 3 == 4 or 0', 1],
    ['0 || !(1 && 0)', 1],
    ['!3 == 4', 0],
    ['not 3 == 4 and not not 1', 1],
    ['0 and 1 / 0', 0],
    ['$n', -16],
    ['$0 == -16', 1],
    ['$5', 5],
    ['$"n" + $5', -11],
    ['u32($n)', 0xfffffff0],
    ['u8($n)', 0xf0],
    ['i8(0xff)', -1],
    ['$wide', -(2n ** 63n)],
    ['u64($wide) == 0x8000000000000000', 1],
    ['$wide < -1', 1],
    ['$wide == global.big', 1],
    ['$x', Math.fround(1.1)],
    ['$x == f32(1.1)', 1],
    ['$x == 1.1 + 0', 0],
    ['$y == $y', 0],
    ['$y != $y', 1],
    ['$none == null', 1],
    ['null != $none', 0],
    ['operand[0]', 0.5],
    ['operand[1] == 77 and operand[0] < 1', 1],
    ['global.sp', 65520],
    ['global[0] == global["sp"]', 1],
    ['u8[16]', 1],
    ['u16[16]', 0x201],
    ['u32[16]', 0x4030201],
    ['i8[20]', -1],
    ['i32[20]', -1],
    ['u64[16]', 0xffffffff04030201n],
    ['i64[16]', -4227661311],
    ['f64[24]', -1.5],
    ['u8[u8[16] + 15 + operand[1] - 77]', 1],
    // An address has no sign: -16 + 32 = 16, and -1 is the last byte of 4 GiB.
    ['u8[$n + 32]', 1],
    ['memory[1].u8[0]', 42],
    ['memory.second.u8[0]', 42],
    ['arrivals % 3', 0],
    ['depth', 0],
    ['i32(2.9) + i32(-2.9)', 0],
  ])('%s', (text, expected) => {
    // i64 values that are safe integers are numbers.
    expect(evaluated(text)).toBe(expected);
  });

  it.each<[string, string]>([
    ['1 / ($n + 16)', 'division by zero'],
    ['$n % 0', 'division by zero'],
    ['u8[$n]', 'u8[0xfffffff0] lies beyond the memory, which ends at 0x10000'],
    ['u32[65533]', 'u32[0xfffd] lies beyond the memory, which ends at 0x10000'],
    ['u8[$wide]', 'u8[0x8000000000000000] lies beyond the memory, which ends at 0x10000'],
    ['i32($y)', 'NaN as i32'],
    ['1 << 65', 'a shift by 65, where 0 to 64 are possible'],
  ])('%s has no value', (text, message) => {
    let thrown: unknown;
    try {
      evaluated(text);
    } catch (error) {
      thrown = (error as Error).cause;
    }
    expect(thrown).toBeInstanceOf(NoValue);
    expect((thrown as NoValue).message).toBe(message);
  });

  it.each<[string, string]>([
    ['', 'at character 1: it ends where a value is expected'],
    ['$n >', 'at character 5: it ends where a value is expected'],
    ['$n > )', 'at character 6: there is ")" where a value is expected'],
    ['$n = 3', 'at character 4: "=" means nothing; to compare, write =='],
    ['2 + not 0', 'at character 5: there is "not" where a value is expected'],
    ['$n 3', 'at character 4: there is "3" where an operator, or the end is expected'],
    ['1 < 2 < 3', 'at character 7: comparisons do not chain: write a < b and b < c'],
    ['12abc', 'at character 1: "12a" is no number'],
    ['n > 3', 'at character 1: "n" means nothing here; a local is written $n, a global global.n'],
    [
      'u33[0]',
      'at character 1: "u33" means nothing here; a local is written $u33, a global global.u33; did you mean "u32"?',
    ],
    [
      '$nn > 3',
      'at character 1: there is no local $nn in function 1 (f), which has $0 to $6 ($n, $wide, $x, $y, $none, $v); did you mean "$n"?',
    ],
    ['$9', 'at character 1: there is no local $9 in function 1 (f), which has $0 to $6 ($n, $wide, $x, $y, $none, $v)'],
    ['$v == 0', 'at character 1: expressions know no v128'],
    ['operand[2]', 'at character 1: there is no operand[2]: here operand[0] to operand[1] are on the stack'],
    ['global.spp', 'at character 1: no global is named "spp"; did you mean "sp"?'],
    ['global[7]', 'at character 1: there is no global 7: the module has numbers 0 to 1'],
    ['memory[2].u8[0]', 'at character 1: there is no memory 2: the module has numbers 0 to 1'],
    ['u8[1.5]', 'at character 4: an address is an integer, and this is a float: i32(...) makes an integer of it'],
    ['$x & 1', 'at character 1: "&" is for integers, and here is a float'],
    ['$x', 'at character 1: a float is neither true nor false: compare it, for instance with != 0'],
    ['$none', 'at character 1: a reference can only be compared with null: ... == null or ... != null'],
    [
      '$n == 0xfffffff0',
      'at character 7: an i32, which has a sign, never is 4294967280: the unsigned value is u32(...)',
    ],
    ['$n != 1.5', 'at character 7: an i32, which has a sign, never is 1.5'],
    ['$x == 1.1', 'at character 7: an f32 never is 1.1: write f32(1.1)'],
    [`${'('.repeat(200)}1${')'.repeat(200)}`, 'it is nested too deeply'],
    [
      'process.exit()',
      'at character 1: "process" means nothing here; a local is written $process, a global global.process',
    ],
  ])('%s means nothing', (text, message) => {
    const bind = (): unknown => bindCondition(text, parseExpression(text), scope());
    expect(bind).toThrow(ExpressionError);
    expect(bind).toThrow(message);
  });

  it('says what it depends on', () => {
    const text = '$n > global.sp or memory[1].u8[$5] == 0';
    expect(bindCondition(text, parseExpression(text), scope()).dependencies).toEqual({
      locals: new Set([0, 5]),
      globals: new Set([0]),
      hasMemory: true,
      hasOperands: false,
      hasArrivals: false,
      hasDepth: false,
    });
  });
});
