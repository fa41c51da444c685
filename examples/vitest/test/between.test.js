import { expect, test } from 'vitest';
import { daysBetween } from '../src/dates.js';

test('there are 366 days from one first of March to the next one of 2024', () => {
  expect(daysBetween([2023, 3, 1], [2024, 3, 1])).toBe(366);
});
