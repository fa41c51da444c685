/**
 * Reader of the S-expressions of a test script (spec 6.2, 6.3, and the grammar of `interpreter/README.md`).
 *
 * The source is read as bytes, one character of a latin1 string each: scripts contain strings that are
 * not UTF-8 on purpose, and modules are later cut out of the source by their offsets.
 */

export interface SList {
  readonly kind: 'list';
  readonly items: readonly SExpr[];
  /** Offset of the opening parenthesis, in bytes of the source. */
  readonly start: number;
  /** One behind the closing parenthesis. */
  readonly end: number;
}

/** A keyword, number or identifier. */
export interface SAtom {
  readonly kind: 'atom';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface SString {
  readonly kind: 'string';
  /** The value, escapes resolved. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export type SExpr = SList | SAtom | SString;

/** The script itself is wrong, or uses something that the runner does not know. */
export class ScriptError extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(`line ${line}: ${message}`);
    this.name = 'ScriptError';
    this.line = line;
  }
}

/** A script's bytes with the table that turns offsets into lines. */
export class Source {
  /** One character per byte. */
  readonly text: string;
  private readonly lineStarts: number[] = [0];

  constructor(bytes: Uint8Array) {
    this.text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) this.lineStarts.push(at + 1);
  }

  /** Line of an offset, from 1. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.lineStarts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** The bytes of a part. */
  bytes(start: number, end: number): Uint8Array {
    return new Uint8Array(Buffer.from(this.text.slice(start, end), 'latin1'));
  }
}

/** All expressions of the source, in order. */
export function readScript(source: Source): SExpr[] {
  return new Reader(source).readAll();
}

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;
const SEMICOLON = 0x3b;
const AT = 0x40;
const BACKSLASH = 0x5c;

function isSpace(c: number): boolean {
  return c === SPACE || c === NEWLINE || c === TAB || c === RETURN;
}

function endsAtom(c: number): boolean {
  return isSpace(c) || c === OPEN || c === CLOSE || c === QUOTE || c === SEMICOLON;
}

const escapes: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, '"': 34, "'": 39, '\\': 92 };

class Reader {
  private readonly source: Source;
  private readonly text: string;
  private at = 0;

  constructor(source: Source) {
    this.source = source;
    this.text = source.text;
  }

  readAll(): SExpr[] {
    const result: SExpr[] = [];
    for (this.skipBlank(); this.at < this.text.length; this.skipBlank()) result.push(this.readExpr());
    return result;
  }

  private fail(message: string, at = this.at): never {
    throw new ScriptError(message, this.source.lineOf(at));
  }

  /** Passes over white space, comments and annotations; all three mean nothing to a script. */
  private skipBlank(): void {
    for (;;) {
      const c = this.text.charCodeAt(this.at);
      if (isSpace(c)) this.at++;
      else if (c === SEMICOLON && this.text.charCodeAt(this.at + 1) === SEMICOLON) this.skipLine();
      else if (c === OPEN && this.text.charCodeAt(this.at + 1) === SEMICOLON) this.skipBlockComment();
      else if (c === OPEN && this.text.charCodeAt(this.at + 1) === AT) this.skipAnnotation();
      else return;
    }
  }

  private skipLine(): void {
    // A line ends at a line feed or at a carriage return (spec 6.3.3).
    while (this.at < this.text.length) {
      const c = this.text.charCodeAt(this.at);
      if (c === NEWLINE || c === RETURN) return;
      this.at++;
    }
  }

  private skipBlockComment(): void {
    const start = this.at;
    let depth = 0;
    do {
      if (this.at >= this.text.length) this.fail('unclosed comment', start);
      if (this.text.startsWith('(;', this.at)) {
        depth++;
        this.at += 2;
      } else if (this.text.startsWith(';)', this.at)) {
        depth--;
        this.at += 2;
      } else {
        this.at++;
      }
    } while (depth > 0);
  }

  private skipAnnotation(): void {
    const start = this.at;
    let depth = 0;
    do {
      const c = this.text.charCodeAt(this.at);
      if (this.at >= this.text.length) this.fail('unclosed annotation', start);
      if (c === OPEN && this.text.charCodeAt(this.at + 1) === SEMICOLON) {
        this.skipBlockComment();
      } else if (c === SEMICOLON && this.text.charCodeAt(this.at + 1) === SEMICOLON) {
        this.skipLine();
      } else if (c === QUOTE) {
        this.readString();
      } else {
        if (c === OPEN) depth++;
        if (c === CLOSE) depth--;
        this.at++;
      }
    } while (depth > 0);
  }

  private readExpr(): SExpr {
    const c = this.text.charCodeAt(this.at);
    if (c === OPEN) return this.readList();
    if (c === QUOTE) return this.readString();
    if (c === CLOSE) this.fail('unexpected ")"');
    const start = this.at;
    this.at++;
    while (this.at < this.text.length && !endsAtom(this.text.charCodeAt(this.at))) this.at++;
    return { kind: 'atom', text: this.text.slice(start, this.at), start, end: this.at };
  }

  private readList(): SList {
    const start = this.at++;
    const items: SExpr[] = [];
    for (;;) {
      this.skipBlank();
      if (this.at >= this.text.length) this.fail('unclosed "("', start);
      if (this.text.charCodeAt(this.at) === CLOSE) break;
      items.push(this.readExpr());
    }
    this.at++;
    return { kind: 'list', items, start, end: this.at };
  }

  private readString(): SString {
    const start = this.at++;
    const bytes: number[] = [];
    for (;;) {
      if (this.at >= this.text.length) this.fail('unclosed string', start);
      const c = this.text.charCodeAt(this.at++);
      if (c === QUOTE) break;
      if (c === BACKSLASH) this.readEscape(bytes);
      else bytes.push(c);
    }
    return { kind: 'string', bytes: Uint8Array.from(bytes), start, end: this.at };
  }

  /** The escape behind a backslash (spec 6.3.3): a letter, two hexadecimal digits, or `u{...}`. */
  private readEscape(into: number[]): void {
    const letter = this.text.charAt(this.at);
    const simple = escapes[letter];
    if (simple !== undefined) {
      into.push(simple);
      this.at++;
      return;
    }
    if (letter === 'u') {
      const match = /^u\{([0-9a-fA-F_]+)\}/.exec(this.text.slice(this.at, this.at + 20));
      if (match === null) this.fail('wrong unicode escape');
      into.push(...Buffer.from(String.fromCodePoint(Number.parseInt((match[1] as string).replaceAll('_', ''), 16))));
      this.at += match[0].length;
      return;
    }
    const pair = this.text.slice(this.at, this.at + 2);
    if (!/^[0-9a-fA-F]{2}$/.test(pair)) this.fail('wrong escape in a string');
    into.push(Number.parseInt(pair, 16));
    this.at += 2;
  }
}
