import { describe, expect, test } from 'vitest';
import { type Command, parseScript } from '../support/wast-script.ts';
import { readScript, ScriptError, Source } from '../support/wast-sexpr.ts';

function parse(text: string): Command[] {
  return parseScript(Buffer.from(text));
}

function textOf(command: Command | undefined): string {
  if (command === undefined || !('module' in command) || typeof command.module !== 'object') return '';
  return Buffer.from(command.module.bytes).toString();
}

describe('S-expressions', () => {
  const shape = (text: string): unknown => {
    const plain = (expr: ReturnType<typeof readScript>[number]): unknown =>
      expr.kind === 'list'
        ? expr.items.map(plain)
        : expr.kind === 'atom'
          ? expr.text
          : { bytes: Buffer.from(expr.bytes).toString('latin1') };
    return readScript(new Source(Buffer.from(text, 'latin1'))).map(plain);
  };

  test('comments, nested ones and annotations mean nothing', () => {
    expect(shape('(a ;; ) (\n b (; ( (; ;; ;) " ;) c) (@id "(" (x)) (d(@e)f)')).toEqual([
      ['a', 'b', 'c'],
      ['d', 'f'],
    ]);
  });

  test('an annotation may hold characters that nothing else has, and comments', () => {
    expect(shape('(a (@x , ; ] [ }} ")" {({)} (;)));) ;; )\n) b)')).toEqual([['a', 'b']]);
  });

  test('a line comment ends at a carriage return as well', () => {
    expect(shape('(a ;; x\r b)')).toEqual([['a', 'b']]);
  });

  test('strings keep bytes: escapes, unicode escapes, and what is not UTF-8', () => {
    expect(shape('"\\00\\ff\\t\\n\\r\\"\\\'\\\\(;" "\\u{20AC}" "\xff"')).toEqual([
      { bytes: '\x00\xff\t\n\r"\'\\(;' },
      { bytes: '\xe2\x82\xac' },
      { bytes: '\xff' },
    ]);
  });

  test('words end at parentheses, strings and comments', () => {
    expect(shape('(a"b"c(d)e;;\nf)')).toEqual([['a', { bytes: 'b' }, 'c', ['d'], 'e', 'f']]);
  });

  test.each([
    ['(a', 1],
    ['\n)', 2],
    ['(a\n"b', 2],
    ['\n\n(; (; ;)', 3],
    ['(@a (b)', 1],
    ['"\\g"', 1],
  ])('%j is refused with its line', (text, line) => {
    expect(() => shape(text)).toThrow(ScriptError);
    expect(() => shape(text)).toThrow(new RegExp(`^line ${line}: `));
  });
});

describe('scripts', () => {
  test('text modules are cut out of the source as they are', () => {
    const [command] = parse('  (module $m (func (; ) ;)) ;; x\n )(register "a" $m)');
    expect(command?.kind).toBe('module');
    expect(textOf(command)).toBe('(module $m (func (; ) ;)) ;; x\n )');
  });

  test('bytes and quoted text are joined from their strings', () => {
    const [binary, quote] = parse('(module $b binary "\\00as" "m") (module quote "(func" ")")');
    expect(binary).toMatchObject({ module: { id: '$b', form: 'binary' } });
    expect(textOf(binary)).toBe('\0asm');
    expect(quote).toMatchObject({ module: { form: 'quote' } });
    expect(textOf(quote)).toBe('(func)');
  });

  test('definitions lose the word that only scripts have, instances name both', () => {
    const [definition, instance] = parse('(module definition $M (func))\n(module instance $I $M)');
    expect(definition).toMatchObject({ kind: 'definition', module: { id: '$M' } });
    expect(textOf(definition).replace(/ +/g, ' ')).toBe('(module $M (func))');
    expect(instance).toMatchObject({ kind: 'instance', instance: '$I', module: '$M' });
  });

  test('fields without a module around them are one', () => {
    const commands = parse('(func) (memory 0)\n(assert_return (invoke "f"))\n(func)');
    expect(commands.map((c) => c.kind)).toEqual(['module', 'assert_return', 'module']);
    expect(textOf(commands[0])).toBe('(func) (memory 0)');
  });

  test('commands know their line, and a column where a line has several', () => {
    const commands = parse('(module)\n\n(invoke "a") (invoke "b")\n(get $m "c")');
    expect(commands.map(({ line, id }) => [line, id])).toEqual([
      [1, '1'],
      [3, '3'],
      [3, '3:14'],
      [4, '4'],
    ]);
  });

  test('arguments are exact bits', () => {
    const [command] = parse(
      '(invoke $m "f" (i32.const -1) (i64.const 0xffffffffffffffff) (f32.const -nan:0x1) (f64.const 0.5) (v128.const i16x8 1 -1 0 0 0 0 0 0x8000) (ref.null func) (ref.extern 3))',
    );
    expect(command).toMatchObject({
      kind: 'action',
      action: {
        module: '$m',
        name: 'f',
        args: [
          { type: 'i32', value: -1 },
          { type: 'i64', value: -1n },
          { type: 'f32', bits: 0xff80_0001 },
          { type: 'f64', bits: 0x3fe0_0000_0000_0000n },
          { type: 'v128', bytes: Uint8Array.of(1, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128) },
          { type: 'ref', kind: 'null', heap: 'func' },
          { type: 'ref', kind: 'host', host: 3 },
        ],
      },
    });
  });

  test('results may be patterns', () => {
    const [command] = parse(
      '(assert_return (invoke "f") (f32.const nan:canonical) (v128.const f64x2 nan:arithmetic 1) (either (i32.const 1) (i32.const 2)) (ref.func) (ref.null) (ref.extern))',
    );
    expect(command).toMatchObject({
      expected: [
        { type: 'f32', bits: 'canonical' },
        { type: 'v128', lanes: ['arithmetic', 0x3ff0_0000_0000_0000n] },
        { type: 'either', options: [{ value: 1 }, { value: 2 }] },
        { type: 'ref', kind: 'func' },
        { type: 'ref', kind: 'null' },
        { type: 'ref', kind: 'anyextern' },
      ],
    });
  });

  test('a trap of a module is told from a trap of a call', () => {
    const commands = parse('(assert_trap (module) "unreachable") (assert_trap (invoke "f") "unreachable")');
    expect(commands.map((c) => c.kind)).toEqual(['assert_module_trap', 'assert_trap']);
  });

  test.each([
    '(assert_magic (invoke "f"))',
    '(invoke "f" (f32.const nan:canonical))',
    '(assert_return (invoke "f") (i33.const 1))',
    '(assert_return (invoke "f") (v128.const i32x4 1 2 3))',
    '(assert_return (frob "f"))',
    '(assert_invalid (invoke "f") "x")',
  ])('%s is refused', (text) => {
    expect(() => parse(text)).toThrow(ScriptError);
  });
});
