/** Pieces of what is printed: columns, offsets, names of any origin. */

/**
 * Text from a module, safe to print: names may hold anything, also sequences that control terminals, and
 * characters that change the direction of what follows. Such characters become escapes; line ends stay.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) =>
    char === '\n' ? char : `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}

/** Lines with columns as wide as their widest cell and two spaces between; numbers to the right, text to the left. */
export function alignColumns(rows: readonly (readonly (string | number)[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, String(cell).length);
  }
  return rows.map((row) => {
    const cells = row.map((cell, i) => {
      const width = widths[i] ?? 0;
      return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
    });
    return cells.join('  ').trimEnd();
  });
}

/** An offset in a module, as everywhere: `0x1a4`. */
export function hexOffset(offset: number): string {
  return `0x${offset.toString(16)}`;
}
