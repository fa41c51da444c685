/** Sections of what can be imported and exported: imports, tables, memories, globals, tags, exports. */

import { InvalidError } from '../isa/errors.ts';
import type { ExternKind, ExternType, GlobalType, Limits, MemoryType, TableType } from '../module/module.ts';
import { funcTypeOf } from '../module/types.ts';
import type { ModuleDraft } from './draft.ts';
import { LIMITS } from './limits.ts';
import { readRefType, readValType } from './value-types.ts';

/** Bits of the byte before limits (spec 5.3.10; bit 1 belongs to the threads proposal). */
const HAS_MAX = 1;
const SHARED = 2;
const IS_64 = 4;
/** In place of a table's type: it and an initial value follow (spec 5.5.7). */
const TABLE_WITH_INIT = 0x40;

const kinds: readonly ExternKind[] = ['function', 'table', 'memory', 'global', 'tag'];

export function decodeImportSection(draft: ModuleDraft): void {
  const { reader } = draft;
  draft.vector('imports', LIMITS.imports, () => {
    const module = reader.name();
    const name = reader.name();
    const at = reader.pos;
    const kind = kinds[reader.u8()] ?? reader.malformed('malformed import kind', at);
    const index = draft.importCounts[kind]++;
    draft.imports.push({ module, name, type: readExternType(draft, kind), index });
  });
}

/** Reads the type of an import, and enters it into the index space of its kind. */
function readExternType(draft: ModuleDraft, kind: ExternKind): ExternType {
  const at = draft.reader.pos;
  switch (kind) {
    case 'function': {
      const typeIndex = draft.reader.u32();
      const type = resolveFuncType(draft, typeIndex, at);
      draft.funcTypes.push(typeIndex);
      return { kind, type };
    }
    case 'table': {
      const type = readTableType(draft);
      addTable(draft, type, at);
      return { kind, ...type };
    }
    case 'memory': {
      const type = readMemoryType(draft);
      addMemory(draft, type, at);
      return { kind, ...type };
    }
    case 'global': {
      const type = readGlobalType(draft);
      if (type.isMutable) draft.note('mutable-globals', at);
      draft.globalTypes.push(type);
      return { kind, ...type };
    }
    case 'tag': {
      const { type } = readTag(draft);
      draft.tagTypes.push({ type });
      return { kind, type };
    }
  }
}

/** The canonical number of the function type with this index. */
export function resolveFuncType(draft: ModuleDraft, typeIndex: number, offset: number): number {
  const number = draft.resolveType(typeIndex, offset);
  if (funcTypeOf(number) === undefined)
    throw new InvalidError(`unknown type: type ${typeIndex} is not a function type`, offset);
  return number;
}

function addTable(draft: ModuleDraft, type: TableType, at: number): void {
  if (draft.tableTypes.length > 0) draft.note('reference-types', at);
  draft.tableTypes.push(type);
}

function addMemory(draft: ModuleDraft, type: MemoryType, at: number): void {
  if (draft.memoryTypes.length > 0) draft.note('multi-memory', at);
  draft.memoryTypes.push(type);
}

function readLimits(draft: ModuleDraft, allowed: number): Limits & { flags: number } {
  const { reader } = draft;
  const at = reader.pos;
  const flags = reader.u8();
  if ((flags & ~allowed) !== 0) reader.malformed(`malformed limits flags 0x${flags.toString(16)}`, at);
  const is64 = (flags & IS_64) !== 0;
  if (is64) draft.note('memory64', at);
  // 32-bit limits are u64 in the format as well; their range is a matter of validation (spec 5.3.10).
  const min = reader.u64Number();
  const max = (flags & HAS_MAX) !== 0 ? reader.u64Number() : undefined;
  return { min, max, is64, flags };
}

function readTableType(draft: ModuleDraft): TableType {
  const at = draft.reader.pos;
  const element = readRefType(draft.reader, draft.resolveType);
  draft.noteType(element, at);
  const { min, max, is64 } = readLimits(draft, HAS_MAX | IS_64);
  return { element, min, max, is64 };
}

function readMemoryType(draft: ModuleDraft): MemoryType {
  const at = draft.reader.pos;
  const { min, max, is64, flags } = readLimits(draft, HAS_MAX | SHARED | IS_64);
  const isShared = (flags & SHARED) !== 0;
  if (isShared) draft.note('threads', at);
  return { min, max, is64, isShared };
}

function readGlobalType(draft: ModuleDraft): GlobalType {
  const { reader } = draft;
  const at = reader.pos;
  const type = readValType(reader, draft.resolveType);
  draft.noteValue(type, at);
  const mutability = reader.u8();
  if (mutability > 1) reader.malformed('malformed mutability', reader.pos - 1);
  return { type, isMutable: mutability === 1 };
}

function readTag(draft: ModuleDraft): { typeIndex: number; type: number } {
  const { reader } = draft;
  draft.note('exceptions', reader.pos);
  if (reader.u8() !== 0) reader.malformed('zero byte expected', reader.pos - 1);
  const at = reader.pos;
  const typeIndex = reader.u32();
  return { typeIndex, type: resolveFuncType(draft, typeIndex, at) };
}

export function decodeTableSection(draft: ModuleDraft): void {
  const { reader } = draft;
  draft.vector('tables', LIMITS.tables, () => {
    const offset = reader.pos;
    const hasInit = reader.peek() === TABLE_WITH_INIT;
    if (hasInit) {
      draft.note('function-references', offset);
      reader.u8();
      if (reader.u8() !== 0) reader.malformed('zero byte expected', reader.pos - 1);
    }
    const type = readTableType(draft);
    addTable(draft, type, offset);
    draft.tables.push({ type, init: hasInit ? draft.constExpr() : undefined, offset });
  });
}

export function decodeMemorySection(draft: ModuleDraft): void {
  draft.vector('memories', LIMITS.memories, () => {
    const offset = draft.reader.pos;
    const type = readMemoryType(draft);
    addMemory(draft, type, offset);
    draft.memories.push({ type, offset });
  });
}

export function decodeTagSection(draft: ModuleDraft): void {
  draft.vector('tags', LIMITS.tags, () => {
    const offset = draft.reader.pos;
    const { typeIndex, type } = readTag(draft);
    draft.tagTypes.push({ type });
    draft.tags.push({ typeIndex, type: { type }, offset });
  });
}

export function decodeGlobalSection(draft: ModuleDraft): void {
  draft.vector('globals', LIMITS.globals, () => {
    const offset = draft.reader.pos;
    const type = readGlobalType(draft);
    draft.globalTypes.push(type);
    draft.globals.push({ type, init: draft.constExpr(), offset });
  });
}

export function decodeExportSection(draft: ModuleDraft): void {
  const { reader } = draft;
  draft.vector('exports', LIMITS.exports, () => {
    const offset = reader.pos;
    const name = reader.name();
    const at = reader.pos;
    const kind = kinds[reader.u8()] ?? reader.malformed('malformed export kind', at);
    const index = reader.u32();
    if (kind === 'global' && draft.globalTypes[index]?.isMutable) draft.note('mutable-globals', offset);
    draft.exports.push({ name, kind, index, offset });
  });
}
