/** Every row of the instruction table over numbers as JavaScript text against V8's own WebAssembly: all bits, and where it traps. */

import { describe, expect, test } from 'vitest';
import { atom, compute, conditionOf, type Expr, needsAtoms, negationOf } from '../../engine/compiler/expression.ts';
import { type InstrName, type Instruction, instruction } from '../../engine/isa/instructions.ts';
import { F32, F64, I32, I64, type ValType } from '../../engine/isa/valtype.ts';
import { describeDifference, nanBits, sameOutcome } from '../support/compare.ts';
import { constantOfBytes, evaluate, type OperandKind, runText, TextNames } from '../support/compiled-text.ts';
import { type Bytes, operandTuples, scalarEdges } from '../support/edge-values.ts';
import { NativeInstruction } from '../support/native.ts';
import { shuffled } from '../support/random.ts';
import { rowGroups } from '../support/rows.ts';
import { some } from '../support/thorough.ts';

/** Texts with constants are functions of their own, so fewer of them. */
const limits: readonly (readonly [OperandKind, number])[] = [
  ['variables', 2500],
  ['second constant', 400],
  ['constants', 200],
];

describe('the text of', () => {
  test.each(some(rowGroups.scalar, 3))('$name does what V8 does, with variables and constants', (i) => {
    const native = new NativeInstruction(i);
    const bits = nanBits(i);
    const differences: string[] = [];
    let compared = 0;
    for (const [kind, limit] of limits) {
      for (const operands of shuffled(operandTuples(i.params, [], i.opcode), i.opcode).slice(0, limit)) {
        const expected = native.run(operands);
        const actual = runText({ instruction: i, operands, kind });
        compared++;
        if (!sameOutcome(expected, actual, { bits, operands })) {
          differences.push(`${kind}: ${describeDifference(operands, expected, actual)}`);
        }
      }
    }
    expect(differences.slice(0, 5)).toEqual([]);
    expect(compared).toBeGreaterThan(400);
  });
});

type Value = number | bigint;

/** A value as JavaScript has it; not for NaNs that carry bits. */
function valueOfBytes(type: ValType, bytes: Bytes): Value {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (type === I32) return view.getInt32(0, true);
  if (type === I64) return view.getBigInt64(0, true);
  return type === F32 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

function textOf(i: Instruction, names: TextNames): Expr {
  const operands = i.params.map((type, k) => atom(type, `l${k}`));
  return compute(i, operands, names);
}

interface Facet {
  readonly name: string;
  /** The text to evaluate, which must be related to the value of the instruction as told by `agrees`. */
  readonly text: string | undefined;
  readonly agrees: (facet: unknown, value: Value) => boolean;
}

function facetsOf(e: Expr): Facet[] {
  const low = (value: Value): Value => (typeof value === 'bigint' ? BigInt.asIntN(32, value) : value | 0);
  return [
    { name: 'condition', text: e.condition?.text, agrees: (x, v) => x === (v !== 0) },
    { name: 'negation', text: e.negation?.text, agrees: (x, v) => x === (v === 0) },
    {
      name: 'unwrapped',
      text: e.unwrapped?.text,
      agrees: (x, v) =>
        typeof x === 'bigint'
          ? BigInt.asIntN(64, x) === v
          : Number.isSafeInteger(x) && Math.abs(x as number) <= (e.unwrapped?.bound ?? 0) && ((x as number) | 0) === v,
    },
    { name: 'quiet', text: e.quiet?.text, agrees: (x, v) => Object.is(x, v) },
    { name: 'low', text: e.low?.text, agrees: (x, v) => BigInt(x as number) === low(v) },
  ];
}

describe('the other forms of', () => {
  test.each(some(rowGroups.scalar, 3))('$name agree with its text', (i) => {
    const names = new TextNames();
    const e = textOf(i, names);
    const tuples = shuffled(operandTuples(i.params, [], i.opcode), i.opcode).slice(0, 300);
    for (const { name, text, agrees } of facetsOf(e)) {
      if (text === undefined) continue;
      for (const tuple of tuples) {
        const operands = new Map(tuple.map((bytes, k) => [`l${k}`, valueOfBytes(i.params[k] as ValType, bytes)]));
        const value = evaluate(e.text, names, operands) as Value;
        const facet = evaluate(text, names, operands);
        expect(agrees(facet, value), `${name} ${text} of ${[...operands.values()]}: ${facet}, ${value}`).toBe(true);
      }
    }
  });

  test('there are some of each kind', () => {
    const found = new Map<string, number>();
    for (const i of rowGroups.scalar) {
      for (const { name, text } of facetsOf(textOf(i, new TextNames()))) {
        if (text !== undefined) found.set(name, (found.get(name) ?? 0) + 1);
      }
    }
    expect(Object.fromEntries(found)).toEqual({ condition: 34, negation: 34, unwrapped: 3, quiet: 8, low: 5 });
  });
});

/** A nested expression: the name of an instruction and its operands, the name of a local, or a number. */
type Tree = readonly [InstrName, ...Tree[]] | string | number | bigint;

const localTypes: Readonly<Record<string, ValType>> = { l: I32, j: I64, f: F32, x: F64 };

function build(tree: Tree, type: ValType, names: TextNames): Expr {
  if (typeof tree === 'string') return atom(localTypes[tree[0] as string] as ValType, tree);
  if (typeof tree !== 'object') return constantOfBytes(type, bytesOf(type, tree), names);
  const [name, ...operands] = tree;
  const i = instruction(name);
  return compute(
    i,
    operands.map((operand, k) => build(operand, i.params[k] as ValType, names)),
    names,
  );
}

function bytesOf(type: ValType, value: Value): Bytes {
  const bytes = new Uint8Array(type === I32 || type === F32 ? 4 : 8);
  const view = new DataView(bytes.buffer);
  if (type === I32) view.setInt32(0, value as number, true);
  else if (type === I64) view.setBigInt64(0, value as bigint, true);
  else if (type === F32) view.setFloat32(0, value as number, true);
  else view.setFloat64(0, value as number, true);
  return bytes;
}

const textual = (tree: Tree): string => build(tree, I32, new TextNames()).text;
const conditional = (tree: Tree): [string, string] => {
  const e = build(tree, I32, new TextNames());
  return [conditionOf(e).text, negationOf(e).text];
};

describe('nested text has no more parentheses than it needs', () => {
  const cases: [Tree, string][] = [
    [['i32.add', 'l2', 4], 'l2 + 4 | 0'],
    [['i32.add', 'l2', -4], 'l2 - 4 | 0'],
    [['i32.add', ['i32.add', 'l0', 'l1'], ['i32.sub', 'l2', 'l3']], 'l0 + l1 + (l2 - l3) | 0'],
    [['i32.and', ['i32.add', 'l0', 1], 255], 'l0 + 1 & 255'],
    [['i32.shl', ['i32.add', 'l0', 'l1'], 2], 'l0 + l1 << 2'],
    [['i32.mul', ['i32.sub', 'l0', 1], 'l1'], 'Math.imul(l0 - 1, l1)'],
    [['i32.or', ['i32.and', 'l0', 'l1'], ['i32.xor', 'l2', 'l3']], 'l0 & l1 | l2 ^ l3'],
    [['i32.and', ['i32.or', 'l0', 'l1'], 'l2'], '(l0 | l1) & l2'],
    [['i32.add', ['i32.shr_u', 'l0', 1], ['i32.shr_u', 'l0', 'l1']], '(l0 >>> 1) + (l0 >>> l1) | 0'],
    [['i32.sub', 0, ['i32.sub', 'l0', 'l1']], '0 - (l0 - l1) | 0'],
    [['i32.div_s', ['i32.add', 'l0', 'l1'], 7], '(l0 + l1 | 0) / 7 | 0'],
    [['i32.rem_u', 'l0', -3], '(l0 >>> 0) % 4294967293 | 0'],
    [['i32.div_u', 'l0', 'l1'], 'l1 === 0 ? (p = 17, divU32(l0, l1)) : (l0 >>> 0) / (l1 >>> 0) | 0'],
    [['i32.add', ['i32.lt_s', 'l0', 'l1'], 'l2'], '(l0 < l1 ? 1 : 0) + l2 | 0'],
    [['i32.rotl', 'l0', 7], 'l0 << 7 | l0 >>> 25'],
    [['i32.lt_u', ['i32.add', 'l0', 1], 'l1'], 'l0 + 1 >>> 0 < l1 >>> 0 ? 1 : 0'],
    [['f64.add', ['f64.mul', 'x0', 'x1'], ['f64.mul', 'x2', ['f64.add', 'x3', 0.5]]], 'x0 * x1 + x2 * (x3 + 0.5)'],
    [['f64.sub', 'x0', ['f64.sub', 'x1', ['f64.neg', 'x2']]], 'x0 - (x1 - -x2)'],
    [['f64.neg', ['f64.neg', 'x0']], '-(-x0)'],
    [['f64.mul', ['f64.promote_f32', 'f0'], 0.5], 'f0 * 0.5'],
    [['f32.add', ['f32.mul', 'f0', 'f1'], 'f2'], 'Math.fround(Math.fround(f0 * f1) + f2)'],
    [['f64.convert_i32_u', ['i32.add', 'l0', 1]], 'l0 + 1 >>> 0'],
    [['f64.mul', ['f64.convert_i32_u', 'l0'], 2.5], '(l0 >>> 0) * 2.5'],
    [['i64.add', ['i64.mul', 'j0', 'j1'], -5n], 'BigInt.asIntN(64, BigInt.asIntN(64, j0 * j1) - 5n)'],
    [['i64.xor', ['i64.shl', 'j0', 13n], 'j0'], 'BigInt.asIntN(64, j0 << 13n) ^ j0'],
    [['i64.shr_s', 'j0', 13n], 'BigInt.asIntN(51, BigInt.asUintN(64, j0) >> 13n)'],
    [['i64.shl', 'j0', ['i64.extend_i32_u', 'l0']], 'shl64(j0, l0)'],
    [['i32.wrap_i64', ['i64.add', 'j0', 'j1']], '(s64[0] = BigInt.asIntN(64, j0 + j1), s32[0])'],
    [['i32.wrap_i64', ['i64.extend_i32_s', 'l0']], 'l0'],
    [['i64.extend_i32_s', ['i32.add', 'l0', 'l1']], 'BigInt.asIntN(32, BigInt(l0 + l1 >>> 0))'],
  ];

  test.each(cases.map(([tree, text]) => ({ tree, text })))('$text', ({ tree, text }) => {
    expect(textual(tree)).toBe(text);
  });

  const conditions: [Tree, string, string][] = [
    ['l0', 'l0 !== 0', 'l0 === 0'],
    [5, 'true', 'false'],
    [['i32.lt_s', 'l0', 'l1'], 'l0 < l1', 'l0 >= l1'],
    [['i32.eqz', ['i32.ge_u', 'l0', 'l1']], 'l0 >>> 0 < l1 >>> 0', 'l0 >>> 0 >= l1 >>> 0'],
    [['i32.eqz', 'l0'], 'l0 === 0', 'l0 !== 0'],
    [['i32.eqz', ['f64.lt', 'x0', 'x1']], '!(x0 < x1)', 'x0 < x1'],
    [['i32.eq', ['i32.eq', 'l0', 'l1'], 0], 'l0 !== l1', 'l0 === l1'],
    [['i32.ne', 0, ['i64.eqz', 'j0']], 'j0 === 0n', 'j0 !== 0n'],
    [['i32.and', 'l0', 1], '(l0 & 1) !== 0', '(l0 & 1) === 0'],
    [['i32.add', 'l0', 'l1'], '(l0 + l1 | 0) !== 0', '(l0 + l1 | 0) === 0'],
    [
      ['i32.and', ['i32.lt_s', 'l0', 'l1'], ['i32.or', ['i32.eqz', 'l2'], ['f32.eq', 'f0', 'f1']]],
      'l0 < l1 && (l2 === 0 || f0 === f1)',
      'l0 >= l1 || l2 !== 0 && f0 !== f1',
    ],
  ];

  test.each(conditions.map(([tree, condition, negation]) => ({ tree, condition, negation })))(
    '$condition, as a condition',
    ({ tree, condition, negation }) => {
      expect(conditional(tree)).toEqual([condition, negation]);
    },
  );
});

describe('a condition is not short-circuited over a trap', () => {
  test('the second operand of i32.and is evaluated', () => {
    const trapping: Tree = ['i32.lt_s', ['i32.div_s', 'l0', 'l1'], 'l2'];
    expect(conditional(['i32.and', ['i32.eqz', 'l0'], trapping])[0]).toBe(
      '((l0 === 0 ? 1 : 0) & ((l1 === 0 || l1 === -1 ? (p = 17, divS32(l0, l1)) : l0 / l1 | 0) < l2 ? 1 : 0)) !== 0',
    );
    expect(build(trapping, I32, new TextNames()).canTrap).toBe(true);
  });
});

/** Trees of a depth, by a generator of numbers: each node an instruction that cannot trap. */
function randomTree(type: ValType, depth: number, next: (limit: number) => number): Tree {
  const rows = rowGroups.scalar.filter((i) => i.results[0] === type && !i.effects.has('trap'));
  if (depth === 0) return `${{ [I32]: 'l', [I64]: 'j', [F32]: 'f', [F64]: 'x' }[type]}${next(2)}`;
  const i = rows[next(rows.length)] as Instruction;
  // Operands that are used more than once are atoms.
  const needed = needsAtoms(i);
  return [i.name, ...i.params.map((t, k) => randomTree(t, needed[k] ? 0 : depth - 1, next))];
}

function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** The value of a tree, one instruction after the other. */
function stepwise(tree: Tree, locals: ReadonlyMap<string, Value>): Value {
  if (typeof tree === 'string') return locals.get(tree) as Value;
  if (typeof tree !== 'object') return tree;
  const [name, ...operands] = tree;
  const names = new TextNames();
  const e = textOf(instruction(name), names);
  return evaluate(e.text, names, new Map(operands.map((operand, k) => [`l${k}`, stepwise(operand, locals)]))) as Value;
}

describe('an expression of many instructions', () => {
  test.each([I32, I64, F32, F64])('gives what its instructions give one by one (type 0x%s)', (type) => {
    const next = generator(type);
    const edge = (t: ValType): Value => {
      const edges = scalarEdges(t);
      return valueOfBytes(t, edges[next(edges.length)] as Bytes);
    };
    for (let round = 0; round < 600; round++) {
      const tree = randomTree(type, 1 + next(5), next);
      const locals = new Map<string, Value>();
      for (const [prefix, t] of Object.entries(localTypes))
        for (const n of [0, 1]) locals.set(`${prefix}${n}`, edge(t));
      const names = new TextNames();
      const e = build(tree, type, names);
      const whole = evaluate(e.text, names, locals);
      const expected = stepwise(tree, locals);
      expect(Object.is(whole, expected), `${e.text}: ${whole}, not ${expected}`).toBe(true);
    }
  });
});
