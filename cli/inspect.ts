/** `wiz inspect app.wasm`: what a module consists of. */

import {
  decodeModule,
  Engine,
  type ExternType,
  externTypeText,
  type FunctionBody,
  functionInstructions,
  functionName,
  instructions,
  type Module,
  readNames,
  WizError,
} from '../engine/index.ts';
import { CliError, messageOf } from './errors.ts';
import { loadModuleBytes } from './load.ts';
import { naming } from './symbols.ts';

/** The result of `wiz inspect --json`. Offsets and sizes are in bytes, offsets from the start of the module. */
export interface Inspection {
  readonly file: string;
  readonly size: number;
  /** The module's name for itself, in the name section. */
  readonly name: string | null;
  /** Why the module cannot be run; null if it can. */
  readonly problem: string | null;
  readonly sections: readonly SectionEntry[];
  readonly imports: readonly ImportEntry[];
  readonly exports: readonly ExportEntry[];
  /** The module's own functions. */
  readonly functions: readonly FunctionEntry[];
  /** Index of the start function. */
  readonly start: number | null;
  /** All of each index space, imports first. */
  readonly memories: readonly string[];
  readonly tables: readonly string[];
  readonly globals: readonly string[];
  readonly tags: readonly string[];
  readonly dataSegments: number;
  readonly elementSegments: number;
  /** Features beyond the first version of WebAssembly, with the offset where each is used first. */
  readonly features: readonly FeatureEntry[];
}

export interface SectionEntry {
  /** Of a custom section, its own name. */
  readonly name: string;
  readonly id: number;
  /** Of the content, behind id and size. */
  readonly offset: number;
  readonly size: number;
}

export interface ImportEntry {
  readonly module: string;
  readonly name: string;
  readonly index: number;
  readonly type: string;
}

export interface ExportEntry {
  readonly name: string;
  readonly index: number;
  readonly type: string;
}

export interface FunctionEntry {
  readonly index: number;
  readonly name: string;
  readonly type: string;
  /** Of the body, where pc 0 is. */
  readonly offset: number;
  readonly size: number;
  /** Null if the code is malformed. */
  readonly instructions: number | null;
}

export interface FeatureEntry {
  readonly name: string;
  readonly offset: number;
}

export async function inspect(file: string): Promise<Inspection> {
  const bytes = await loadModuleBytes(file);
  const module = decode(file, bytes);
  const nameModule = await naming(bytes);
  nameModule(module);
  const features = new Map<string, number>(module.features);
  const functions = module.bodies.map((body) => functionEntry(module, body, features));
  return {
    file,
    size: bytes.length,
    name: readNames(module).module ?? null,
    problem: problemOf(bytes),
    sections: sections(module),
    imports: module.imports.map((i) => ({
      module: i.module,
      name: i.name,
      index: i.index,
      type: externTypeText(module, i.type),
    })),
    exports: module.exports.map(({ name, kind, index }) => ({
      name,
      index,
      type: typeInSpace(module, kind, index),
    })),
    functions,
    start: module.start ?? null,
    memories: module.memoryTypes.map((type) => externTypeText(module, { kind: 'memory', ...type })),
    tables: module.tableTypes.map((type) => externTypeText(module, { kind: 'table', ...type })),
    globals: module.globalTypes.map((type) => externTypeText(module, { kind: 'global', ...type })),
    tags: module.tagTypes.map((type) => externTypeText(module, { kind: 'tag', ...type })),
    dataSegments: module.data.length,
    elementSegments: module.elements.length,
    features: sortedFeatures(features),
  };
}

/** Features beyond the first version of WebAssembly that a module uses. */
export function featuresOf(module: Module): FeatureEntry[] {
  const features = new Map<string, number>(module.features);
  for (const body of module.bodies) countInstructions(module, body, features);
  return sortedFeatures(features);
}

function sortedFeatures(features: ReadonlyMap<string, number>): FeatureEntry[] {
  return [...features].map(([name, offset]) => ({ name, offset })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Decodes a module that need not be valid. */
export function decode(file: string, bytes: Uint8Array): Module {
  try {
    return decodeModule(bytes);
  } catch (error) {
    if (!(error instanceof WizError)) throw error;
    throw new CliError(`${file} cannot be decoded: ${messageOf(error)}`, { cause: error });
  }
}

function problemOf(bytes: Uint8Array): string | null {
  try {
    new Engine().validate(bytes);
    return null;
  } catch (error) {
    if (!(error instanceof WizError)) throw error;
    return error.message;
  }
}

function sections(module: Module): SectionEntry[] {
  let customs = 0;
  return module.sections.map(({ id, name, start, end }) => {
    const custom = id === 0 ? module.customs[customs++] : undefined;
    return { id, name: custom === undefined ? name : `custom "${custom.name}"`, offset: start, size: end - start };
  });
}

/** The type of something in an index space; `unknown` for an index of an invalid module. */
function typeInSpace(module: Module, kind: ExternType['kind'], index: number): string {
  const type = externType(module, kind, index);
  return type === undefined ? 'unknown' : externTypeText(module, type);
}

function externType(module: Module, kind: ExternType['kind'], index: number): ExternType | undefined {
  if (kind === 'function') {
    const type = module.types[module.funcTypes[index] ?? -1];
    return type === undefined ? undefined : { kind, type };
  }
  const spaces = {
    memory: module.memoryTypes,
    table: module.tableTypes,
    global: module.globalTypes,
    tag: module.tagTypes,
  };
  const type = spaces[kind][index];
  // The kind says which of the types it is, which the compiler cannot know.
  return type === undefined ? undefined : ({ kind, ...type } as ExternType);
}

function functionEntry(module: Module, body: FunctionBody, features: Map<string, number>): FunctionEntry {
  return {
    index: body.index,
    name: functionName(module, body.index),
    type: typeInSpace(module, 'function', body.index),
    offset: body.start,
    size: body.end - body.start,
    instructions: countInstructions(module, body, features),
  };
}

/** Counts the instructions of a body and notes the features that they need. */
function countInstructions(module: Module, body: FunctionBody, features: Map<string, number>): number | null {
  try {
    const { pcs, ops } = functionInstructions(module, body.index);
    for (const [i, op] of ops.entries()) {
      const feature = instructions[op]?.feature;
      if (feature === undefined || feature === 'mvp' || features.has(feature)) continue;
      features.set(feature, body.start + (pcs[i] ?? 0));
    }
    return ops.length;
  } catch (error) {
    if (!(error instanceof WizError)) throw error;
    return null; // the module's `problem` says what is wrong
  }
}
