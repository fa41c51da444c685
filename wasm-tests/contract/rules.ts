/** The rules of the probe contract by number, in a few words each. */

export const ruleTitles: Readonly<Record<number, string>> = {
  1: 'a local probe fires before its instruction',
  2: 'insertion order; the same probe several times',
  3: 'inserted during an event of its location: from the next one on',
  4: 'removed during an event of its location: still for this one',
  5: 'all other requests: at the next arrival, in every activation',
  6: 're-entrancy loses no request',
  7: 'global probes, before local ones',
  8: 'entry: once an activation',
  9: 'structured control',
  10: 'unreachable code',
  11: 'traps',
  12: 'tail calls and exceptions',
  13: 'every activation ends once, with a reason',
  14: 'what a frame gives',
  15: 'every frame can be read; undeclared reading is an error',
  16: 'writing the own frame',
  17: "writing a caller's locals",
  18: 'one frame an activation, dead after its end',
  19: 'probes that trap or fail',
  20: 'impossible locations are refused',
  21: 'the program notices nothing',
  22: 'no residue before the first and after the last probe',
  23: 'cost of insertion and removal',
  24: 'fast probes obey all of it; overridden `fire` is called',
  25: 'several fast probes at one location',
  26: 'counters are exact at any moment',
  27: 'any analyses together',
  28: 'a detached analysis leaves nothing and can still report',
};

/** Numbers of the rules that a title is about: `rule 3: ...`, `rules 3 and 4: ...`, `rules 2 to 5: ...`. */
export function rulesIn(title: string): number[] {
  const found = /^rules? (\d+)(?: (and|to) (\d+))?\b/.exec(title);
  if (found === null) return [];
  const [, first, word, last] = found;
  const [from, to] = [Number(first), Number(last ?? first)];
  if (word === 'and') return [from, to];
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
