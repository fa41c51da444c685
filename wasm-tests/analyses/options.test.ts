import { describe, expect, it } from 'vitest';
import { OptionError, parseOptions } from '../../analyses/index.ts';

const specs = {
  only: { help: '', default: '*' },
  limit: { help: '', default: 3 },
  deep: { help: '', default: false },
};

describe('options of a probe', () => {
  it('are words between commas, with defaults for what is not given', () => {
    expect(parseOptions('', specs)).toEqual({ only: '*', limit: 3, deep: false });
    expect(parseOptions('deep,limit=0x10,only=a=b', specs)).toEqual({ only: 'a=b', limit: 16, deep: true });
  });

  it('hold commas, and with them any regular expression', () => {
    expect(parseOptions('only=/^a{1\\,2} b$/,limit=4', specs)).toEqual({ only: '/^a{1,2} b$/', limit: 4, deep: false });
  });

  it('that are cut by a comma say how to write it', () => {
    const cut = (): unknown => parseOptions('only=/a{1,2}/', specs);
    expect(cut).toThrow(OptionError);
    expect(cut).toThrow(
      'no option "2}/": its options: only=*, limit=3, deep; if it is part of the value of "only", write the comma as \\,',
    );
    expect(() => parseOptions('limit=1,dep', specs)).toThrow(/no option "dep": did you mean "deep"\?$/);
  });
});
