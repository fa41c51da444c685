/**
 * The JavaScript of a vector instruction, expanded from its meaning in the table.
 *
 * A meaning is `OUT<IN.PART expression` or a word with a lane type (`bitmask i8`).
 *
 * - Lane types: i8 u8 i16 u16 i32 u32 i64 f32 f64. Integers below 64 bits and floats are numbers, i64 is a bigint.
 *   As OUT there are also m8 m16 m32 m64, all ones where the expression is true, and p64, a 64-bit lane given
 *   as two expressions for its low and its high 32 bits.
 * - IN is the type in which lanes of the operands are read; `<IN` is left out where it equals OUT.
 * - PART says which lanes of the operands make lane k of the result:
 *     (none)  a, b, c: lane k
 *     low     lane k of the lower half
 *     high    lane k of the upper half
 *     pairs   a0, a1: lanes 2k and 2k + 1
 *     quads   a0 to a3: lanes 4k to 4k + 3
 *     join    lanes of a, then lanes of b: the expression knows `a` only
 *     zero    lane k; the upper half of the result is zero
 * - `a.f32` reads lane k of the operand as that type. An operand that is no vector (a shift count, the value to
 *   splat) is the same in all lanes; f32 and f64 come as their bits, so that NaNs survive.
 *
 * Positions of slots (`d` of the result, `a`, `b`, `c` of operands) count 32-bit units of the operand stack, four to
 * a slot. The result may lie on an operand: nothing is written before everything of another lane's place is read.
 */

import type { Instruction } from './instructions.ts';

type Operand = 'a' | 'b' | 'c';
const operandNames: readonly Operand[] = ['a', 'b', 'c'];

/** The views of the operand stack in the scope of the generated functions, by bits and kind. */
const viewOf: Readonly<Record<string, string>> = {
  i8: 'i8',
  u8: 'u8',
  m8: 'i8',
  i16: 'i16',
  u16: 'i16',
  m16: 'i16',
  i32: 'i32',
  u32: 'i32',
  m32: 'i32',
  i64: 'i64',
  f32: 'f32',
  f64: 'f64',
};

function bitsOf(type: string): number {
  return Number(type.slice(1));
}

/** `position + lane` in the view of lanes with this many bits. */
function index(position: string, bits: number, lane: number): string {
  const base = bits === 32 ? position : `${position}${bits}`;
  return lane === 0 ? base : `${base} + ${lane}`;
}

function readLane(type: string, position: string, lane: number): string {
  const element = `${viewOf[type]}[${index(position, bitsOf(type), lane)}]`;
  if (type === 'u16') return `(${element} & 0xffff)`;
  return type === 'u32' ? `(${element} >>> 0)` : element;
}

/** One write of 8 to 64 bits: the element and the value. */
type Write = readonly [target: string, value: string];

function writeLane(type: string, lane: number, value: string): readonly Write[] {
  const bits = bitsOf(type);
  if (type === 'm64') return [[`i32[${index('d', 32, 2 * lane)}] = i32[${index('d', 32, 2 * lane + 1)}]`, mask(value)]];
  if (type !== 'p64') return [[`${viewOf[type]}[${index('d', bits, lane)}]`, type[0] === 'm' ? mask(value) : value]];
  const [low, high] = splitArguments(value);
  if (low === undefined || high === undefined) throw new Error(`vector meaning: p64 needs two expressions: ${value}`);
  return [
    [`i32[${index('d', 32, 2 * lane)}]`, low],
    [`i32[${index('d', 32, 2 * lane + 1)}]`, high],
  ];
}

function mask(condition: string): string {
  return `${condition} ? -1 : 0`;
}

/** Splits at the commas that are in no parentheses. */
function splitArguments(text: string): string[] {
  const pieces: string[] = [''];
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === ',' && depth === 0) pieces.push('');
    else pieces[pieces.length - 1] += char;
  }
  return pieces.map((piece) => piece.trim());
}

/**
 * What can be called in an expression. The text is put in place of the call: V8 would inline only a few of 16 calls,
 * and a call that is not inlined allocates its floats. Arguments are reads of a lane or sums of them: no effects.
 */
const laneFunctions: Readonly<Record<string, (...args: string[]) => string>> = {
  satS8: (x) => `Math.max(-128, Math.min(127, ${x}))`,
  satU8: (x) => `Math.max(0, Math.min(255, ${x}))`,
  satS16: (x) => `Math.max(-32768, Math.min(32767, ${x}))`,
  satU16: (x) => `Math.max(0, Math.min(65535, ${x}))`,
  // NaN passes both and becomes 0 when it is stored in an integer view.
  truncSatS32: (x) => `Math.max(-2147483648, Math.min(2147483647, ${x}))`,
  truncSatU32: (x) => `Math.max(0, Math.min(4294967295, ${x}))`,
  // Not yet optimised, V8's rounding functions give a signalling NaN back as it is.
  ceil: (x) => `(${x} === ${x} ? Math.ceil(${x}) : Number.NaN)`,
  floor: (x) => `(${x} === ${x} ? Math.floor(${x}) : Number.NaN)`,
  trunc: (x) => `(${x} === ${x} ? Math.trunc(${x}) : Number.NaN)`,
  // See `nearest` in semantics.ts; x + x keeps the sign of zeros and makes signalling NaNs quiet.
  nearest: (x) => {
    const two52 = '4503599627370496';
    const above = `${x} < ${two52} ? ${x} + ${two52} - ${two52} : ${x}`;
    const below = `${x} > -${two52} ? -(${two52} - ${x} - ${two52}) : ${x}`;
    return `(${x} > 0 ? (${above}) : ${x} < 0 ? (${below}) : ${x} + ${x})`;
  },
  // Four counts at once, in the bytes of an int32.
  popcntBytes: (x) => {
    const pairs = `(${x} - ((${x} >>> 1) & 0x55555555))`;
    const nibbles = `((${pairs} & 0x33333333) + ((${pairs} >>> 2) & 0x33333333))`;
    return `((${nibbles} + (${nibbles} >>> 4)) & 0x0f0f0f0f)`;
  },
  // The high 32 bits of a product of two int32 or two uint32. The product as a double is off by less than 2^11, far
  // from half a unit of 2^32: rounding gives the exact quotient.
  mulHigh: (x, y) => `Math.round((${x} * ${y} - (Math.imul(${x}, ${y}) >>> 0)) / 4294967296)`,
  dotS8: (a0, b0, a1, b1) => `Math.min(32767, ${a0} * ${b0} + ${a1} * ${b1})`,
  // Halves of a 64-bit lane shifted by n modulo 64. JavaScript takes counts modulo 32, so that the bits that move from
  // one half to the other go by 1 and by 31 - n: a shift by 32 would do nothing.
  shlLow: (low, n) => `(${n} & 32 ? 0 : ${low} << ${n})`,
  shlHigh: (low, high, n) => `(${n} & 32 ? ${low} << ${n} : (${high} << ${n}) | (${low} >>> 1 >>> ~${n}))`,
  shrLowS: (low, high, n) => `(${n} & 32 ? ${high} >> ${n} : (${low} >>> ${n}) | (${high} << 1 << ~${n}))`,
  shrHighS: (high, n) => `(${high} >> (${n} & 32 ? 31 : ${n}))`,
  shrLowU: (low, high, n) => `(${n} & 32 ? ${high} >>> ${n} : (${low} >>> ${n}) | (${high} << 1 << ~${n}))`,
  shrHighU: (high, n) => `(${n} & 32 ? 0 : ${high} >>> ${n})`,
};

/** The expression with calls of lane functions expanded, from the first on. */
function expandCalls(expression: string): string {
  const match = /(?<![\w.$])([A-Za-z]\w*)\(/.exec(expression);
  if (match === null) return expression;
  const start = match.index + match[0].length;
  const end = closing(expression, start);
  const expand = laneFunctions[match[1] as string];
  if (expand === undefined) throw new Error(`vector meaning: unknown function ${match[1]}`);
  const args = splitArguments(expression.slice(start, end)).map(expandCalls);
  return expression.slice(0, match.index) + expand(...args) + expandCalls(expression.slice(end + 1));
}

/** Index of the parenthesis that closes the one before `start`. */
function closing(text: string, start: number): number {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i;
  }
  throw new Error(`vector meaning: unbalanced parentheses: ${text}`);
}

/** Lanes of the operands for each part: the index of the lane called `a`, or of `aN` with a number. */
const parts: Readonly<Record<string, (lane: number, number: number, inLanes: number) => number>> = {
  '': (lane) => lane,
  low: (lane) => lane,
  high: (lane, _, inLanes) => lane + inLanes / 2,
  pairs: (lane, number) => 2 * lane + number,
  quads: (lane, number) => 4 * lane + number,
  join: (lane, _, inLanes) => lane % inLanes,
  zero: (lane) => lane,
};

const operandPattern = /(?<![\w.$])([abc])([0-3])?(?:\.([iuf]\d+))?(?![\w(])/g;

interface LaneMeaning {
  readonly out: string;
  readonly in: string;
  readonly part: string;
  readonly expression: string;
}

function parseLaneMeaning(meaning: string): LaneMeaning | undefined {
  const match = /^([iufmp]\d+)(?:<([iuf]\d+)(?:\.([a-z]+))?)? (.+)$/.exec(meaning);
  if (match === null) return undefined;
  const [, out = '', from = out, part = '', expression = ''] = match;
  if (parts[part] === undefined) throw new Error(`vector meaning: unknown part ${part}`);
  return { out, in: from, part, expression: expandCalls(expression) };
}

/** The expression for one lane of the result, with reads in place of the operands' names. */
function laneExpression(m: LaneMeaning, lane: number, vectors: ReadonlySet<Operand>): string {
  const inLanes = 128 / bitsOf(m.in);
  const inLane = parts[m.part] as (lane: number, number: number, inLanes: number) => number;
  return m.expression.replace(
    operandPattern,
    (_, name: Operand, number: string | undefined, type: string | undefined) => {
      if (!vectors.has(name)) return `${name}Value`;
      if (type !== undefined) return readLane(type, name, lane);
      const position = m.part === 'join' && lane >= inLanes ? 'b' : name;
      return readLane(m.in, position, inLane(lane, Number(number ?? 0), inLanes));
    },
  );
}

/** Statements of an instruction that computes each lane of its result by the same expression. */
function laneStatements(m: LaneMeaning, params: string): string[] {
  const vectors = new Set(operandNames.filter((_, i) => params[i] === 'v'));
  const lanes = 128 / bitsOf(m.out);
  const statements: string[] = [];
  operandNames.forEach((name, i) => {
    const letter = params[i];
    if (letter === undefined || letter === 'v') return;
    statements.push(`const ${name}Value = ${readLane(letter === 'I' || letter === 'F' ? 'i64' : 'i32', name, 0)};`);
  });
  const writes = Array.from({ length: m.part === 'zero' ? lanes / 2 : lanes }, (_, k) =>
    writeLane(m.out, k, laneExpression(m, k, vectors)),
  ).flat();
  // Lanes of equal width are read and written in the same place, so that the order does not matter.
  statements.push(...(m.part === '' ? writes.map(([target, value]) => `${target} = ${value};`) : collected(writes)));
  if (m.part === 'zero') statements.push(`i32[d + 2] = 0;`, `i32[d + 3] = 0;`);
  return statements;
}

/** First all values, then all writes. */
function collected(writes: readonly Write[]): string[] {
  return [
    ...writes.map(([, value], i) => `const r${i} = ${value};`),
    ...writes.map(([target], i) => `${target} = r${i};`),
  ];
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Read of the memory at the effective address plus an offset in bytes; 64 bits are read as two halves. */
function readMemory(type: string, offset: number): string {
  const address = offset === 0 ? 'ea' : `ea + ${offset}`;
  return `m.${accessor('get', type)}(${address}${bitsOf(type) === 8 ? '' : ', true'})`;
}

function accessor(kind: 'get' | 'set', type: string): string {
  return `${kind}${type[0] === 'u' ? 'Uint' : 'Int'}${bitsOf(type)}`;
}

/** Four 32-bit words of the result from 16 bytes computed one by one. */
function gatheredBytes(byte: (lane: number) => string): string[] {
  const word = (w: number): Write => [
    `i32[${index('d', 32, w)}]`,
    range(4)
      .map((i) => (i === 0 ? byte(4 * w) : `(${byte(4 * w + i)} << ${8 * i})`))
      .join(' | '),
  ];
  return collected(range(4).map(word));
}

const wide = (type: string): string => `i${2 * bitsOf(type)}`;

/** Statements for the meanings that are a word; `type` is the lane type after it. */
const words: Readonly<Record<string, (type: string) => string[]>> = {
  const: () => range(4).map((w) => `i32[${index('d', 32, w)}] = code[ip + ${w + 1}];`),
  load: () => collected(range(4).map((w) => [`i32[${index('d', 32, w)}]`, readMemory('i32', 4 * w)])),
  // From the top: when the upper half is in bounds, the lower one is, so that nothing is written before a trap.
  store: () => range(4).map((w) => `m.setInt32(ea + ${12 - 4 * w}, i32[a + ${3 - w}], true);`),
  'load-extend': (type) => {
    const read = (k: number): string => readMemory(type, (k * bitsOf(type)) / 8);
    if (bitsOf(type) !== 32) {
      return collected(range(64 / bitsOf(type)).flatMap((k) => writeLane(wide(type), k, read(k))));
    }
    const high = (k: number): string => (type === 'i32' ? `i32[${index('d', 32, 2 * k)}] >> 31` : '0');
    return [
      `const r0 = ${read(0)};`,
      `const r1 = ${read(1)};`,
      'i32[d] = r0;',
      `i32[d + 1] = ${high(0)};`,
      'i32[d + 2] = r1;',
      `i32[d + 3] = ${high(1)};`,
    ];
  },
  'load-splat': (type) => {
    if (bitsOf(type) === 64) {
      return collected(range(4).map((w) => [`i32[${index('d', 32, w)}]`, readMemory('i32', 4 * (w & 1))]));
    }
    return [
      `const r = ${readMemory(type, 0)};`,
      ...range(128 / bitsOf(type)).map((k) => `${viewOf[type]}[${index('d', bitsOf(type), k)}] = r;`),
    ];
  },
  'load-zero': (type) => {
    const size = bitsOf(type) / 32;
    return [
      ...collected(range(size).map((w) => [`i32[${index('d', 32, w)}]`, readMemory('i32', 4 * w)])),
      ...range(4 - size).map((w) => `i32[d + ${size + w}] = 0;`),
    ];
  },
  'load-lane': (type) => {
    if (bitsOf(type) === 64) {
      return [
        `const r0 = ${readMemory('i32', 0)};`,
        `const r1 = ${readMemory('i32', 4)};`,
        ...copied('a'),
        'i32[d + 2 * lane] = r0;',
        'i32[d + 2 * lane + 1] = r1;',
      ];
    }
    return [
      `const r = ${readMemory(type, 0)};`,
      ...copied('a'),
      `${viewOf[type]}[${index('d', bitsOf(type), 0)} + lane] = r;`,
    ];
  },
  'store-lane': (type) => {
    // The upper half first: see `store`.
    if (bitsOf(type) === 64) return [1, 0].map((h) => `m.setInt32(ea + ${4 * h}, i32[a + 2 * lane + ${h}], true);`);
    const little = bitsOf(type) === 8 ? '' : ', true';
    return [`m.${accessor('set', type)}(ea, ${viewOf[type]}[${index('a', bitsOf(type), 0)} + lane]${little});`];
  },
  'extract-lane': (type) => {
    const element = `${viewOf[type]}[${index('a', bitsOf(type), 0)} + lane]`;
    if (bitsOf(type) === 64) return [`i64[d64] = ${element};`];
    return [`i32[d] = ${element}${type === 'u16' ? ' & 0xffff' : ''};`];
  },
  'replace-lane': (type) => [
    `const r = ${readLane(bitsOf(type) === 64 ? 'i64' : 'i32', 'b', 0)};`,
    ...copied('a'),
    `${viewOf[type]}[${index('d', bitsOf(type), 0)} + lane] = r;`,
  ],
  'any-true': () => [`i32[d] = (i32[a] | i32[a + 1] | i32[a + 2] | i32[a + 3]) !== 0 ? 1 : 0;`],
  'all-true': (type) => [
    `i32[d] = ${range(128 / bitsOf(type))
      .map((k) => (bitsOf(type) === 64 ? `(i32[a + ${2 * k}] | i32[a + ${2 * k + 1}])` : readLane(type, 'a', k)))
      .map((lane) => `${lane} !== 0`)
      .join(' && ')} ? 1 : 0;`,
  ],
  bitmask: (type) => [
    `i32[d] = ${range(128 / bitsOf(type))
      .map((k) => `((${bitsOf(type) === 64 ? `i32[a + ${2 * k + 1}]` : readLane(type, 'a', k)} >>> 31) << ${k})`)
      .join(' | ')};`,
  ],
  // Index 16 and above is a byte of the second vector.
  shuffle: () =>
    range(4)
      .map((w) => `const w${w} = code[ip + ${w + 1}];`)
      .concat(
        gatheredBytes((k) => {
          const lane = `w${k >> 2} >> ${8 * (k & 3)}`;
          return `u8[((${lane}) & 16 ? b8 : a8) + ((${lane}) & 15)]`;
        }),
      ),
  swizzle: () => gatheredBytes((k) => `(u8[${index('b', 8, k)}] < 16 ? u8[a8 + u8[${index('b', 8, k)}]] : 0)`),
};

/** The result as a copy of an operand, where they are not the same slot. */
function copied(operand: Operand): string[] {
  return [
    `if (d !== ${operand}) {`,
    ...range(4).map((w) => `  i32[${index('d', 32, w)}] = i32[${index(operand, 32, w)}];`),
    '}',
  ];
}

/** A vector instruction as a JavaScript function over slots. */
export interface VectorSource {
  /** Positions and immediates: `d`, `a`, `b`, `c`, then `lane`, `code, ip`, `m, ea` as the instruction needs them. */
  readonly parameters: readonly string[];
  readonly statements: readonly string[];
}

/** Expands the meaning of a row of the groups `simd` and `relaxed-simd`. */
export function vectorSource(instruction: Instruction): VectorSource {
  const { meaning, immediates, signature } = instruction;
  const [params = '', results = ''] = signature.split(':');
  // The address is no operand of the function: it comes as the effective address.
  const operands = params.replace('a', '');
  const statements = body(meaning, operands);
  const text = statements.join('\n');
  const positions = [...(results === '' ? [] : ['d']), ...operandNames.slice(0, operands.length)];
  const parameters = [...positions];
  if (immediates.includes('lane')) parameters.push('lane');
  if (immediates.includes('v128') || immediates.includes('lanes')) parameters.push('code', 'ip');
  if (immediates.includes('memarg')) parameters.push('m', 'ea');
  const scaled = positions.flatMap((p) =>
    [8, 16, 64]
      .filter((bits) => new RegExp(`\\b${p}${bits}\\b`).test(text))
      .map((bits) => `const ${p}${bits} = ${p} ${bits === 64 ? '>> 1' : `<< ${bits === 8 ? 2 : 1}`};`),
  );
  return { parameters, statements: [...scaled, ...statements] };
}

function body(meaning: string, operands: string): string[] {
  const lanes = parseLaneMeaning(meaning);
  if (lanes !== undefined) return laneStatements(lanes, operands);
  const [word = '', type = ''] = meaning.split(' ');
  const expand = words[word];
  if (expand === undefined) throw new Error(`vector meaning: unknown word ${word}`);
  return expand(type);
}
