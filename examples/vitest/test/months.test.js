import { expect, test } from 'vitest';
import { daysInMonth, isLeap } from '../src/dates.js';

test('months have their days', () => {
  expect([1, 2, 4, 12].map((month) => daysInMonth(2025, month))).toEqual([31, 28, 30, 31]);
});

test('there are twelve months', () => {
  expect(() => daysInMonth(2025, 13)).toThrow('there is no month 13');
});

test('2024 is a leap year, 1900 is none', () => {
  expect([2024, 1900].map(isLeap)).toEqual([true, false]);
});
