/**
 * Patterns in filters: globs and regular expressions as text.
 *
 * Libraries for globs treat `/`, `.`, braces, brackets and parentheses in their own way, which is right for
 * paths of files. Names of functions hold all of these as plain letters (`core::fmt::write<(A, B)>`,
 * `assembly/index/add`, `operator()`), so that here only `*` and `?` mean something.
 */

import { FilterError } from './errors.ts';

/** A test of a text. */
export type Matcher = (text: string) => boolean;

/** Does the text hold a wildcard? */
export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

/** `*`: any letters, also none; `?`: one letter. Everything else, upper and lower case included, as it stands. */
export function glob(pattern: string): Matcher {
  const source = pattern
    .replace(/[\\^$.+()|[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return regex(new RegExp(`^${source}$`, 'su'));
}

/** A test that does not depend on what was tested before, as it would with the flags `g` and `y`. */
export function regex(expression: RegExp): Matcher {
  const stateless = new RegExp(expression.source, expression.flags.replace(/[gy]/g, ''));
  return (text) => stateless.test(text);
}

/** The regular expression that a text of the form `/source/flags` stands for; undefined for other texts. */
export function regexFromText(text: string): Matcher | undefined {
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? [];
  if (source === undefined) return undefined;
  try {
    return regex(new RegExp(source, flags));
  } catch (error) {
    throw new FilterError(text, `"${text}" is no regular expression: ${(error as Error).message}`);
  }
}
