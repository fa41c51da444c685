/** Percentages, counts and names as words; without packages, so that pages in browsers can use them too. */

/**
 * Per cent with one decimal, rounded down: 100 % means all, and what is not nothing is not 0 %.
 * `-` where there is nothing to cover.
 */
export function percent({ covered, all }: { readonly covered: number; readonly all: number }): string {
  if (all === 0) return '-';
  const tenths = Math.floor((covered / all) * 1000);
  return tenths === 0 && covered > 0 ? '<0.1%' : `${(tenths / 10).toFixed(1)}%`;
}

/** A count with its noun: `1 function`, `2 functions`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * Text from a module, safe to print: names may hold anything, also line ends and sequences that control
 * terminals. Characters of such kinds become escapes.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}
