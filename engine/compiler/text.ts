/** Lines of JavaScript, indented. */

export class Lines {
  readonly list: string[] = [];

  add(line: string): void {
    this.list.push(line);
  }

  /** Adds lines one level deeper. */
  nest(lines: Lines): void {
    for (const line of lines.list) this.list.push(`  ${line}`);
  }

  append(lines: Lines): void {
    for (const line of lines.list) this.list.push(line);
  }

  get isEmpty(): boolean {
    return this.list.length === 0;
  }

  toString(): string {
    return this.list.join('\n');
  }
}
