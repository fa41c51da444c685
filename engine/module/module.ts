/**
 * The decoded module: immutable data, one field for each section, in the words of the specification (2.5).
 *
 * Types inside are resolved: a defined type is its canonical number (`types.ts`), so that
 * types of different modules compare with `===`.
 */

import type { Feature } from '../isa/instructions.ts';
import type { ValType } from '../isa/valtype.ts';

/** The limits of a memory (in pages) or a table (in elements). bigint only where the value exceeds 2^53. */
export interface Limits {
  readonly min: number;
  readonly max: number | undefined;
  /** 64-bit addresses (memory64 and table64). */
  readonly is64: boolean;
}

export interface MemoryType extends Limits {
  readonly isShared: boolean;
}

export interface TableType extends Limits {
  readonly element: ValType;
}

export interface GlobalType {
  readonly type: ValType;
  readonly isMutable: boolean;
}

/** A tag; `type` is the canonical number of its function type. */
export interface TagType {
  readonly type: number;
}

export type ExternKind = 'function' | 'table' | 'memory' | 'global' | 'tag';

/** The type of something imported or exported. A function's is the canonical number of its type. */
export type ExternType =
  | { readonly kind: 'function'; readonly type: number }
  | ({ readonly kind: 'table' } & TableType)
  | ({ readonly kind: 'memory' } & MemoryType)
  | ({ readonly kind: 'global' } & GlobalType)
  | ({ readonly kind: 'tag' } & TagType);

export interface Import {
  readonly module: string;
  readonly name: string;
  readonly type: ExternType;
  /** Index in the index space of its kind. */
  readonly index: number;
}

export interface Export {
  readonly name: string;
  readonly kind: ExternKind;
  readonly index: number;
  /** Offset of the entry in the module, for messages. */
  readonly offset: number;
}

/** A constant expression: its bytes lie at `start..end` of the module, the final `end` included. */
export interface ConstExpr {
  readonly start: number;
  readonly end: number;
}

/** A function of the module's own. All offsets are in bytes from the start of the module. */
export interface FunctionBody {
  /** Index in the function index space (imports come first). */
  readonly index: number;
  /** Module type index of its type. */
  readonly typeIndex: number;
  /** First byte of the local declarations: pc 0. */
  readonly start: number;
  /** One behind the final `end`. */
  readonly end: number;
}

export interface TableDef {
  readonly type: TableType;
  /** Initial value of the elements; without one they are null. */
  readonly init: ConstExpr | undefined;
  readonly offset: number;
}

export interface MemoryDef {
  readonly type: MemoryType;
  readonly offset: number;
}

export interface GlobalDef {
  readonly type: GlobalType;
  readonly init: ConstExpr;
  readonly offset: number;
}

export interface TagDef {
  /** Module type index. */
  readonly typeIndex: number;
  readonly type: TagType;
  readonly offset: number;
}

export type SegmentMode = 'active' | 'passive' | 'declarative';

export interface ElementSegment {
  readonly mode: SegmentMode;
  readonly type: ValType;
  /** Table and offset, for an active segment. */
  readonly table: number;
  readonly offsetExpr: ConstExpr | undefined;
  /** Function indices, for the compact encoding; otherwise `exprs`. */
  readonly funcs: Uint32Array | undefined;
  readonly exprs: readonly ConstExpr[] | undefined;
  readonly offset: number;
}

export interface DataSegment {
  readonly mode: 'active' | 'passive';
  readonly memory: number;
  readonly offsetExpr: ConstExpr | undefined;
  /** The bytes lie at `start..end` of the module. */
  readonly start: number;
  readonly end: number;
  readonly offset: number;
}

export interface CustomSection {
  readonly name: string;
  /** The content behind the name lies at `start..end` of the module. */
  readonly start: number;
  readonly end: number;
}

export interface SectionInfo {
  /** Section id of the binary format (0 = custom). */
  readonly id: number;
  readonly name: string;
  /** First byte of the content, behind id and size. */
  readonly start: number;
  readonly end: number;
}

export interface Module {
  readonly bytes: Uint8Array;
  readonly sections: readonly SectionInfo[];
  readonly customs: readonly CustomSection[];
  /** Canonical number (`TypeStore`) of each type index. */
  readonly types: Int32Array;
  readonly imports: readonly Import[];
  /** Module type index of each function, imports first. */
  readonly funcTypes: Uint32Array;
  /** Number of imported functions, tables, memories, globals and tags. */
  readonly importCounts: Readonly<Record<ExternKind, number>>;
  /** Function bodies in order; body i is function `importCounts.function + i`. */
  readonly bodies: readonly FunctionBody[];
  /** All tables, memories, globals and tags of the index spaces, imports first (imports have no definition). */
  readonly tableTypes: readonly TableType[];
  readonly memoryTypes: readonly MemoryType[];
  readonly globalTypes: readonly GlobalType[];
  readonly tagTypes: readonly TagType[];
  /** The module's own definitions. */
  readonly tables: readonly TableDef[];
  readonly memories: readonly MemoryDef[];
  readonly globals: readonly GlobalDef[];
  readonly tags: readonly TagDef[];
  readonly exports: readonly Export[];
  readonly start: number | undefined;
  readonly elements: readonly ElementSegment[];
  readonly data: readonly DataSegment[];
  /** Count of the data count section, if there is one. */
  readonly dataCount: number | undefined;
  /** Features that the sections outside function bodies need and that are beyond the first version. */
  readonly features: ReadonlyMap<ModuleFeature, number>;
}

/** Features by which a module goes beyond the first version; the offset of the first use is the value. */
export type ModuleFeature =
  | Feature
  | 'multi-value'
  | 'multi-memory'
  | 'memory64'
  | 'extended-const'
  | 'threads'
  | 'mutable-globals'
  | 'custom-page-sizes';
