/** Lines of JavaScript, indented. */

type Item = string | Nested | Conditional;

/** Lines one level deeper, or on the same level. They are shared, not copied: deep nesting would copy each line once for each level. */
interface Nested {
  readonly items: readonly Item[];
  readonly levels: 0 | 1;
}

/** Lines behind a condition: one line on the same line, more in braces. Which of the two shows when they are written. */
interface Conditional {
  readonly condition: string;
  readonly items: readonly Item[];
}

/** Indentation ends here: of functions with a hundred blocks in each other, most of the text would be blanks. */
const DEEPEST = 16;
const indents = Array.from({ length: DEEPEST + 1 }, (_, depth) => '  '.repeat(depth));

export class Lines {
  private items: Item[] = [];
  /** Is the array a part of other lines? Then it must not be changed. */
  private isShared = false;
  /** Does control never come behind these lines? Then nothing is added any more. */
  private hasEnded = false;

  /** Control never comes behind what there is so far. */
  end(): void {
    this.hasEnded = true;
  }

  get isDead(): boolean {
    return this.hasEnded;
  }

  /** Lines for what is to be a part of these: dead where these are. */
  inner(): Lines {
    const lines = new Lines();
    lines.hasEnded = this.hasEnded;
    return lines;
  }

  private own(): Item[] {
    if (this.isShared) {
      this.items = this.items.slice();
      this.isShared = false;
    }
    return this.items;
  }

  add(line: string): void {
    if (!this.hasEnded) this.own().push(line);
  }

  /** Adds lines one level deeper, as they are now. */
  nest(lines: Lines): void {
    this.include(lines, 1);
  }

  /** Adds lines as they are now. */
  append(lines: Lines): void {
    this.include(lines, 0);
  }

  private include(lines: Lines, levels: 0 | 1): void {
    if (lines.isEmpty || this.hasEnded) return;
    lines.isShared = true;
    this.own().push({ items: lines.items, levels });
  }

  /** Adds lines that are executed if the condition holds. */
  addIf(condition: string, lines: Lines): void {
    if (this.hasEnded) return;
    lines.isShared = true;
    this.own().push({ condition, items: lines.items });
  }

  /** A place for lines that are known later: what is added to the array. */
  hole(): string[] {
    const items: string[] = [];
    if (!this.hasEnded) this.own().push({ items, levels: 0 });
    return items;
  }

  get isEmpty(): boolean {
    return this.items.length === 0;
  }

  clear(): void {
    this.items = [];
    this.isShared = false;
  }

  /** Takes away the line that was added last. */
  takeLast(): string {
    if (this.hasEnded) return '';
    const last = this.own().pop();
    if (typeof last !== 'string') throw new TypeError('what was added last is no line');
    return last;
  }

  /** The same lines, but for those that are equal to `line`, for which there are others. */
  replacing(line: string, others: readonly string[]): Lines {
    const copy = new Lines();
    copy.items = replaced(this.items, line, others);
    return copy;
  }

  toString(): string {
    const texts: string[] = [];
    collect(this.items, 0, texts);
    return texts.join('\n');
  }
}

function replaced(items: readonly Item[], line: string, others: readonly string[]): Item[] {
  return items.flatMap((item): Item[] => {
    if (item === line) return [...others];
    return [typeof item === 'string' ? item : { ...item, items: replaced(item.items, line, others) }];
  });
}

function collect(items: readonly Item[], depth: number, texts: string[]): void {
  const indent = indents[Math.min(depth, DEEPEST)] as string;
  for (const item of items) {
    if (typeof item === 'string') texts.push(indent + item);
    else if ('levels' in item) collect(item.items, depth + item.levels, texts);
    else collectConditional(item, depth, texts);
  }
}

function collectConditional({ condition, items }: Conditional, depth: number, texts: string[]): void {
  const indent = indents[Math.min(depth, DEEPEST)] as string;
  const first = texts.length;
  texts.push(`${indent}if (${condition}) {`);
  collect(items, depth + 1, texts);
  if (texts.length === first + 2) {
    const only = texts.pop() as string;
    texts[first] = `${indent}if (${condition}) ${only.trimStart()}`;
  } else texts.push(`${indent}}`);
}

const LOOP = /^( *)\w+: for \(;;\) \{/;

/** For each name in the text that is wanted, how many loops surround it where it is deepest. The text has the layout of `Lines`. */
export function loopDepths(text: string, isWanted: (name: string) => boolean): Map<string, number> {
  const depths = new Map<string, number>();
  /** Indentations of the loops that are open. */
  const open: number[] = [];
  for (const line of text.split('\n')) {
    const indent = line.length - line.trimStart().length;
    while (open.length > 0 && indent <= (open[open.length - 1] as number)) open.pop();
    for (const [name] of line.matchAll(/\b[A-Za-z_]\w*\b/g)) {
      if (isWanted(name) && (depths.get(name) ?? -1) < open.length) depths.set(name, open.length);
    }
    const loop = LOOP.exec(line);
    if (loop !== null) open.push(indent);
  }
  return depths;
}
