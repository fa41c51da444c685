/**
 * Commands of a test script: from S-expressions to data.
 *
 * The grammar is that of the suite's own interpreter. Modules are not parsed: a text module is
 * the part of the source between its parentheses.
 */

import { parseF32Bits, parseF64Bits, parseI32, parseI64, parseInteger } from './wast-numbers.ts';
import { readScript, ScriptError, type SExpr, type SList, Source } from './wast-sexpr.ts';
import { type LaneShape, laneShapes, type NanClass, type Pattern, type SpecValue } from './wast-values.ts';

/** A module as the script gives it. */
export interface ScriptModule {
  /** `$name`, where it has one. */
  readonly id: string | undefined;
  /** `text` is part of the script, `quote` the text in its strings, `binary` the bytes in its strings. */
  readonly form: 'text' | 'quote' | 'binary';
  /** The bytes of the text, or of the binary. */
  readonly bytes: Uint8Array;
}

export type Action =
  | {
      readonly kind: 'invoke';
      readonly module: string | undefined;
      readonly name: string;
      readonly args: readonly SpecValue[];
    }
  | { readonly kind: 'get'; readonly module: string | undefined; readonly name: string };

export type CommandBody =
  /** Defines and instantiates. */
  | { readonly kind: 'module'; readonly module: ScriptModule }
  /** Defines only; `instance` instantiates. */
  | { readonly kind: 'definition'; readonly module: ScriptModule }
  | { readonly kind: 'instance'; readonly instance: string | undefined; readonly module: string | undefined }
  | { readonly kind: 'register'; readonly name: string; readonly module: string | undefined }
  | { readonly kind: 'action'; readonly action: Action }
  | { readonly kind: 'assert_return'; readonly action: Action; readonly expected: readonly Pattern[] }
  | { readonly kind: 'assert_trap' | 'assert_exhaustion'; readonly action: Action; readonly message: string }
  | { readonly kind: 'assert_exception'; readonly action: Action }
  | { readonly kind: ModuleAssertion; readonly module: ScriptModule; readonly message: string };

export type ModuleAssertion = 'assert_malformed' | 'assert_invalid' | 'assert_unlinkable' | 'assert_module_trap';

export type Command = CommandBody & {
  /** Line in the script, from 1. */
  readonly line: number;
  /** The line; for the second command of a line and on `line:column`. */
  readonly id: string;
};

/** Is the command an assertion, as the suite counts them? */
export function isAssertion(command: Command): boolean {
  return command.kind.startsWith('assert_');
}

/** The keyword that the script spells the command with. */
export function commandName(command: Command): string {
  return command.kind === 'assert_module_trap' ? 'assert_trap' : command.kind;
}

/** Parses a whole script. */
export function parseScript(bytes: Uint8Array): Command[] {
  const source = new Source(bytes);
  return new ScriptParser(source).parse(readScript(source));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** First words of top-level forms that belong to a module whose `(module ...)` was left out. */
const fields = new Set('type rec import func table memory global tag export start elem data'.split(' '));

function head(expr: SExpr | undefined): string | undefined {
  const first = expr?.kind === 'list' ? expr.items[0] : undefined;
  return first?.kind === 'atom' ? first.text : undefined;
}

function isId(expr: SExpr | undefined): boolean {
  return expr?.kind === 'atom' && expr.text.startsWith('$');
}

class ScriptParser {
  private readonly source: Source;
  private lastLine = 0;

  constructor(source: Source) {
    this.source = source;
  }

  parse(exprs: readonly SExpr[]): Command[] {
    const commands: Command[] = [];
    let i = 0;
    while (i < exprs.length) {
      const expr = this.list(exprs[i] as SExpr);
      const first = i++;
      if (fields.has(head(expr) ?? '')) {
        while (i < exprs.length && fields.has(head(exprs[i]) ?? '')) i++;
        const bytes = this.source.bytes(expr.start, (exprs[i - 1] as SExpr).end);
        commands.push(this.locate(expr, { kind: 'module', module: { id: undefined, form: 'text', bytes } }));
      } else {
        commands.push(this.locate(exprs[first] as SExpr, this.command(expr)));
      }
    }
    return commands;
  }

  private locate(expr: SExpr, body: CommandBody): Command {
    const line = this.source.lineOf(expr.start);
    const column = expr.start - this.source.text.lastIndexOf('\n', expr.start);
    const id = line === this.lastLine ? `${line}:${column}` : `${line}`;
    this.lastLine = line;
    return { ...body, line, id };
  }

  private fail(expr: SExpr, message: string): never {
    throw new ScriptError(message, this.source.lineOf(expr.start));
  }

  private list(expr: SExpr | undefined): SList {
    if (expr?.kind !== 'list') throw new ScriptError('expected "("', expr ? this.source.lineOf(expr.start) : 0);
    return expr;
  }

  private string(parent: SList, index: number): Uint8Array {
    const item = parent.items[index];
    if (item?.kind !== 'string') this.fail(parent, `expected a string at place ${index}`);
    return item.bytes;
  }

  private name(parent: SList, index: number): string {
    return utf8.decode(this.string(parent, index));
  }

  private atom(parent: SList, index: number): string {
    const item = parent.items[index];
    if (item?.kind !== 'atom') this.fail(parent, `expected a word at place ${index}`);
    return item.text;
  }

  private optionalId(parent: SList, index: number): string | undefined {
    return isId(parent.items[index]) ? this.atom(parent, index) : undefined;
  }

  private command(expr: SList): CommandBody {
    const keyword = head(expr);
    switch (keyword) {
      case 'module':
        return this.moduleCommand(expr);
      case 'register':
        return { kind: 'register', name: this.name(expr, 1), module: this.optionalId(expr, 2) };
      case 'invoke':
      case 'get':
        return { kind: 'action', action: this.action(expr) };
      case 'assert_return':
        return {
          kind: 'assert_return',
          action: this.action(this.list(expr.items[1])),
          expected: expr.items.slice(2).map((item) => this.pattern(this.list(item))),
        };
      case 'assert_trap':
        if (head(expr.items[1]) === 'module') return this.moduleAssertion(expr, 'assert_module_trap');
        return { kind: keyword, action: this.action(this.list(expr.items[1])), message: this.name(expr, 2) };
      case 'assert_exhaustion':
        return { kind: keyword, action: this.action(this.list(expr.items[1])), message: this.name(expr, 2) };
      case 'assert_exception':
        return { kind: keyword, action: this.action(this.list(expr.items[1])) };
      case 'assert_malformed':
      case 'assert_invalid':
      case 'assert_unlinkable':
        return this.moduleAssertion(expr, keyword);
      default:
        return this.fail(expr, `unknown command ${JSON.stringify(keyword)}`);
    }
  }

  private moduleAssertion(expr: SList, kind: ModuleAssertion): CommandBody {
    return { kind, module: this.module(this.list(expr.items[1])), message: this.name(expr, 2) };
  }

  private moduleCommand(expr: SList): CommandBody {
    const second = expr.items[1];
    if (second?.kind === 'atom' && second.text === 'instance') {
      // `(module instance $instance? $module?)`: with one name only it is the instance's.
      return { kind: 'instance', instance: this.optionalId(expr, 2), module: this.optionalId(expr, 3) };
    }
    if (second?.kind === 'atom' && second.text === 'definition') {
      return { kind: 'definition', module: this.module(expr) };
    }
    return { kind: 'module', module: this.module(expr) };
  }

  private module(expr: SList): ScriptModule {
    if (head(expr) !== 'module') this.fail(expr, 'expected a module');
    let next = 1;
    const word = expr.items[1];
    const isDefinition = word?.kind === 'atom' && word.text === 'definition';
    if (isDefinition) next++;
    const id = this.optionalId(expr, next);
    if (id !== undefined) next++;
    const form = expr.items[next];
    if (form?.kind === 'atom' && (form.text === 'binary' || form.text === 'quote')) {
      const parts = expr.items.slice(next + 1).map((_, i) => this.string(expr, next + 1 + i));
      return { id, form: form.text, bytes: new Uint8Array(Buffer.concat(parts)) };
    }
    if (!isDefinition) return { id, form: 'text', bytes: this.source.bytes(expr.start, expr.end) };
    // Without the word that only scripts know; blanked, so that positions in messages stay right.
    const bytes = this.source.bytes(expr.start, expr.end);
    bytes.fill(0x20, word.start - expr.start, word.end - expr.start);
    return { id, form: 'text', bytes };
  }

  private action(expr: SList): Action {
    const module = this.optionalId(expr, 1);
    const at = module === undefined ? 1 : 2;
    const name = this.name(expr, at);
    if (head(expr) === 'get') return { kind: 'get', module, name };
    if (head(expr) !== 'invoke') this.fail(expr, 'expected (invoke ...) or (get ...)');
    return { kind: 'invoke', module, name, args: expr.items.slice(at + 1).map((arg) => this.value(this.list(arg))) };
  }

  /** A constant among the arguments of a call. */
  private value(expr: SList): SpecValue {
    const pattern = this.pattern(expr);
    switch (pattern.type) {
      case 'i32':
      case 'i64':
        return pattern;
      case 'f32':
        if (typeof pattern.bits === 'number') return { type: 'f32', bits: pattern.bits };
        break;
      case 'f64':
        if (typeof pattern.bits === 'bigint') return { type: 'f64', bits: pattern.bits };
        break;
      case 'v128':
        return { type: 'v128', bytes: this.vectorBytes(expr, pattern.shape, pattern.lanes) };
      case 'ref':
        if (pattern.kind === 'null') return { type: 'ref', kind: 'null', heap: pattern.heap ?? 'any' };
        if (pattern.kind === 'host') return { type: 'ref', kind: 'host', host: pattern.host ?? 0 };
        break;
      case 'either':
        break;
    }
    return this.fail(expr, 'not a value to call with');
  }

  private vectorBytes(expr: SList, shape: LaneShape, lanes: readonly (bigint | NanClass)[]): Uint8Array {
    const bytes = new Uint8Array(16);
    for (const [i, lane] of lanes.entries()) {
      if (typeof lane === 'string') this.fail(expr, 'not a value to call with');
      for (let b = 0; b < shape.bits; b += 8) bytes[(i * shape.bits + b) / 8] = Number((lane >> BigInt(b)) & 0xffn);
    }
    return bytes;
  }

  /** An expected result. */
  private pattern(expr: SList): Pattern {
    const keyword = head(expr) ?? '';
    const shape = expr.items.length;
    switch (keyword) {
      case 'i32.const':
        return { type: 'i32', value: parseI32(this.atom(expr, 1)) };
      case 'i64.const':
        return { type: 'i64', value: parseI64(this.atom(expr, 1)) };
      case 'f32.const':
        return { type: 'f32', bits: nanClass(this.atom(expr, 1)) ?? parseF32Bits(this.atom(expr, 1)) };
      case 'f64.const':
        return { type: 'f64', bits: nanClass(this.atom(expr, 1)) ?? parseF64Bits(this.atom(expr, 1)) };
      case 'v128.const':
        return this.vectorPattern(expr);
      case 'either':
        return { type: 'either', options: expr.items.slice(1).map((item) => this.pattern(this.list(item))) };
      case 'ref.null':
        return { type: 'ref', kind: 'null', ...(shape > 1 ? { heap: this.atom(expr, 1) } : {}) };
      case 'ref.extern':
        if (shape === 1) return { type: 'ref', kind: 'anyextern' };
        return { type: 'ref', kind: 'host', host: parseI32(this.atom(expr, 1)) };
      case 'ref.host':
        return { type: 'ref', kind: 'host', host: parseI32(this.atom(expr, 1)) };
      case 'ref.func':
      case 'ref.i31':
      case 'ref.struct':
      case 'ref.array':
      case 'ref.exn':
      case 'ref.any':
      case 'ref.eq':
        if (shape > 1) this.fail(expr, `${keyword} with an operand is not a result`);
        return { type: 'ref', kind: keyword.slice(4) as 'func' | 'i31' | 'struct' | 'array' | 'exn' | 'any' | 'eq' };
      default:
        return this.fail(expr, `unknown constant ${JSON.stringify(keyword)}`);
    }
  }

  private vectorPattern(expr: SList): Pattern {
    const name = this.atom(expr, 1);
    const shape = laneShapes.find((s) => s.name === name);
    if (shape === undefined || expr.items.length !== 2 + 128 / shape.bits) this.fail(expr, 'wrong v128.const');
    const lane = (text: string): bigint | NanClass => {
      if (!shape.isFloat) return parseInteger(text, shape.bits);
      return nanClass(text) ?? (shape.bits === 32 ? BigInt(parseF32Bits(text)) : parseF64Bits(text));
    };
    const lanes = expr.items.slice(2).map((_, i) => lane(this.atom(expr, i + 2)));
    return { type: 'v128', shape, lanes };
  }
}

function nanClass(text: string): NanClass | undefined {
  return text === 'nan:canonical' ? 'canonical' : text === 'nan:arithmetic' ? 'arithmetic' : undefined;
}
