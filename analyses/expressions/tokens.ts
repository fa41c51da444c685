/** The words and signs of an expression. */

import { ExpressionError } from './expression-error.ts';

export type Token = { readonly at: number; readonly text: string } & (
  | { readonly kind: 'number'; readonly value: number | bigint; readonly isFloat: boolean }
  /** `$name`, `$3`, `$"any name"`. */
  | { readonly kind: 'local'; readonly key: string | number }
  /** `text` without its quotes. */
  | { readonly kind: 'text' | 'word' | 'sign' | 'end' }
);

const TOKEN =
  /\s*(?:(?<hex>0x[\da-f_]+)|(?<number>\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)|\$(?:"(?<quoted>[^"]*)"|(?<local>[\w.]+))|"(?<text>[^"]*)"|(?<word>[a-z_]\w*)|(?<sign>\|\||&&|==|!=|<=|>=|<<|>>|[-+*/%&|^~!<>()[\].]))/iy;

/** The last one is the end. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.trimEnd().length) {
    const from = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw unknown(text, from);
    found.push(tokenOf(match));
    checkEnd(text, pattern.lastIndex, found.at(-1) as Token);
  }
  found.push({ kind: 'end', text: '', at: text.trimEnd().length });
  return found;
}

function tokenOf(match: RegExpExecArray): Token {
  const { hex, number, quoted, local, text, word, sign } = match.groups as Record<string, string | undefined>;
  const whole = match[0].trimStart();
  const place = { text: whole, at: match.index + match[0].length - whole.length };
  if (hex !== undefined) return { kind: 'number', value: integer(hex), isFloat: false, ...place };
  if (number !== undefined) {
    const isFloat = /[.e]/i.test(number);
    const value = isFloat ? Number(number.replaceAll('_', '')) : integer(number);
    return { kind: 'number', value, isFloat, ...place };
  }
  const key = quoted ?? local;
  if (key !== undefined)
    return { kind: 'local', key: quoted === undefined && /^\d+$/.test(key) ? Number(key) : key, ...place };
  if (text !== undefined) return { kind: 'text', ...place, text };
  return { kind: word === undefined ? 'sign' : 'word', ...place, text: word ?? (sign as string) };
}

/** As a number where that is exact. */
function integer(digits: string): number | bigint {
  const value = BigInt(digits.replaceAll('_', ''));
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** `12abc` is no number and a word. */
function checkEnd(text: string, end: number, token: Token): void {
  if (token.kind === 'number' && /[\w.]/.test(text[end] ?? '')) {
    throw new ExpressionError(text, token.at, `"${token.text}${text[end]}" is no number`);
  }
}

function unknown(text: string, from: number): ExpressionError {
  const at = from + (text.slice(from).length - text.slice(from).trimStart().length);
  const sign = text[at] ?? '';
  const advice = { '=': '; to compare, write ==', '"': '; the quote has no end', "'": '; names are quoted with "' }[
    sign
  ];
  return new ExpressionError(text, at, `"${sign}" means nothing${advice ?? ''}`);
}
