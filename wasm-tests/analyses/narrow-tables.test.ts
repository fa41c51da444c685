/** Tables on a terminal that is narrower than they are. */

import { expect, test } from 'vitest';
import { sectionsText } from '../../analyses/report/sections-text.ts';
import { reportContext } from './support/run.ts';

const table = {
  id: 'calls',
  title: 'Calls',
  columns: [
    { key: 'name', kind: 'text' },
    { key: 'count', kind: 'count' },
    { key: 'first', kind: 'exact', isExtra: true },
    { key: 'last', title: 'last one', kind: 'exact', isExtra: true },
  ],
  rows: [['a function', 1234, 567890, 678901]],
} as const;

function linesAt(width: number): string[] {
  const section = { tables: [table] };
  return sectionsText('calls', [section], { ...reportContext, modules: [], width })
    .split('\n')
    .slice(2);
}

test('are whole where there is room', () => {
  expect(linesAt(80)).toEqual([
    'Calls',
    'name        count   first  last one',
    'a function  1,234  567890    678901',
    '',
  ]);
});

test('leave out what a reader can do without, the last of it first, and say so', () => {
  expect(linesAt(30)).toEqual([
    'Calls',
    'name        count   first',
    'a function  1,234  567890',
    'no room for last one (all with --format csv)',
    '',
  ]);
  expect(linesAt(18)).toEqual([
    'Calls',
    'name        count',
    'a function  1,234',
    'no room for first, last one (all with --format csv)',
    '',
  ]);
});

test('figures that are long texts go on in the next line', () => {
  const figures = [
    { label: 'places', value: 3, kind: 'exact' },
    { label: 'looked at', value: 'i32.add, i32.sub, i32.mul', kind: 'text' },
  ] as const;
  const lines = sectionsText('values', [{ figures }], { ...reportContext, modules: [], width: 30 }).split('\n');
  expect(lines.slice(2)).toEqual([
    'places                     3',
    'looked at  i32.add, i32.sub,',
    '                     i32.mul',
    '',
  ]);
});
