/** Errors of the toolkit: what a filter asked for that is not there. */

import { distance } from 'fastest-levenshtein';
import { WizError } from '../engine/index.ts';

/** A filter that is malformed, or that selects nothing. */
export class FilterError extends WizError {
  /** The part of the filter that is wrong, as it was written. */
  readonly filter: string;
  /** What was probably meant, the most likely first; empty where nothing is near. */
  readonly nearest: readonly string[];

  constructor(filter: string, problem: string, nearest: readonly string[] = []) {
    super(nearest.length === 0 ? problem : `${problem}; did you mean ${alternatives(nearest)}?`);
    this.filter = filter;
    this.nearest = nearest;
  }
}

function alternatives(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  const last = quoted.pop() as string;
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}

const NEAREST_AT_MOST = 3;

/** Those of `candidates` that differ from `word` by few letters, or contain it or are contained in it; best first. */
export function nearestOf(word: string, candidates: Iterable<string>): string[] {
  const wanted = word.toLowerCase();
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  const ranked: { candidate: string; rank: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const offered = candidate.toLowerCase();
    const edits = distance(wanted, offered);
    const isPart =
      Math.min(wanted.length, offered.length) >= 3 && (offered.includes(wanted) || wanted.includes(offered));
    if (edits <= limit || isPart) ranked.push({ candidate, rank: edits <= limit ? edits : limit + edits });
  }
  ranked.sort((a, b) => a.rank - b.rank);
  return ranked.slice(0, NEAREST_AT_MOST).map(({ candidate }) => candidate);
}
