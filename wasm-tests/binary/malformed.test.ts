import { describe, expect, test } from 'vitest';
import { decodeModule } from '../../engine/binary/decode.ts';
import { LIMITS } from '../../engine/binary/limits.ts';
import { ModuleBuilder } from '../../engine/binary/module-builder.ts';
import { ByteWriter } from '../../engine/binary/writer.ts';
import { F32, FUNCREF, I32 } from '../../engine/isa/valtype.ts';
import { decodeHex, failure, hex, walkBody } from './support.ts';

describe('header', () => {
  test.each([
    ['', 'unexpected end of section or function @ 0'],
    ['01', 'unexpected end of section or function @ 1'],
    ['00 61 73', 'unexpected end of section or function @ 3'],
    ['00 61 73 6e', 'magic header not detected @ 0'],
    ['6d 73 61 00 01 00 00 00', 'magic header not detected @ 0'],
    ['00 61 73 6d', 'unexpected end of section or function @ 4'],
    ['00 61 73 6d 01 00 00', 'unexpected end of section or function @ 7'],
    ['00 61 73 6d 02 00 00 00', 'unknown binary version @ 4'],
    ['00 61 73 6d 0d 00 01 00', 'unknown binary version @ 4'],
  ])('%s', (text, message) => {
    expect(failure(() => decodeModule(hex(text)))).toBe(`MalformedError: ${message}`);
  });
});

/** Behind the header: the first section's id is at offset 8. */
describe.each<[what: string, cases: [text: string, message: string][]]>([
  [
    'sections',
    [
      ['0e 01 00', 'malformed section id 14 @ 8'],
      ['80 01 00', 'malformed section id 128 @ 8'],
      ['01', 'unexpected end of section or function @ 9'],
      ['01 02 00', 'length out of bounds: 2 bytes @ 9'],
      ['01 80 80 80 80 80 00', 'integer representation too long @ 14'],
      ['01 02 00 00', 'section size mismatch: the type section has 2 bytes, its content 1 @ 11'],
      ['02 01 00 01 01 00', 'unexpected content after last section: the type section is out of order @ 11'],
      ['01 01 00 01 01 00', 'unexpected content after last section: the type section stands twice @ 11'],
      ['06 01 00 0d 01 00', 'unexpected content after last section: the tag section is out of order @ 11'],
      ['0c 01 00 09 01 00', 'unexpected content after last section: the element section is out of order @ 11'],
      ['0a 01 00 0c 01 00', 'unexpected content after last section: the data count section is out of order @ 11'],
    ],
  ],
  [
    'custom sections',
    [
      ['00 00', 'unexpected end of section or function @ 10'],
      ['00 00 00 05 01 00 07 00 00', 'unexpected end of section or function @ 10'],
      ['00 02 02 61', 'length out of bounds: 2 bytes @ 10'],
      ['00 02 01 80', 'malformed UTF-8 encoding @ 11'],
    ],
  ],
  [
    'imports',
    [
      ['02 01 01', 'unexpected end of section or function @ 11'],
      ['02 04 01 01 ff 00', 'malformed UTF-8 encoding @ 12'],
      ['02 05 01 00 00 05 00', 'malformed import kind @ 13'],
      ['02 05 01 00 00 80 00', 'malformed import kind @ 13'],
      ['02 06 01 00 00 03 7f 02', 'malformed mutability @ 15'],
      ['02 06 01 00 00 01 7f 00', 'malformed reference type @ 14'],
      ['02 06 01 00 00 02 08 00', 'malformed limits flags 0x8 @ 14'],
      ['02 06 01 00 00 04 01 00', 'zero byte expected @ 14'],
      ['02 04 01 00 00 03 7f 00', 'section size mismatch: the content is longer than the section @ 14'],
    ],
  ],
  [
    'tables, memories, globals, tags',
    [
      ['04 04 01 70 02 00', 'malformed limits flags 0x2 @ 12'],
      ['04 04 01 40 01 70', 'zero byte expected @ 12'],
      ['04 04 01 7f 00 00', 'malformed reference type @ 11'],
      ['05 03 01 08 00', 'malformed limits flags 0x8 @ 11'],
      ['05 03 01 81 00', 'malformed limits flags 0x81 @ 11'],
      ['05 03 01 01 00', 'unexpected end of section or function @ 13'],
      ['06 05 01 7f 02 41 00', 'malformed mutability @ 12'],
      ['06 05 01 40 00 41 00', 'malformed value type @ 11'],
      ['06 05 01 7f 00 41 00', 'unexpected end of section or function @ 15'],
      ['06 05 01 7f 00 41 00 00 02 01 0b', 'unexpected end of section or function @ 15'],
      ['06 05 01 7f 00 ff 0b', 'illegal opcode ff @ 13'],
      ['06 07 01 7f 00 02 40 0b 41', 'unexpected end of section or function @ 17'],
      ['0d 03 01 01 00', 'zero byte expected @ 11'],
    ],
  ],
  [
    'exports and start',
    [
      ['07 04 01 00 05 00', 'malformed export kind @ 12'],
      ['07 04 01 05 61 00', 'length out of bounds: 5 bytes @ 11'],
      ['08 00', 'unexpected end of section or function @ 10'],
      ['08 02 00 00', 'section size mismatch: the start section has 2 bytes, its content 1 @ 11'],
    ],
  ],
  [
    'segments',
    [
      ['09 02 01 08', 'malformed elements segment kind @ 11'],
      ['09 04 01 01 01 00', 'malformed element kind @ 12'],
      ['09 04 01 05 7f 00', 'malformed reference type @ 12'],
      ['09 04 01 01 00 05', 'unexpected end of section or function @ 14'],
      ['0b 02 01 03', 'malformed data segment kind @ 11'],
      ['0b 04 01 01 05 00', 'unexpected end of section or function @ 14'],
      ['0c 01 01', 'data count and data section have inconsistent lengths: 1 and 0 @ 11'],
      ['0c 01 00 0b 03 01 01 00', 'data count and data section have inconsistent lengths: 0 and 1 @ 13'],
    ],
  ],
  [
    'code',
    [
      ['0a 04 01 02 00 0b', 'function and code section have inconsistent lengths: 0 and 1 @ 10'],
      ['01 04 01 60 00 00 03 02 01 00', 'function and code section have inconsistent lengths: 1 and 0 @ 18'],
      ['01 04 01 60 00 00 03 02 01 00 0a 01 00', 'function and code section have inconsistent lengths: 1 and 0 @ 20'],
      ['01 04 01 60 00 00 03 02 01 00 0a 02 01 05', 'length out of bounds: 5 bytes @ 21'],
      [
        '01 04 01 60 00 00 03 02 01 00 0a 03 01 02 00 0b',
        'section size mismatch: the content is longer than the section @ 23',
      ],
    ],
  ],
])('malformed %s', (_what, cases) => {
  test.each(cases)('%s', (text, message) => {
    expect(failure(() => decodeHex(text))).toBe(`MalformedError: ${message}`);
  });
});

test('an error behind the code is explained by a malformed instruction, where there is one', () => {
  // The constant of too many bytes reaches out of the body into what is taken for the next section.
  const lying = '01 04 01 60 00 00 03 02 01 00  0a 06 01 04 00 41 80 80  80 80 80 00 1a 0b';
  expect(failure(() => decodeHex(lying))).toBe('MalformedError: integer representation too long @ 29');
  const innocent = '01 04 01 60 00 00 03 02 01 00  0a 04 01 02 00 0b  80 80 80 00 1a 0b';
  expect(failure(() => decodeHex(innocent))).toBe('MalformedError: malformed section id 128 @ 24');
});

describe('references to types that lead nowhere are invalid', () => {
  test.each([
    ['an imported function', '02 05 01 00 00 00 00', 'unknown type 0 @ 14'],
    ['a function', '03 02 01 00', 'unknown type 0 @ 11'],
    ['a tag', '0d 03 01 00 01', 'unknown type 1 @ 12'],
    ['a global', '06 07 01 63 00 00 d0 70 0b', 'unknown type 0 @ 12'],
    ['a constant expression', '06 06 01 7f 00 d0 00 0b', 'unknown type 0 @ 14'],
    ['a function of a struct type', '01 03 01 5f 00 03 02 01 00', 'unknown type: type 0 is not a function type @ 16'],
  ])('%s', (_what, text, message) => {
    expect(failure(() => decodeHex(text))).toBe(`InvalidError: ${message}`);
  });
});

describe('limits', () => {
  test.each([
    ['imports', '02 05', LIMITS.imports],
    ['functions', '03 05', LIMITS.functions],
    ['tables', '04 05', LIMITS.tables],
    ['memories', '05 05', LIMITS.memories],
    ['tags', '0d 05', LIMITS.tags],
    ['globals', '06 05', LIMITS.globals],
    ['exports', '07 05', LIMITS.exports],
    ['element segments', '09 05', LIMITS.elementSegments],
    ['data segments', '0b 05', LIMITS.dataSegments],
  ])('too many %s are refused before any is read', (what, section, limit) => {
    const count = new ByteWriter().u32(limit + 1).toBytes();
    const text = `${section} ${Buffer.from(count).toString('hex')}`.padEnd(section.length + 11, '0');
    expect(failure(() => decodeHex(text))).toBe(
      `InvalidError: too many ${what}: ${limit + 1}, the limit is ${limit} @ 10`,
    );
  });

  test('a body may have 7654321 bytes', () => {
    const build = (size: number): Uint8Array => {
      const builder = new ModuleBuilder();
      builder.type([], []);
      const body = new Uint8Array(size).fill(0x01);
      body[0] = 0;
      body[size - 1] = 0x0b;
      builder.rawFunc(0, body);
      return builder.toBytes();
    };
    expect(decodeModule(build(LIMITS.functionSize)).bodies.length).toBe(1);
    expect(failure(() => decodeModule(build(LIMITS.functionSize + 1)))).toContain(
      'function body of 7654322 bytes is too large, the limit is 7654321',
    );
  });
});

/** A module with something in every section. */
function fullModule(): Uint8Array {
  const builder = new ModuleBuilder();
  builder.type([I32], [F32]);
  builder.item(1, hex('4e 02 50 00 5f 01 7f 01 4f 01 01 5f 02 7f 01 63 02 00'));
  builder.import('env', 'f', 'function', [0]);
  builder.import('env', 'ä', 'tag', hex('00 00'));
  builder.table(FUNCREF, { min: 1, max: 300 });
  builder.memory({ min: 1 });
  builder.tag(0);
  builder.global(I32, true, hex('41 80 01'));
  builder.func({ type: 0, locals: [[3, I32]], code: hex('20 00 1a 43 00 00 00 00') });
  builder.export('go', 'function', 1).start(1);
  builder.item(9, hex('05 70 02 d2 00 0b d0 70 0b'));
  builder.dataCount(2);
  builder.data(hex('41 00'), [1, 2, 3]);
  builder.passiveData([4]);
  builder.custom('name', hex('00 02 01 61')).custom('other', [], 10);
  return builder.toBytes();
}

describe('a module with everything', () => {
  test('is accepted as it is', () => {
    expect(decodeModule(fullModule()).sections.map((s) => s.name)).toEqual([
      'type',
      'import',
      'function',
      'table',
      'memory',
      'tag',
      'global',
      'export',
      'start',
      'element',
      'data count',
      'custom',
      'code',
      'data',
      'custom',
    ]);
  });

  test('is malformed when cut off anywhere but between sections, with an offset inside of what is left', () => {
    const bytes = fullModule();
    const module = decodeModule(bytes);
    const ends = new Set(module.sections.map((s) => s.end));
    for (let end = 0; end < bytes.length; end++) {
      const message = failure(() => decodeModule(bytes.subarray(0, end)));
      const counts = /inconsistent lengths/.test(message);
      if (ends.has(end)) expect(message === 'accepted' || counts).toBe(true);
      else if (end !== 8) expect(message).toMatch(/^MalformedError: .* @ \d+$/);
      if (message !== 'accepted') expect(Number(message.split('@ ')[1])).toBeLessThanOrEqual(end);
    }
  });

  test('with any byte changed is decoded or refused with a reason, never anything else', () => {
    const bytes = fullModule();
    let refused = 0;
    for (let at = 0; at < bytes.length; at++) {
      for (const flip of [0x01, 0x80, 0xff, 0x40]) {
        const changed = bytes.slice();
        changed[at] = (changed[at] as number) ^ flip;
        const message = failure(() => {
          const module = decodeModule(changed);
          for (const body of module.bodies) walkBody(module, body, () => undefined);
        });
        if (message === 'accepted') continue;
        refused += 1;
        expect(message).toMatch(/^(Malformed|Invalid|Unsupported)Error: /);
      }
    }
    expect(refused).toBeGreaterThan(bytes.length);
  });
});
