import { describe, expect, it } from 'vitest';
import { FilterError, type FunctionFilter, selectFunctions } from '../../probes/index.ts';
import { load } from '../support/program.ts';

const { module } = load(
  `(module
    (import "env" "log" (func $log (param i32)))
    (import "env" "abort" (func $abort))
    (func $add (export "add") (export "plus") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func $assembly/index/run (export "run"))
    (func $parse_number)
    (func $parse_text)
    (func (export "operator*"))
    (func $operator_new))`,
  { imports: { env: { log: () => {}, abort: () => {} } } },
).instance;
const nameless = load('(module (func (export "a")) (func (export "b")))').instance.module;

function failure(filter: FunctionFilter, origin?: 'own' | 'imported' | 'all'): FilterError {
  try {
    selectFunctions(module, filter, origin);
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
  throw new Error('the filter selects something');
}

describe('a filter for functions', () => {
  it.each<[string, FunctionFilter | undefined, number[]]>([
    ['is left out: all own functions', undefined, [2, 3, 4, 5, 6, 7]],
    ['an index', 4, [4]],
    ['an index as text', '#4', [4]],
    ['a name', 'parse_text', [5]],
    ['an export name', 'plus', [2]],
    ['a glob', 'parse_*', [4, 5]],
    ['a glob whose wildcard matches a slash and nothing', '*assembly*', [3]],
    ['a glob with one letter', 'ad?', [2]],
    ['a name with a wildcard in it, which is a glob as well', 'operator*', [6, 7]],
    ['exports only', 'export:*', [2, 3, 6]],
    ['an export by its exact name', 'export:plus', [2]],
    ['a regular expression', /^parse_/, [4, 5]],
    ['a regular expression with state', /p/g, [2, 4, 5, 6, 7]],
    ['a regular expression as text', '/^PARSE_N/i', [4]],
    ['a regular expression on exports only', 'export:/^(plus|parse.*)$/', [2]],
    ['all but what a regular expression names', '!/^(parse_|op)/', [2, 3]],
    [
      'an index, exports, a name and a regular expression without others',
      [7, 'export:*', '/^parse_t/', '!run'],
      [2, 5, 6, 7],
    ],
    ['a predicate on the type', ({ type }) => type.params.length === 2, [2]],
    ['a predicate on exports', ({ exports }) => exports.length > 1, [2]],
    ['all but', '!export:*', [4, 5, 7]],
    ['an array, each once, in order of indices', ['parse_*', 2, 'add'], [2, 4, 5]],
    ['an array without', ['parse_*', '!parse_text'], [4]],
    ['an array of negations only', ['!parse_*', '!#2'], [3, 6, 7]],
    ['a negation of what is not there', '!nothing', [2, 3, 4, 5, 6, 7]],
    ['arrays in arrays', [['parse_*', '!parse_text'], 'run'], [3, 4]],
  ])('%s', (_name, filter, expected) => {
    expect(selectFunctions(module, filter)).toEqual(expected);
  });

  it('selects imports where callees are wanted', () => {
    expect(selectFunctions(module, undefined, 'imported')).toEqual([0, 1]);
    expect(selectFunctions(module, 'import:env.a*', 'imported')).toEqual([1]);
    expect(selectFunctions(module, ['import:env.log', 'add'], 'all')).toEqual([0, 2]);
    expect(selectFunctions(module, '!import:*', 'all')).toEqual([2, 3, 4, 5, 6, 7]);
    expect(failure('add', 'imported').message).toContain("only functions of the module's own");
  });

  it('mixes imports of all kinds with own functions', () => {
    expect(selectFunctions(module, ['import:/^env\\.a/', '#0', 'add'], 'all')).toEqual([0, 1, 2]);
    expect(selectFunctions(module, ['import:env.*', '!import:env.log'], 'all')).toEqual([1]);
  });

  it('of a module without names takes export names', () => {
    expect(selectFunctions(nameless, 'b')).toEqual([1]);
  });

  it('that selects nothing says what is near', () => {
    expect(failure('parse_txt')).toMatchObject({ filter: '"parse_txt"', nearest: ['parse_text'] });
    expect(failure('parse_txt').message).toBe(
      'no function of the module\'s own is named "parse_txt"; did you mean "parse_text"?',
    );
    expect(failure('export:pluss').nearest).toEqual(['export:plus']);
    expect(failure('index/run').nearest).toEqual(['run', 'assembly/index/run']);
    expect(failure('xyzzy').nearest).toEqual([]);
    expect(failure(['add', 'sbu']).filter).toBe('"sbu"');
  });

  it('that selects imports only says so where code is wanted', () => {
    expect(failure('import:env.log').message).toContain('imported functions, which have no instructions');
    expect(failure(0).message).toContain('imported functions, which have no instructions');
  });

  it('for an index that there is not tells the range', () => {
    expect(failure(8).message).toBe('there is no function 8: the module has functions 0 to 7');
    expect(failure('#8').message).toBe('there is no function "#8": the module has functions 0 to 7');
    expect(failure(-1).message).toContain('0 to 7');
  });

  it('whose exclusions leave nothing, or whose predicate is never true, is an error', () => {
    expect(failure(['add', '!plus']).message).toContain('is left by the filter ["add", "!plus"]');
    expect(failure([]).message).toContain('is left by the filter []');
    expect(
      failure(function never() {
        return false;
      }).message,
    ).toContain('the predicate never');
  });

  it('that is no regular expression says why', () => {
    expect(failure('/(/').message).toMatch(/"\/\(\/" is no regular expression: /);
  });

  it('on a module without functions selects nothing, and fails where something is asked for', () => {
    const { module: empty } = load('(module)').instance;
    expect(selectFunctions(empty)).toEqual([]);
    expect(() => selectFunctions(empty, 'main')).toThrow('the module has no function');
  });
});
