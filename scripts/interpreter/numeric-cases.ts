/**
 * Cases of the interpreter's switch for the rows of the instruction table that have a signature and a meaning.
 *
 * Operands lie at fixed distances below the stack top `sp` (in elements of the 32-bit views): the last at
 * `sp - 4`, the one before at `sp - 8`. The result takes the place of the first operand.
 */

import { type Instruction, type InstrName, instructions } from '../../engine/isa/instructions.ts';

/** How the loop goes on after an instruction of `units` code units: differs between the plain and the traced loop. */
export type Next = (units: number) => string;

const SLOT = 4;

/** Element of a view for an operand of this letter, `distance` 32-bit elements below the top. */
function element(letter: string, distance: number): string {
  switch (letter) {
    case 'i':
    case 'a':
      return `I[sp - ${distance}]`;
    case 'f':
      return `F[sp - ${distance}]`;
    case 'I':
      return `L[(sp >> 1) - ${distance / 2}]`;
    case 'F':
      return `D[(sp >> 1) - ${distance / 2}]`;
    default:
      throw new Error(`no view for ${letter}`);
  }
}

const A = 'I[sp - 8]';
const B = 'I[sp - 4]';
const A_HIGH = 'I[sp - 7]';
const B_HIGH = 'I[sp - 3]';

/**
 * Bodies that replace the table's meaning: where bits must survive that a JavaScript number may change (NaN
 * payloads), and where two int32 halves are faster than a bigint. Each must agree with the meaning; the
 * table's own tests run through the interpreter.
 */
const bodies: Partial<Record<InstrName, string>> = {
  'f32.abs': `${B} &= 0x7fffffff;`,
  'f32.neg': `${B} ^= 0x80000000;`,
  'f32.copysign': `sp -= 4; ${B} = (${B} & 0x7fffffff) | (I[sp] & 0x80000000);`,
  'f64.abs': `${B_HIGH} &= 0x7fffffff;`,
  'f64.neg': `${B_HIGH} ^= 0x80000000;`,
  'f64.copysign': `sp -= 4; ${B_HIGH} = (${B_HIGH} & 0x7fffffff) | (I[sp + 1] & 0x80000000);`,
  'i32.reinterpret_f32': '',
  'f32.reinterpret_i32': '',
  'i64.reinterpret_f64': '',
  'f64.reinterpret_i64': '',
  'i32.wrap_i64': '',
  'i64.extend_i32_s': `${B_HIGH} = ${B} >> 31;`,
  'i64.extend_i32_u': `${B_HIGH} = 0;`,
  'i64.extend8_s': `${B} = ${B} << 24 >> 24; ${B_HIGH} = ${B} >> 31;`,
  'i64.extend16_s': `${B} = ${B} << 16 >> 16; ${B_HIGH} = ${B} >> 31;`,
  'i64.extend32_s': `${B_HIGH} = ${B} >> 31;`,
  'i64.eqz': `${B} = (${B} | ${B_HIGH}) === 0 ? 1 : 0;`,
  'i64.eq': `${A} = ${A} === ${B} && ${A_HIGH} === ${B_HIGH} ? 1 : 0; sp -= 4;`,
  'i64.ne': `${A} = ${A} === ${B} && ${A_HIGH} === ${B_HIGH} ? 0 : 1; sp -= 4;`,
  'i64.and': `${A} &= ${B}; ${A_HIGH} &= ${B_HIGH}; sp -= 4;`,
  'i64.or': `${A} |= ${B}; ${A_HIGH} |= ${B_HIGH}; sp -= 4;`,
  'i64.xor': `${A} ^= ${B}; ${A_HIGH} ^= ${B_HIGH}; sp -= 4;`,
};

/** Loads and stores, where `ea` is the effective address; both halves of 64 bits, all or nothing. */
const accessBodies: Partial<Record<InstrName, string>> = {
  'f32.load': `${B} = m.getInt32(ea, true);`,
  'i64.load': `${B_HIGH} = m.getInt32(ea + 4, true); ${B} = m.getInt32(ea, true);`,
  'f64.load': `${B_HIGH} = m.getInt32(ea + 4, true); ${B} = m.getInt32(ea, true);`,
  'i64.load8_s': `${B} = m.getInt8(ea); ${B_HIGH} = ${B} >> 31;`,
  'i64.load8_u': `${B} = m.getUint8(ea); ${B_HIGH} = 0;`,
  'i64.load16_s': `${B} = m.getInt16(ea, true); ${B_HIGH} = ${B} >> 31;`,
  'i64.load16_u': `${B} = m.getUint16(ea, true); ${B_HIGH} = 0;`,
  'i64.load32_s': `${B} = m.getInt32(ea, true); ${B_HIGH} = ${B} >> 31;`,
  'i64.load32_u': `${B} = m.getInt32(ea, true); ${B_HIGH} = 0;`,
  'f32.store': `m.setInt32(ea, ${B}, true);`,
  'i64.store': `m.setInt32(ea + 4, ${B_HIGH}, true); m.setInt32(ea, ${B}, true);`,
  'f64.store': `m.setInt32(ea + 4, ${B_HIGH}, true); m.setInt32(ea, ${B}, true);`,
  'i64.store8': `m.setInt8(ea, ${B});`,
  'i64.store16': `m.setInt16(ea, ${B}, true);`,
  'i64.store32': `m.setInt32(ea, ${B}, true);`,
};

/** Names of `semantics.ts` that the meanings use, collected for the import. */
export function semanticNames(bodies: string): string[] {
  const names = new Set<string>();
  for (const { meaning } of scalarRows()) {
    for (const [, name = ''] of meaning.matchAll(/(?<![.\w])([a-z]\w*)\(/g))
      if (new RegExp(`\\b${name}\\(`).test(bodies)) names.add(name);
  }
  return [...names].sort();
}

/** Rows with scalar operands and a meaning. */
export function scalarRows(): Instruction[] {
  return instructions.filter((i) => !i.isContextual && i.meaning !== '' && !/[v]/.test(i.signature));
}

/** Is this a load or store of scalars? */
export function isScalarAccess(i: Instruction): boolean {
  return i.immediates[0] === 'memarg' && !i.signature.includes('v');
}

function computation(i: Instruction): string {
  const special = bodies[i.name];
  if (special !== undefined) return special;
  const [params, results] = i.signature.split(':') as [string, string];
  const operands = [...params].map((letter, k) => {
    const distance = (params.length - k) * SLOT;
    return `${'abc'[k]} = ${element(letter, distance)}`;
  });
  const target = element(results, params.length * SLOT);
  const pops = (params.length - 1) * SLOT;
  return `const ${operands.join(', ')}; ${target} = ${i.meaning};${pops > 0 ? ` sp -= ${pops};` : ''}`;
}

/** The body of a load or store; `ea` and `m` are in scope. Leaves `sp` where it belongs. */
export function accessBody(i: Instruction): string {
  const special = accessBodies[i.name];
  if (i.access.writes !== undefined) {
    const [, letter] = i.signature;
    const store = special ?? `const b = ${element(letter as string, 4)}; ${i.meaning};`;
    return `${store} sp -= 8;`;
  }
  return special ?? `${element(i.signature[2] as string, 4)} = ${i.meaning};`;
}

/** Address operand: the last for a load, the one before for a store. */
function addressOperand(i: Instruction): string {
  return i.access.writes !== undefined ? 'I[sp - 8]' : 'I[sp - 4]';
}

/** The effective address; as a double it holds the sum of two 32-bit numbers exactly (spec 4.6.5). */
export function effectiveAddress(i: Instruction): string {
  return `(${addressOperand(i)} >>> 0) + (code[ip + 1] >>> 0)`;
}

/** All cases of scalar rows for the loop. */
export function scalarCases(next: Next): string[] {
  return scalarRows().map((i) =>
    isScalarAccess(i)
      ? `case ${i.op}: { // ${i.name}\nconst ea = ${effectiveAddress(i)}; ${accessBody(i)} ${next(2)} }`
      : `case ${i.op}: { // ${i.name}\n${computation(i)} ${next(1)} }`,
  );
}
