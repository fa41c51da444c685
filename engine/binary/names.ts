/**
 * The name section (spec, appendix "Custom Sections", and the extended name section): what debuggers call things.
 *
 * It is advice only: a broken one never makes a module fail. What could be read is kept, and `problem` tells where
 * the first error lies.
 */

import { MalformedError } from '../isa/errors.ts';
import type { CustomSection, Module } from '../module/module.ts';
import { ByteReader, decodeUtf8 } from './reader.ts';

/** Names by index. */
export type NameMap = ReadonlyMap<number, string>;
/** Names by index inside something that has an index itself. */
export type IndirectNameMap = ReadonlyMap<number, NameMap>;

export interface ModuleNames {
  readonly module: string | undefined;
  readonly functions: NameMap;
  readonly types: NameMap;
  readonly tables: NameMap;
  readonly memories: NameMap;
  readonly globals: NameMap;
  readonly elements: NameMap;
  readonly data: NameMap;
  readonly tags: NameMap;
  /** By function index and local index, parameters first. */
  readonly locals: IndirectNameMap;
  /** By function index and number of the label, in the order of the instructions that open blocks. */
  readonly labels: IndirectNameMap;
  /** By type index and field index. */
  readonly fields: IndirectNameMap;
  /** The first error; `offset` is in bytes from the start of the module. */
  readonly problem: { readonly detail: string; readonly offset: number } | undefined;
}

type MapKey = 'functions' | 'types' | 'tables' | 'memories' | 'globals' | 'elements' | 'data' | 'tags';
type IndirectKey = 'locals' | 'labels' | 'fields';

const MODULE_NAME = 0;
const mapKeys: Readonly<Record<number, MapKey>> = {
  1: 'functions',
  4: 'types',
  5: 'tables',
  6: 'memories',
  7: 'globals',
  8: 'elements',
  9: 'data',
  11: 'tags',
};
const indirectKeys: Readonly<Record<number, IndirectKey>> = { 2: 'locals', 3: 'labels', 10: 'fields' };

const cache = new WeakMap<Module, ModuleNames>();

/** The names of a module; read at the first call. Of several name sections the first counts. */
export function readNames(module: Module): ModuleNames {
  let names = cache.get(module);
  if (names === undefined) {
    names = new NameReader(module.bytes).read(module.customs.find((custom) => custom.name === 'name'));
    cache.set(module, names);
  }
  return names;
}

/**
 * Gives functions of a module other names than those in its name section, by index: demangled ones, or those of a twin of it that has
 * not been stripped. They count for everything that names functions from then on, filters included.
 */
export function nameFunctions(module: Module, functions: NameMap): void {
  cache.set(module, { ...readNames(module), functions });
}

/** Gives a module another name than that in its name section: the file or the address that it came from, say. */
export function nameModule(module: Module, name: string): void {
  cache.set(module, { ...readNames(module), module: name });
}

class NameReader {
  private readonly reader: ByteReader;
  private module: string | undefined = undefined;
  private problem: ModuleNames['problem'] = undefined;
  private readonly maps: Record<MapKey, Map<number, string>> = {
    functions: new Map(),
    types: new Map(),
    tables: new Map(),
    memories: new Map(),
    globals: new Map(),
    elements: new Map(),
    data: new Map(),
    tags: new Map(),
  };
  private readonly indirect: Record<IndirectKey, Map<number, Map<number, string>>> = {
    locals: new Map(),
    labels: new Map(),
    fields: new Map(),
  };

  constructor(bytes: Uint8Array) {
    this.reader = new ByteReader(bytes, 0, 0);
  }

  read(section: CustomSection | undefined): ModuleNames {
    if (section !== undefined) {
      this.reader.pos = section.start;
      this.reader.end = section.end;
      this.attempt(() => this.subsections(section.end));
    }
    return { module: this.module, ...this.maps, ...this.indirect, problem: this.problem };
  }

  /** Runs a part of the reading; an error in it ends this part only. */
  private attempt(part: () => void): void {
    try {
      part();
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      this.problem ??= { detail: error.detail, offset: error.offset };
    }
  }

  private subsections(sectionEnd: number): void {
    const { reader } = this;
    while (reader.pos < sectionEnd) {
      const id = reader.u8();
      const end = reader.length() + reader.pos;
      reader.end = end;
      this.attempt(() => this.subsection(id));
      reader.pos = end;
      reader.end = sectionEnd;
    }
  }

  private subsection(id: number): void {
    const mapKey = mapKeys[id];
    const indirectKey = indirectKeys[id];
    if (id === MODULE_NAME) this.module = this.name() ?? this.module;
    else if (mapKey !== undefined) this.nameMap(this.maps[mapKey]);
    else if (indirectKey !== undefined) this.indirectNameMap(this.indirect[indirectKey]);
    else return;
    if (!this.reader.isAtEnd) this.reader.malformed('section size mismatch: a name subsection has bytes left over');
  }

  private nameMap(map: Map<number, string>): void {
    const count = this.reader.u32();
    for (let i = 0; i < count; i++) {
      const index = this.reader.u32();
      const name = this.name();
      if (name !== undefined && !map.has(index)) map.set(index, name);
    }
  }

  private indirectNameMap(maps: Map<number, Map<number, string>>): void {
    const count = this.reader.u32();
    for (let i = 0; i < count; i++) {
      const index = this.reader.u32();
      const map = maps.get(index) ?? new Map<number, string>();
      maps.set(index, map);
      this.nameMap(map);
    }
  }

  /** A name; undefined when its bytes are not UTF-8, which spoils this name alone. */
  private name(): string | undefined {
    const length = this.reader.length();
    const start = this.reader.skip(length);
    let name: string | undefined;
    this.attempt(() => {
      name = decodeUtf8(this.reader.bytes, start, start + length);
    });
    return name;
  }
}

const exportNames = new WeakMap<Module, NameMap>();

/** The first export name of each exported function. */
function functionExports(module: Module): NameMap {
  let names = exportNames.get(module);
  if (names === undefined) {
    const map = new Map<number, string>();
    for (const { kind, index, name } of module.exports) {
      if (kind === 'function' && name !== '' && !map.has(index)) map.set(index, name);
    }
    names = map;
    exportNames.set(module, names);
  }
  return names;
}

const importNames = new WeakMap<Module, readonly string[]>();

/** The import name `module.field` of each imported function. */
function functionImports(module: Module): readonly string[] {
  let names = importNames.get(module);
  if (names === undefined) {
    names = module.imports.filter((i) => i.type.kind === 'function').map((i) => `${i.module}.${i.name}`);
    importNames.set(module, names);
  }
  return names;
}

/**
 * What to call a function in messages and reports: its name in the name section, else its first export name, else
 * `module.field` of its import, else `wasm-function[index]`. Empty names do not count. Names need not be unique.
 */
export function functionName(module: Module, index: number): string {
  return (
    readNames(module).functions.get(index) ||
    functionExports(module).get(index) ||
    functionImports(module)[index] ||
    `wasm-function[${index}]`
  );
}
