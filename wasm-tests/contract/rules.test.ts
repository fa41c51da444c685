import { describe, expect, it } from 'vitest';
import { rulesIn, ruleTitles } from './rules.ts';

describe('the rules of the contract', () => {
  it('are 28', () => {
    expect(Object.keys(ruleTitles).map(Number)).toEqual(Array.from({ length: 28 }, (_, i) => i + 1));
  });

  it('are found in titles', () => {
    expect(rulesIn('rule 7: something')).toEqual([7]);
    expect(rulesIn('rules 3 and 6: something')).toEqual([3, 6]);
    expect(rulesIn('rules 2 to 5: something')).toEqual([2, 3, 4, 5]);
    expect(rulesIn('rule 9, by global probes')).toEqual([9]);
    expect(rulesIn('something about rule 9')).toEqual([]);
  });
});
