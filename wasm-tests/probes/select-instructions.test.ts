import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Instruction, instruction, instructions } from '../../engine/index.ts';
import { FilterError, type InstructionFilter, instructionCategories, selectInstructions } from '../../probes/index.ts';

const mnemonics = (filter?: InstructionFilter): string[] =>
  [...selectInstructions(filter)].map((op) => instructions[op]?.name as string);

function rows(test: (i: Instruction) => boolean): string[] {
  return instructions.filter(test).map((i) => i.name);
}

/** What a text format reader would say from the mnemonic alone: independent of the columns. */
const LOAD = /^(i32|i64|f32|f64|v128)\.load/;
const STORE = /^(i32|i64|f32|f64|v128)\.store/;

describe('a filter for instructions', () => {
  it('is left out: all', () => {
    expect(selectInstructions().size).toBe(instructions.length);
  });

  it('by mnemonic takes all rows that share it', () => {
    expect(mnemonics('i32.add')).toEqual(['i32.add']);
    expect(mnemonics('select')).toEqual(['select', 'select t']);
  });

  it('by glob', () => {
    expect(mnemonics('i32.load*')).toEqual(['i32.load', 'i32.load8_s', 'i32.load8_u', 'i32.load16_s', 'i32.load16_u']);
    expect(mnemonics('i??.eqz')).toEqual(['i32.eqz', 'i64.eqz']);
    // The dot is a dot.
    expect(mnemonics('f64.m*')).toEqual(['f64.mul', 'f64.min', 'f64.max']);
  });

  it.each<[string, RegExp]>([
    ['load', LOAD],
    ['store', STORE],
    ['call', /^(return_)?call(_indirect|_ref)?$/],
    ['=call', /^call$/],
    ['tail-call', /^return_call/],
    ['exit', /^return/],
    ['branch', /^(br.*|if)$/],
    ['block', /^(block|loop|if|try|try_table)$/],
    ['const', /\.const$/],
    ['local', /^local\./],
    ['global', /^global\./],
    ['simd', /^(v128|[if]\d+x\d+)\./],
    ['throw', /^(throw|throw_ref|rethrow)$/],
    ['reads-memory', /\.load|^memory\.copy$/],
    ['writes-memory', /\.store|^memory\.(copy|fill|init)$/],
    ['memory', /\.load|\.store|^memory\./],
    ['bulk', /\.(fill|copy|init.*|drop)$/],
    ['table', /^table\.|call_indirect$/],
    ['i64 load', /^i64\.load/],
    ['f32 store', /^f32\.store/],
    ['i64 compare', /^i64\.(eqz|eq|ne|[lg][te]_[su])$/],
    ['f64 compare', /^f64\.(eq|ne|[lg][te])$/],
    ['i32 bitwise !i64 !simd', /^i32\.(and|or|xor|sh[lr].*|rot[lr]|clz|ctz|popcnt)$/],
    ['f64 arithmetic !simd', /^f64\.(abs|neg|ceil|floor|trunc|nearest|sqrt|add|sub|mul|div|min|max|copysign)$/],
    ['i64 arithmetic', /^i64\.(add|sub|mul|div_[su]|rem_[su])$/],
    ['i64 convert !simd', /^(i32\.wrap_i64|i64\.(extend|trunc|reinterpret).*|f\d+\.(convert|reinterpret)_i64.*)$/],
    ['memory trap !simd', /^[if]\d+\.(load|store)|^memory\.(init|copy|fill)$/],
    ['i32.div_*, i64.rem_?', /^i32\.div_|^i64\.rem_/],
  ])('"%s" selects what the mnemonics say', (filter, expected) => {
    const wanted = rows((i) => expected.test(i.mnemonic));
    expect(mnemonics(filter)).toEqual(wanted);
  });

  it('splits numeric instructions into four kinds and the rearrangement of lanes, each once', () => {
    const kinds = ['compare', 'convert', 'bitwise', 'arithmetic'].map((word) => mnemonics(word));
    const all = kinds.flat();
    expect(new Set(all).size).toBe(all.length);
    const others = mnemonics('numeric').filter((name) => !all.includes(name));
    expect(others.every((name) => /splat|lane|shuffle|swizzle|bitmask|_true/.test(name))).toBe(true);
  });

  it('counts operands and results for a type, but no addresses', () => {
    expect(mnemonics('i32')).toContain('i32.wrap_i64');
    expect(mnemonics('i64')).toContain('i32.wrap_i64');
    expect(mnemonics('i32')).not.toContain('i64.load');
    expect(mnemonics('v128')).toContain('i8x16.splat');
  });

  it('takes regular expressions, predicates, arrays, features', () => {
    expect(mnemonics(/^i32\.rot/g)).toEqual(['i32.rotl', 'i32.rotr']);
    expect(mnemonics('/^i32\\.rot/')).toEqual(['i32.rotl', 'i32.rotr']);
    expect(mnemonics((i) => i.access.reads === 16)).toEqual(['v128.load']);
    expect(mnemonics(['nop', /^drop$/, 'nop'])).toEqual(['nop', 'drop']);
    expect(mnemonics('sign-extension')).toEqual(rows((i) => i.feature === 'sign-extension'));
    expect(selectInstructions('trap').has(instruction('i32.div_s').op)).toBe(true);
    expect(selectInstructions('!trap').has(instruction('i32.div_s').op)).toBe(false);
  });

  it('takes regular expressions with spaces, commas and slashes among other words', () => {
    const loads = ['i32.load8_s', 'i32.load8_u', 'i32.load16_s', 'i32.load16_u'];
    expect(mnemonics('/^i32\\.load\\d{1,2}_[su]$/')).toEqual(loads);
    expect(mnemonics('nop, /^i32\\.load\\d{1,2}_[su]$/ !/_u$/i,drop')).toEqual([
      'nop',
      'drop',
      'i32.load8_s',
      'i32.load16_s',
    ]);
    expect(mnemonics('/^(nop|a b, c)$/')).toEqual(['nop']);
    expect(mnemonics('/^nop$|[/]|\\//')).toEqual(['nop']);
  });

  it('has categories that say what they are and select something, atomics not existing yet', () => {
    for (const { word, help } of instructionCategories) {
      expect(help).not.toBe('');
      if (word === 'atomic') expect(() => selectInstructions(word)).toThrow(FilterError);
      else expect(selectInstructions(word).size, word).toBeGreaterThan(0);
    }
  });

  it('has categories that the documentation lists', () => {
    const page = readFileSync(new URL('../../docs/probes/selecting.md', import.meta.url), 'utf8');
    for (const { word, help } of instructionCategories) expect(page).toContain(`| \`${word}\` | ${help} |`);
  });

  it.each<[string, string, string[]]>([
    ['i32.lod', '"i32.lod" is neither a mnemonic nor a category of instructions', ['i32.load']],
    ['laod', 'neither a mnemonic nor a category', ['load']],
    ['=cal', 'neither a mnemonic nor a category', ['call']],
    ['i33.*', 'no mnemonic matches "i33.*"', []],
    ['f32 bulk', 'no instruction is selected by "f32 bulk"', []],
    ['', 'expected a mnemonic, a glob or a category', []],
    ['load,', 'expected a mnemonic, a glob or a category', []],
    ['/^i32\\.l{1,2}', '"/^i32\\.l{1" is no regular expression: it has no second slash', []],
    ['/(/', '"/(/" is no regular expression: ', []],
    ['/^i33/', 'no mnemonic matches "/^i33/"', []],
    ['constructor', 'neither a mnemonic nor a category', ['const']],
  ])('"%s" is an error with what is near', (filter, message, nearest) => {
    let thrown: unknown;
    try {
      selectInstructions(filter);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(FilterError);
    expect((thrown as FilterError).message).toContain(message);
    expect((thrown as FilterError).nearest.slice(0, 1)).toEqual(nearest);
  });
});
