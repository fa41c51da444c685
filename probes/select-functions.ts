/** Which functions of a module: by index, name, export, import, pattern, or what a predicate says. */

import { type FuncType, functionName, funcTypeOf, type Module } from '../engine/index.ts';
import { FilterError, nearestOf } from './errors.ts';
import { glob, isGlob, type Matcher, regex, regexFromText } from './pattern.ts';

/** What a filter knows of a function. */
export interface FunctionInfo {
  readonly module: Module;
  /** Index in the function index space, imports first. */
  readonly index: number;
  /** Its name in the name section, else its first export name, else `module.field`, else `wasm-function[index]`. */
  readonly name: string;
  /** Its export names. */
  readonly exports: readonly string[];
  /** `module.field` of an import; undefined for the module's own functions. */
  readonly import: string | undefined;
  readonly type: FuncType;
}

/**
 * Selects functions:
 *
 * - a number: the index in the function index space
 * - a text: a name or export name, exactly or as a glob with `*` and `?`; or `#12`: an index; `export:glob`:
 *   export names only; `import:glob`: imports by `module.field`; `/source/flags`: a regular expression on names
 *   and export names, or behind `export:` and `import:` on those; with `!` in front: all but these
 * - a regular expression on names and export names
 * - a predicate
 * - an array: what any of its members selects, without what its texts with `!` name
 */
export type FunctionFilter = number | string | RegExp | ((info: FunctionInfo) => boolean) | readonly FunctionFilter[];

/** Functions that have code in the module, imported ones, or both. */
export type FunctionOrigin = 'own' | 'imported' | 'all';

const infos = new WeakMap<Module, readonly FunctionInfo[]>();

/** All functions of a module, by index. */
export function functionInfos(module: Module): readonly FunctionInfo[] {
  let all = infos.get(module);
  if (all === undefined) {
    all = readInfos(module);
    infos.set(module, all);
  }
  return all;
}

function readInfos(module: Module): FunctionInfo[] {
  const exports = new Map<number, string[]>();
  for (const { kind, index, name } of module.exports) {
    if (kind !== 'function') continue;
    const names = exports.get(index);
    if (names === undefined) exports.set(index, [name]);
    else names.push(name);
  }
  const imports = module.imports.filter((i) => i.type.kind === 'function').map((i) => `${i.module}.${i.name}`);
  return Array.from(module.funcTypes, (typeIndex, index) => ({
    module,
    index,
    name: functionName(module, index),
    exports: exports.get(index) ?? [],
    import: imports[index],
    type: funcTypeOf(module.types[typeIndex] as number) as FuncType,
  }));
}

/**
 * Indices of the functions that a filter selects, ascending; all without a filter. A FilterError where it,
 * or a part of it that is not negated, selects nothing.
 */
export function selectFunctions(module: Module, filter?: FunctionFilter, origin: FunctionOrigin = 'own'): number[] {
  const all = functionInfos(module);
  const first = module.importCounts.function;
  const candidates = origin === 'all' ? all : origin === 'own' ? all.slice(first) : all.slice(0, first);
  if (filter === undefined) return candidates.map(({ index }) => index);
  const selected = select({ all, candidates, origin }, filter);
  if (selected.size > 0) return [...selected].map(({ index }) => index).sort((a, b) => a - b);
  throw new FilterError(textOf(filter), `no ${KINDS[origin]} is left by the filter ${textOf(filter)}`);
}

interface Choice {
  readonly all: readonly FunctionInfo[];
  readonly candidates: readonly FunctionInfo[];
  readonly origin: FunctionOrigin;
}

const KINDS: Readonly<Record<FunctionOrigin, string>> = {
  own: "function of the module's own",
  imported: 'imported function',
  all: 'function',
};

function isNegated(filter: FunctionFilter): filter is string {
  return typeof filter === 'string' && filter.startsWith('!');
}

function select(choice: Choice, filter: FunctionFilter): Set<FunctionInfo> {
  if (!Array.isArray(filter))
    return isNegated(filter) ? selectAny(choice, [filter]) : selectOne(choice, filter as Single);
  return selectAny(choice, filter as readonly FunctionFilter[]);
}

function selectAny(choice: Choice, filters: readonly FunctionFilter[]): Set<FunctionInfo> {
  const wanted = filters.filter((part) => !isNegated(part));
  const isAllBut = wanted.length === 0 && filters.length > 0;
  const selected = new Set(isAllBut ? choice.candidates : []);
  for (const part of wanted) for (const info of select(choice, part)) selected.add(info);
  for (const part of filters.filter(isNegated)) {
    const matches = matcherOf(part.slice(1));
    for (const info of selected) if (matches(info)) selected.delete(info);
  }
  return selected;
}

type Single = Exclude<FunctionFilter, readonly FunctionFilter[]>;

function selectOne(choice: Choice, filter: Single): Set<FunctionInfo> {
  const matches = matcherOf(filter);
  const selected = new Set(choice.candidates.filter(matches));
  if (selected.size === 0) throw nothingSelected(choice, filter, choice.all.some(matches));
  return selected;
}

function matcherOf(filter: Single): (info: FunctionInfo) => boolean {
  if (typeof filter === 'function') return filter;
  if (typeof filter === 'number') return ({ index }) => index === filter;
  if (typeof filter === 'string') return textMatcher(filter);
  const matches = regex(filter);
  return (info) => namesOf(info).some(matches);
}

function textMatcher(text: string): (info: FunctionInfo) => boolean {
  const [, index] = /^#(\d+)$/.exec(text) ?? [];
  if (index !== undefined) return (info) => info.index === Number(index);
  const [, space, pattern] = /^(export|import):(.*)$/s.exec(text) ?? [];
  if (pattern !== undefined) {
    const matches = regexFromText(pattern) ?? nameMatcher(pattern);
    if (space === 'export') return ({ exports }) => exports.some(matches);
    return (info) => info.import !== undefined && matches(info.import);
  }
  const matches = regexFromText(text) ?? nameMatcher(text);
  return (info) => namesOf(info).some(matches);
}

/** A name that holds `*` or `?`, as of C++ operators, is found by itself, too. */
function nameMatcher(text: string): Matcher {
  if (!isGlob(text)) return (name) => name === text;
  const matches = glob(text);
  return (name) => name === text || matches(name);
}

function namesOf({ name, exports }: FunctionInfo): readonly string[] {
  return exports.length === 0 ? [name] : [name, ...exports];
}

function nothingSelected(choice: Choice, filter: Single, isElsewhere: boolean): FilterError {
  const text = textOf(filter);
  const { all, candidates, origin } = choice;
  const kind = KINDS[origin];
  if (isElsewhere) {
    const what = origin === 'own' ? 'imported functions, which have no instructions' : "functions of the module's own";
    return new FilterError(
      text,
      `${text} selects only ${what}: expected a ${kind}`.replace('a imported', 'an imported'),
    );
  }
  if (candidates.length === 0) return new FilterError(text, `${text} selects nothing: the module has no ${kind}`);
  if (typeof filter === 'number' || /^"#\d+"$/.test(text)) {
    return new FilterError(text, `there is no function ${text}: the module has functions 0 to ${all.length - 1}`);
  }
  if (typeof filter !== 'string') return new FilterError(text, `${text} selects no ${kind}`);
  const [, space = '', word = filter] = /^(export:|import:)(.*)$/s.exec(filter) ?? [];
  const offered = candidates.flatMap((info) =>
    space === 'export:' ? info.exports : space === 'import:' ? (info.import ?? []) : namesOf(info),
  );
  return new FilterError(
    text,
    `no ${kind} is named ${text}`,
    nearestOf(word, offered).map((name) => space + name),
  );
}

/** A filter as its author would write it. */
function textOf(filter: FunctionFilter): string {
  if (typeof filter === 'string') return JSON.stringify(filter);
  if (typeof filter === 'function') return filter.name === '' ? 'a predicate' : `the predicate ${filter.name}`;
  if (Array.isArray(filter)) return `[${filter.map(textOf).join(', ')}]`;
  return String(filter);
}
