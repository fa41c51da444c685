/** Filters of modules. */

import { describe, expect, test } from 'vitest';
import { CliError } from '../../cli/errors.ts';
import { parseFilters } from '../../cli/register/module-filter.ts';

const facts = {
  file: '/home/me/node_modules/sql.js/dist/sql-wasm.wasm',
  loader: 'file:///home/me/node_modules/sql.js/dist/sql-wasm.js:101:399',
  size: 688_197,
  sha256: '43bbcdd44287e5a2db3b6b5af34b1a3485a7a441285d247976c1ebe3c61f8dbf',
  order: 2,
  exports: () => ['memory', '_initialize'],
};

const chooses = (...texts: string[]): boolean => parseFilters(texts)(facts);

describe('a filter', () => {
  test.each([
    'sql-wasm.wasm',
    'file=sql*',
    'file=sql.js/dist/*.wasm',
    'file=/home/*',
    'loader=sql-wasm.js',
    'loader=sql.js/dist/*',
    'hash=43BBCDD4',
    'size=688197',
    'size=600k..',
    'size=..1M',
    'size=688k..689k',
    'export=_init*',
    'order=2',
    'order=1..3',
    'sql-wasm.wasm,size=1..,order=2',
  ])('%s chooses the module', (text) => {
    expect(chooses(text)).toBe(true);
    expect(chooses(`!${text}`)).toBe(false);
  });

  test.each([
    'sql',
    'file=dist',
    'file=js/dist/*.wasm',
    'loader=sql-wasm.wasm',
    'loader=dist',
    'hash=bbcd',
    'size=..600k',
    'export=init*',
    'order=3..',
    'sql-wasm.wasm,order=1',
  ])('%s does not', (text) => {
    expect(chooses(text)).toBe(false);
    expect(chooses(`!${text}`)).toBe(true);
  });

  test('without a file is about what else is known', () => {
    const unknown = { ...facts, file: undefined };
    expect(parseFilters(['file=*'])(unknown)).toBe(false);
    expect(parseFilters(['!file=*'])(unknown)).toBe(true);
  });

  test.each(['', 'size=', 'size=a', 'size=5..1', 'size=..', 'hash=xyz', 'colour=red', 'order=1.5'])(
    '%j is refused',
    (text) => {
      expect(() => parseFilters([text])).toThrow(CliError);
    },
  );
});

describe('several filters', () => {
  test('choose what one of them chooses, and nothing that one leaves out', () => {
    expect(chooses()).toBe(true);
    expect(chooses('order=1', 'order=2')).toBe(true);
    expect(chooses('order=2', '!size=1M..')).toBe(true);
    expect(chooses('order=2', '!sql-*')).toBe(false);
    expect(chooses('!order=1')).toBe(true);
  });
});
