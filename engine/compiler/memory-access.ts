/**
 * Loads and stores as JavaScript text, in one of two ways.
 *
 * Without an offset, by a `DataView` of the memory. Its RangeError is the trap, and its last argument notes the site, after the
 * operands have been evaluated.
 *
 *     DV.getInt32(l0 + l1 >>> 0, p = 17)
 *
 * Otherwise the fast path is an element of a typed array. Its index is the effective address rotated right by the
 * logarithm of the width: a misaligned address has its lowest bits at the top then, beyond every array, and so has one above
 * 2 GiB. What an array does not have is `undefined`, and is left to a `SlowMemory`. (Comparing the index with the length instead
 * takes 1.5 times as long.)
 *
 *     (u = I32[(l0 >>> 2) + 4 | l0 << 30]) !== undefined ? u : (p = 17, m0.getInt32(l0, 16))
 *
 * An offset that is a multiple of the width is added after the shift: no sum wraps, since addresses are taken as unsigned, and
 * what is set at the top stays set.
 */

import type { Instruction } from '../isa/instructions.ts';
import { F32, F64, I32, I64, type ValType } from '../isa/valtype.ts';
import { asIntN, constantOf, lowHalf, plain, unsigned } from './forms.ts';
import type { Text, ViewKind } from './js-text.ts';
import { binary, call, conditional, type Expr, literal, type Names, name, PREC, sequence } from './js-text.ts';

/** How memory holds a value: the typed array, the accessors of `SlowMemory`, and the bytes as a power of two. */
interface Cell {
  readonly view: ViewKind;
  readonly accessor: string;
  readonly shift: number;
  readonly type: ValType;
}

const cells: Readonly<Record<string, Cell>> = {
  '8_s': { view: 'i8', accessor: 'Int8', shift: 0, type: I32 },
  '8_u': { view: 'u8', accessor: 'Uint8', shift: 0, type: I32 },
  8: { view: 'i8', accessor: 'Int8', shift: 0, type: I32 },
  '16_s': { view: 'i16', accessor: 'Int16', shift: 1, type: I32 },
  '16_u': { view: 'u16', accessor: 'Uint16', shift: 1, type: I32 },
  16: { view: 'i16', accessor: 'Int16', shift: 1, type: I32 },
  '32_s': { view: 'i32', accessor: 'Int32', shift: 2, type: I32 },
  '32_u': { view: 'i32', accessor: 'Int32', shift: 2, type: I32 },
  32: { view: 'i32', accessor: 'Int32', shift: 2, type: I32 },
};

const wholeCells = new Map<ValType, Cell>([
  [I32, cells[32]],
  [F32, { view: 'f32', accessor: 'Float32', shift: 2, type: F32 }],
  [I64, { view: 'i64', accessor: 'BigInt64', shift: 3, type: I64 }],
  [F64, { view: 'f64', accessor: 'Float64', shift: 3, type: F64 }],
]);

function cellOf(instr: Instruction, type: ValType): Cell {
  const narrow = /(?:load|store)(\d+(?:_[su])?)$/.exec(instr.name)?.[1];
  const cell = narrow === undefined ? wholeCells.get(type) : cells[narrow];
  if (cell === undefined || !instr.immediates.includes('memarg')) throw new Error(`${instr.name} is no scalar access`);
  return cell;
}

/** The address operand: how it is written the first time, where it is evaluated, and afterwards. */
interface Address {
  readonly first: Text;
  readonly again: Text;
  readonly constant: number | undefined;
}

function addressOf(e: Expr): Address {
  const constant = constantOf(e);
  if (e.isAtom) return { first: e, again: e, constant };
  return { first: { text: `t = ${e.text}`, prec: PREC.ASSIGNMENT }, again: name('t'), constant };
}

/** Index of the element at the effective address; undefined where that is known to be in no typed array. */
function indexOf(address: Address, offset: number, shift: number): Text | undefined {
  if (address.constant !== undefined) {
    const index = ((address.constant >>> 0) + offset) / 2 ** shift;
    return Number.isInteger(index) && index < 2 ** (31 - shift) ? literal(index) : undefined;
  }
  if (offset >= 2 ** 31) return undefined;
  const { first, again } = address;
  if (shift === 0) return offset === 0 ? first : binary(unsigned(first), '+', literal(offset), PREC.ADDITIVE);
  const right = (piece: Text): Text => binary(piece, '>>>', literal(shift), PREC.SHIFT);
  const rotate = (high: Text, low: Text): Text =>
    binary(high, '|', binary(low, '<<', literal(32 - shift), PREC.SHIFT), PREC.BIT_OR);
  const isMultiple = offset % 2 ** shift === 0;
  if (isMultiple) {
    const elements = offset / 2 ** shift;
    return rotate(elements === 0 ? right(first) : binary(right(first), '+', literal(elements), PREC.ADDITIVE), again);
  }
  // Here the sum wraps for addresses from 2^31 on: they become the highest one.
  const sum = binary(first, '+', literal(offset), PREC.ADDITIVE);
  const sign = binary(again, '>>', literal(31), PREC.SHIFT);
  return rotate(right(binary(sum, '|', sign, PREC.BIT_OR)), binary(again, '+', literal(offset), PREC.ADDITIVE));
}

/**
 * The variable with the `DataView` of the memory, for accesses for which that is better. With an offset, V8 would not know that the sum
 * is an integer of 32 bits. 8-bit arrays need no rotation. For 64-bit integers V8 calls a function.
 */
function dataView(cell: Cell, offset: number, memory: number, names: Names): string | undefined {
  const isOfUse = offset === 0 && cell.shift > 0 && cell.type !== I64 && names.hasDataView(memory);
  return isOfUse ? names.view(memory, 'dv') : undefined;
}

function element(view: string, index: Text): string {
  return `${view}[${index.text}]`;
}

/** What belongs to an access besides its operands. */
interface Place {
  readonly offset: number;
  readonly memory: number;
  readonly names: Names;
}

/** What a load reads from memory, before it is extended to i64. */
function loadCell(cell: Cell, operand: Expr, { offset, memory, names }: Place): Text & { quiet?: Text } {
  const address = addressOf(operand);
  const view = address.constant === undefined ? dataView(cell, offset, memory, names) : undefined;
  if (view !== undefined) return viewedCell(cell, operand, view, names, memory);
  const index = indexOf(address, offset, cell.shift);
  const reached = index === undefined ? address.first : address.again;
  const access = call(`${names.slow(memory)}.get${cell.accessor}`, reached, literal(offset));
  if (index === undefined) return sequence(names.site(), access.text);
  const growth = names.growthCheck?.(memory);
  const slow = sequence(growth === undefined ? names.site() : `${names.site()}, ${growth}`, access.text);
  const item = element(names.view(memory, cell.view), index);
  const u = name('u');
  const exists = binary(name(`(u = ${item})`), '!==', name('undefined'), PREC.EQUALITY);
  const load = conditional(exists, u, slow);
  if (cell.type !== F32) return load;
  // A NaN is unequal to itself, and so is `undefined` as a number: both are read again, with all bits.
  const isNumber = binary(name(`(u = +${item})`), '===', u, PREC.EQUALITY);
  return { ...conditional(isNumber, u, slow), quiet: load };
}

/** What a load reads by the `DataView`. The last argument says that bytes are little-endian, as any number but 0 does. */
function viewedCell(cell: Cell, operand: Expr, view: string, names: Names, memory: number): Text & { quiet?: Text } {
  const access = (at: Text): Text => call(`${view}.get${cell.accessor}`, unsigned(at), name(names.site()));
  const load = access(operand.unwrapped ?? operand);
  if (cell.type !== F32) return load;
  const { first, again } = addressOf(operand);
  const isNumber = binary(name(`(u = ${access(first).text})`), '===', name('u'), PREC.EQUALITY);
  const exact = call(`${names.slow(memory)}.getFloat32`, again, literal(0));
  return { ...conditional(isNumber, name('u'), exact), quiet: load };
}

/** The expression of a load. The scratch variables `t` and `u` are used after the address is evaluated. */
export function load(instr: Instruction, address: Expr, offset: number, memory: number, names: Names): Expr {
  const [type] = instr.results;
  const cell = cellOf(instr, type);
  const { quiet, ...piece } = loadCell(cell, address, { offset, memory, names });
  const isFloat = type === F32 || type === F64;
  const effects = { canTrap: true, readsMemory: true };
  if (type !== I64 || cell.type === I64) {
    const facets = { maybeSignalling: isFloat, ...(quiet === undefined ? {} : { quiet }) };
    return { ...plain(type, piece, [address], facets), ...effects };
  }
  const extended = call('BigInt', unsigned(piece));
  const isSigned = instr.name.endsWith('_s');
  return { ...plain(I64, isSigned ? asIntN(32, extended) : extended, [address], { low: piece }), ...effects };
}

/**
 * The statements of a store. First the address and the value are evaluated, to the scratch variables `w` and `t` unless they may be
 * repeated; loads in them use `t` and `u`.
 */
export function store(
  instr: Instruction,
  address: Expr,
  value: Expr,
  offset: number,
  memory: number,
  names: Names,
): string {
  const cell = cellOf(instr, value.type);
  const narrowed = value.type === I64 && cell.type === I32 ? lowHalf(value, names) : value;
  const viewed = constantOf(address) === undefined ? dataView(cell, offset, memory, names) : undefined;
  if (viewed !== undefined && !(cell.type === F32 && value.maybeSignalling)) {
    const at = unsigned(address.unwrapped ?? address);
    return `${call(`${viewed}.set${cell.accessor}`, at, narrowed, name(names.site())).text};`;
  }
  const isRepeatable = narrowed === value ? value.isAtom : value.constant !== undefined || /^\w+$/.test(narrowed.text);
  const statements: string[] = [];
  const target = address.isAtom ? (address as Text) : name('w');
  if (!address.isAtom) statements.push(`w = ${address.text};`);
  const stored = isRepeatable ? narrowed : name('t');
  if (stored !== narrowed) statements.push(`t = ${narrowed.text};`);
  const index = indexOf({ first: target, again: target, constant: constantOf(address) }, offset, cell.shift);
  const access = call(`${names.slow(memory)}.set${cell.accessor}`, target, literal(offset), stored);
  const slow = `${names.site()}; ${access.text};`;
  if (index === undefined) return [...statements, slow].join(' ');
  const view = names.view(memory, cell.view);
  const growth = names.growthCheck?.(memory);
  const isShort = index.prec === PREC.ATOM;
  const exists = `${element(view, isShort ? index : name(`u = ${index.text}`))} !== undefined`;
  const isNumber = cell.type === F32 && value.maybeSignalling ? `${stored.text} === ${stored.text} && ` : '';
  const assignment = `${element(view, isShort ? index : name('u'))} = ${stored.text};`;
  return [
    ...statements,
    `if (${isNumber}${exists}) ${assignment} else { ${growth === undefined ? '' : `${growth}; `}${slow} }`,
  ].join(' ');
}
