/**
 * Which instructions: by mnemonic, glob, or categories, which are predicates over the columns of the instruction
 * table, so that an instruction that is added to the table is in the right ones by itself.
 */

import { type Effect, type Instruction, instructions } from '../engine/index.ts';
import { FilterError, nearestOf } from './errors.ts';
import { glob, isGlob, regex, regexFromText } from './pattern.ts';

type Predicate = (i: Instruction) => boolean;

/**
 * Selects instructions:
 *
 * - a text: words with spaces between them are an intersection, commas a union: `i64 arithmetic`, `f32.load, f64.load`.
 *   A word is a mnemonic, a glob on mnemonics (`i32.load*`), a category, a feature of the table, a regular
 *   expression on mnemonics (`/^i32\./`), or one of these with `!` in front: all but these. Where a mnemonic is
 *   the word of a category as well (`call`), `=call` is the mnemonic.
 * - a regular expression on mnemonics
 * - a predicate over the row of the table
 * - an array: the union of its members
 */
export type InstructionFilter = string | RegExp | Predicate | readonly InstructionFilter[];

export interface InstructionCategory {
  readonly word: string;
  readonly help: string;
}

interface Category {
  readonly help: string;
  readonly matches: Predicate;
}

const has =
  (...effects: Effect[]): Predicate =>
  (i) =>
    effects.some((effect) => i.effects.has(effect));

const takes =
  (...kinds: string[]): Predicate =>
  (i) =>
    i.immediates.some((kind) => kinds.includes(kind));

const named =
  (pattern: RegExp): Predicate =>
  (i) =>
    pattern.test(i.mnemonic);

/** Type letters of the signature: unlike the types, they tell an address from an i32. */
const typed =
  (letter: string): Predicate =>
  (i) =>
    i.signature.includes(letter);

const accesses: Predicate = ({ access }) => access.reads !== undefined || access.writes !== undefined;
const isConst = named(/\.const$/);
/** Computes its results from its operands: all rows of one type with a meaning, but accesses and constants. */
const isNumeric: Predicate = (i) => !i.isContextual && i.meaning !== '' && !accesses(i) && !isConst(i);
const compares = named(/\.(eqz|eq|ne|lt|gt|le|ge)(_[su])?$/);
const converts = named(/\.(relaxed_)?(wrap|trunc_(sat_)?[if]|convert|demote|promote|reinterpret|extend|narrow)/);
const bitwise = named(/\.(and|or|xor|not|andnot|bitselect|shl|shr_[su]|rotl|rotr|clz|ctz|popcnt)$/);
const lanes = named(
  /\.(splat|shuffle|(relaxed_)?swizzle|(extract|replace)_lane|(relaxed_)?laneselect|bitmask|any_true|all_true)/,
);

const categories: Readonly<Record<string, Category>> = {
  load: { help: 'loads, of all types and widths', matches: (i) => takes('memarg')(i) && i.access.reads !== undefined },
  store: {
    help: 'stores, of all types and widths',
    matches: (i) => takes('memarg')(i) && i.access.writes !== undefined,
  },
  'reads-memory': { help: 'loads and bulk reads of memory', matches: (i) => i.access.reads !== undefined },
  'writes-memory': { help: 'stores and bulk writes of memory', matches: (i) => i.access.writes !== undefined },
  memory: {
    help: 'whatever concerns a memory: accesses, bulk operations, size, grow',
    matches: (i) => accesses(i) || takes('memory')(i),
  },
  bulk: {
    help: 'operations on ranges of a memory, a table or an array, and on segments',
    matches: (i) => i.feature === 'bulk-memory' || named(/\.(fill|copy|init(_data|_elem)?)$/)(i),
  },
  atomic: { help: 'atomic operations', matches: named(/\.atomic\./) },
  branch: {
    help: 'branches: to a label, or by `if`',
    matches: (i) => i.effects.has('branch') && (takes('label', 'labels')(i) || i.effects.has('label')),
  },
  block: { help: 'what opens a block: block, loop, if, try', matches: has('label') },
  call: { help: 'calls, tail calls included', matches: has('call') },
  'tail-call': {
    help: 'calls that end their activation',
    matches: (i) => i.effects.has('call') && i.effects.has('exit'),
  },
  exit: { help: 'what always leaves the function: return, tail calls', matches: has('exit') },
  throw: { help: 'what throws an exception', matches: has('throw') },
  control: {
    help: 'control instructions, in the sense of the specification',
    // The specification encodes them below 0x1a, but for those that came later, which transfer control.
    matches: (i) => i.opcode < 0x1a || has('label', 'branch', 'exit', 'call', 'throw')(i),
  },
  trap: { help: 'what may trap', matches: has('trap') },
  const: { help: 'constants', matches: isConst },
  local: { help: 'access to locals', matches: takes('local') },
  global: { help: 'access to globals', matches: takes('global') },
  table: {
    help: 'whatever concerns a table, indirect calls included',
    matches: (i) => takes('table')(i) || has('tableread', 'tablewrite', 'tablegrow')(i),
  },
  reference: { help: 'instructions on references', matches: (i) => named(/^(ref|i31|any|extern)\.|^br_on_|_ref$/)(i) },
  gc: { help: 'structs, arrays and what goes with them', matches: (i) => i.feature === 'gc' },
  simd: { help: 'vector instructions', matches: (i) => i.feature === 'simd' || i.feature === 'relaxed-simd' },
  numeric: { help: 'what computes numbers from numbers', matches: isNumeric },
  compare: { help: 'numeric: comparisons, eqz included', matches: (i) => isNumeric(i) && compares(i) },
  convert: { help: 'numeric: conversions between types and widths', matches: (i) => isNumeric(i) && converts(i) },
  bitwise: { help: 'numeric: logic, shifts, rotations, counts of bits', matches: (i) => isNumeric(i) && bitwise(i) },
  arithmetic: {
    help: 'numeric: what is no comparison, conversion, bitwise operation or rearrangement of lanes',
    matches: (i) => isNumeric(i) && ![compares, converts, bitwise, lanes].some((matches) => matches(i)),
  },
  i32: { help: 'i32 operand or result (addresses do not count)', matches: typed('i') },
  i64: { help: 'i64 operand or result (addresses do not count)', matches: typed('I') },
  f32: { help: 'f32 operand or result', matches: typed('f') },
  f64: { help: 'f64 operand or result', matches: typed('F') },
  v128: { help: 'v128 operand or result', matches: typed('v') },
};

/** The words for categories, with what they mean, for help texts. */
export const instructionCategories: readonly InstructionCategory[] = Object.entries(categories).map(
  ([word, { help }]) => ({ word, help }),
);

const features: ReadonlySet<string> = new Set(instructions.map((i) => i.feature));
const mnemonics: ReadonlySet<string> = new Set(instructions.map((i) => i.mnemonic));

/**
 * Row numbers (`op`) of the instructions that a filter selects; all without one. A FilterError for an unknown word,
 * and where nothing is selected.
 */
export function selectInstructions(filter?: InstructionFilter): ReadonlySet<number> {
  const matches = filter === undefined ? () => true : predicateOf(filter);
  const selected = new Set(instructions.filter((i) => matches(i)).map((i) => i.op));
  if (selected.size > 0) return selected;
  const text = Array.isArray(filter) ? filter.map(String).join(', ') : String(filter);
  throw new FilterError(text, `no instruction is selected by "${text}"`);
}

function predicateOf(filter: InstructionFilter): Predicate {
  if (typeof filter === 'string') return union(termsOf(filter).map((words) => intersectionOf(words, filter)));
  if (typeof filter === 'function') return filter;
  if (!(filter instanceof RegExp)) return union(filter.map(predicateOf));
  const matches = regex(filter);
  return (i) => matches(i.mnemonic);
}

function union(parts: readonly Predicate[]): Predicate {
  return (i) => parts.some((matches) => matches(i));
}

/** A comma, or a word: a regular expression up to the slash that ends it, else all up to a space or comma. */
const TOKEN = /,|!?\/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[])+\/[a-z]*(?=[\s,]|$)|[^\s,]+/gs;

/** The words between commas. */
function termsOf(text: string): string[][] {
  let term: string[] = [];
  const terms = [term];
  for (const token of text.match(TOKEN) ?? []) {
    if (token !== ',') {
      term.push(token);
      continue;
    }
    term = [];
    terms.push(term);
  }
  return terms;
}

function intersectionOf(words: readonly string[], filter: string): Predicate {
  if (words.length === 0)
    throw new FilterError(filter, 'an empty filter selects no instruction: expected a mnemonic, a glob or a category');
  const parts = words.map(wordPredicate);
  return (i) => parts.every((matches) => matches(i));
}

function wordPredicate(word: string): Predicate {
  if (word.startsWith('!')) {
    const matches = wordPredicate(word.slice(1));
    return (i) => !matches(i);
  }
  const category = Object.hasOwn(categories, word) ? categories[word] : undefined;
  if (category !== undefined) return category.matches;
  if (features.has(word)) return (i) => i.feature === word;
  const mnemonic = word.startsWith('=') ? word.slice(1) : word;
  if (mnemonics.has(mnemonic)) return (i) => i.mnemonic === mnemonic;
  const matches = regexFromText(word) ?? (isGlob(word) ? glob(word) : undefined);
  if (matches === undefined || ![...mnemonics].some(matches)) throw unknownWord(word);
  return (i) => matches(i.mnemonic);
}

function unknownWord(word: string): FilterError {
  if (word.startsWith('/') && !/\/[a-z]*$/.test(word.slice(1)))
    return new FilterError(word, `"${word}" is no regular expression: it has no second slash`);
  if (isGlob(word) || word.startsWith('/')) return new FilterError(word, `no mnemonic matches "${word}"`);
  const offered = [...Object.keys(categories), ...features, ...mnemonics];
  return new FilterError(
    word,
    `"${word}" is neither a mnemonic nor a category of instructions`,
    nearestOf(word.replace(/^=/, ''), offered),
  );
}
