import { describe, expect, test } from 'vitest';
import { decodeModule } from '../../engine/binary/decode.ts';
import { ByteWriter, encodeSections } from '../../engine/binary/writer.ts';
import { DEFINED, I32, refType } from '../../engine/isa/valtype.ts';
import { definedType, isDefinedSubtype } from '../../engine/module/types.ts';
import { failure, hex } from './support.ts';

/** Decodes a type section of these groups. */
function types(...groups: string[]): number[] {
  const content = new ByteWriter().vector(groups.map(hex)).toBytes();
  return [...decodeModule(encodeSections([{ id: 1, content }])).types];
}

const refusal = (...groups: string[]): string => failure(() => types(...groups));

const FUNC = '60 00 00';
const OPEN_STRUCT = '50 00 5f 00';

describe('canonical numbers', () => {
  test('equal types have the same number, in one module and in another', () => {
    const [a, b] = types('60 01 7f 01 7e', '60 01 7f 01 7e');
    expect(a).toBe(b);
    expect(types(FUNC, '60 01 7f 01 7e')[1]).toBe(a);
    expect(types('60 01 7f 01 7f')[0]).not.toBe(a);
  });

  test('equal recursion groups are the same, their types stay apart', () => {
    const group = '4e 02 5f 01 63 01 00 5f 01 63 00 00';
    const shifted = '4e 02 5f 01 63 03 00 5f 01 63 02 00';
    const [a, b, c, d] = types(group, shifted);
    expect([a, b]).toEqual([c, d]);
    expect(a).not.toBe(b);
  });

  test('a type alone differs from the same in a larger group', () => {
    const [alone, inGroup] = types(FUNC, `4e 02 ${FUNC} ${FUNC}`);
    expect(inGroup).not.toBe(alone);
    expect(types(`4e 01 ${FUNC}`)[0]).toBe(alone);
  });

  test('a reference into the own group is resolved to the canonical number', () => {
    const [list] = types('5f 02 63 00 01 7f 00') as [number];
    expect(definedType(list).composite).toEqual({
      kind: 'struct',
      fields: [
        { type: refType(DEFINED | list, true), isMutable: true },
        { type: I32, isMutable: false },
      ],
    });
  });

  test('supertypes are canonical numbers', () => {
    const [base, sub] = types(OPEN_STRUCT, '4f 01 00 5f 01 7f 00') as [number, number];
    expect(definedType(sub)).toMatchObject({ isFinal: true, supers: [base] });
    expect([isDefinedSubtype(sub, base), isDefinedSubtype(base, sub)]).toEqual([true, false]);
  });

  test('an empty recursion group defines nothing', () => {
    expect(types('4e 00', FUNC)).toEqual(types(FUNC));
  });
});

describe('references', () => {
  test.each([
    ['to a type that does not exist', ['60 01 63 01 00'], 'InvalidError: unknown type 1 @ 14'],
    ['to the next group', ['5f 01 63 01 00', FUNC], 'InvalidError: unknown type 1 @ 14'],
    ['to a type behind the own group', ['4e 01 5f 01 63 01 00', FUNC], 'InvalidError: unknown type 1 @ 16'],
  ])('%s are refused', (_what, groups, message) => {
    expect(refusal(...groups)).toBe(message);
  });

  test('to a later type of the own group are fine', () => {
    expect(types(`4e 02 5f 01 64 01 00 ${FUNC}`).length).toBe(2);
  });
});

describe('supertypes', () => {
  test.each([
    [
      'the type itself',
      ['50 01 00 5f 00'],
      'InvalidError: unknown type 0: a supertype must be declared before type 0 @ 13',
    ],
    [
      'a later type of the group',
      [`4e 02 50 01 01 5f 00 ${OPEN_STRUCT}`],
      'InvalidError: unknown type 1: a supertype must be declared before type 0 @ 15',
    ],
    [
      'two of them',
      [OPEN_STRUCT, OPEN_STRUCT, '50 02 00 01 5f 00'],
      'InvalidError: sub type: type 2 has 2 supertypes @ 19',
    ],
    ['a final type', ['5f 00', '50 01 00 5f 00'], 'InvalidError: sub type: the supertype of type 1 is final @ 13'],
    [
      'a type of another kind',
      [OPEN_STRUCT, '50 01 00 60 00 00'],
      'InvalidError: sub type: type 1 does not match its supertype @ 15',
    ],
    [
      'a struct with more fields',
      ['50 00 5f 01 7f 00', '50 01 00 5f 00'],
      'InvalidError: sub type: type 1 does not match its supertype @ 17',
    ],
    [
      'a struct with a field of another type',
      ['50 00 5f 01 7f 00', '50 01 00 5f 01 7e 00'],
      'InvalidError: sub type: type 1 does not match its supertype @ 17',
    ],
    [
      'a mutable field that is constant here',
      ['50 00 5f 01 7f 01', '50 01 00 5f 01 7f 00'],
      'InvalidError: sub type: type 1 does not match its supertype @ 17',
    ],
    [
      'a mutable field of a narrower type here',
      ['50 00 5f 01 6d 01', '50 01 00 5f 01 6c 01'],
      'InvalidError: sub type: type 1 does not match its supertype @ 17',
    ],
    [
      'an array of another element',
      ['50 00 5e 7f 00', '50 01 00 5e 7e 00'],
      'InvalidError: sub type: type 1 does not match its supertype @ 16',
    ],
    [
      'a function with wider results here',
      ['50 00 60 00 01 6d', '50 01 00 60 00 01 6e'],
      'InvalidError: sub type: type 1 does not match its supertype @ 17',
    ],
    [
      'a function with narrower parameters here',
      ['50 00 60 01 6d 00', '50 01 00 60 01 6c 00'],
      'InvalidError: sub type: type 1 does not match its supertype @ 17',
    ],
  ])('%s are refused', (_what, groups, message) => {
    expect(refusal(...groups)).toBe(message);
  });

  test.each([
    ['a struct with more and narrower fields', ['50 00 5f 01 6d 00', '50 01 00 5f 02 6c 00 7f 01']],
    ['an array of a narrower element', ['50 00 5e 6d 00', '50 01 00 5e 6c 00']],
    ['a function with narrower results and wider parameters', ['50 00 60 01 6c 01 6d', '50 01 00 60 01 6d 01 6c']],
    ['a field that refers to the type itself', ['50 00 5f 01 6b 00', '50 01 00 5f 01 63 01 00']],
  ])('match: %s', (_what, groups) => {
    expect(refusal(...groups)).toBe('accepted');
  });

  test('may be 63 levels deep and not deeper', () => {
    const chain = (n: number): string[] =>
      Array.from({ length: n + 1 }, (_, i) =>
        i === 0 ? OPEN_STRUCT : `50 01 ${(i - 1).toString(16).padStart(2, '0')} 5f 00`,
      );
    expect(refusal(...chain(63))).toBe('accepted');
    expect(refusal(...chain(64))).toContain('InvalidError: too many levels of subtyping: 64, the limit is 63');
  });
});

describe('malformed', () => {
  test.each([
    ['an unknown form', ['61'], 'malformed definition type @ 11'],
    ['a form in two bytes', ['e0 7f'], 'integer representation too long @ 11'],
    ['a mutability above 1', ['5e 78 02'], 'malformed mutability @ 13'],
    ['an unknown storage type', ['5e 76 00'], 'malformed storage type @ 12'],
    ['a packed type as parameter', ['60 01 78 00'], 'malformed value type @ 13'],
    ['an unknown heap type', ['60 01 63 7f 00'], 'malformed heap type @ 14'],
    ['a count beyond the module', ['60 ff ff 03 7f'], 'unexpected end of section or function @ 16'],
  ])('%s', (_what, groups, message) => {
    expect(refusal(...groups)).toBe(`MalformedError: ${message}`);
  });
});

test('more than 1000 parameters, results or 10000 fields are refused', () => {
  const many = (count: number, item: string): string =>
    Buffer.from(new ByteWriter().u32(count).toBytes()).toString('hex') + item.repeat(count);
  expect(refusal(`60 ${many(1000, '7f')} ${many(1000, '7f')}`)).toBe('accepted');
  expect(refusal(`60 ${many(1001, '7f')} 00`)).toContain('InvalidError: too many params: 1001, the limit is 1000');
  expect(refusal(`60 00 ${many(1001, '7f')}`)).toContain('InvalidError: too many results: 1001');
  expect(refusal(`5f ${many(10_000, '7f00')}`)).toBe('accepted');
  expect(refusal(`5f ${many(10_001, '7f00')}`)).toContain('InvalidError: too many struct fields: 10001');
});
