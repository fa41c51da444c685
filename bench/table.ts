/** Text tables: the first column to the left, numbers to the right. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** One line for each program and each thing that went wrong with it. */
export function failureLines(
  programs: readonly { readonly name: string; readonly failures: Readonly<Record<string, string>> }[],
): string[] {
  return programs.flatMap(({ name, failures }) => {
    const messages = new Set(Object.values(failures));
    return [...messages].map((message) => {
      const failed = Object.keys(failures).filter((key) => failures[key] === message);
      return `${failed.join(', ')} on ${name}: ${message}`;
    });
  });
}
