/** Element and data segments, and the data count (spec 5.5.12, 5.5.14, 5.5.16). */

import { FUNCREF, HEAP, refType, type ValType } from '../isa/valtype.ts';
import type { ConstExpr, ElementSegment, SegmentMode } from '../module/module.ts';
import type { ModuleDraft } from './draft.ts';
import { checkLimit, LIMITS } from './limits.ts';
import { UNEXPECTED_END } from './reader.ts';
import { readRefType } from './value-types.ts';

/** Bits of an element segment's kind. For segments that are not active, bit 1 means declarative. */
const NOT_ACTIVE = 1;
const EXPLICIT = 2;
const EXPRESSIONS = 4;

/** Segments that list function indices cannot hold null. */
const NON_NULL_FUNC = refType(HEAP.func, false);

/** Data segment kinds. */
const ACTIVE = 0;
const PASSIVE = 1;
const ACTIVE_IN_MEMORY = 2;

export function decodeElementSection(draft: ModuleDraft): void {
  draft.vector('element segments', LIMITS.elementSegments, () => {
    draft.elements.push(readElementSegment(draft));
  });
}

function readElementSegment(draft: ModuleDraft): ElementSegment {
  const { reader } = draft;
  const offset = reader.pos;
  const flags = reader.u32();
  if (flags > 7) reader.malformed('malformed elements segment kind', offset);
  const isActive = (flags & NOT_ACTIVE) === 0;
  const isExplicit = (flags & EXPLICIT) !== 0;
  const hasExprs = (flags & EXPRESSIONS) !== 0;
  const mode: SegmentMode = isActive ? 'active' : isExplicit ? 'declarative' : 'passive';
  noteSegment(draft, mode, isExplicit || hasExprs, offset);
  const table = isActive && isExplicit ? reader.u32() : 0;
  const offsetExpr = isActive ? draft.constExpr() : undefined;
  // The two shortest forms name no type.
  const isTyped = (flags & (NOT_ACTIVE | EXPLICIT)) !== 0;
  const type = isTyped ? readElementType(draft, hasExprs) : hasExprs ? FUNCREF : NON_NULL_FUNC;
  return {
    mode,
    type,
    table,
    offsetExpr,
    funcs: hasExprs ? undefined : readFuncIndices(draft),
    exprs: hasExprs ? readExprs(draft) : undefined,
    offset,
  };
}

function noteSegment(draft: ModuleDraft, mode: SegmentMode, isExtended: boolean, offset: number): void {
  if (mode === 'passive') draft.note('bulk-memory', offset);
  else if (mode === 'declarative' || isExtended) draft.note('reference-types', offset);
}

function readElementType(draft: ModuleDraft, hasExprs: boolean): ValType {
  const { reader } = draft;
  const at = reader.pos;
  if (hasExprs) {
    const type = readRefType(reader, draft.resolveType);
    draft.noteType(type, at);
    return type;
  }
  if (reader.u8() !== 0) reader.malformed('malformed element kind', at);
  return NON_NULL_FUNC;
}

function readSegmentSize(draft: ModuleDraft): number {
  const { reader } = draft;
  const at = reader.pos;
  const count = reader.u32();
  // Each item takes at least a byte: nothing is allocated for what cannot be there.
  if (count > reader.end - reader.pos) reader.malformed(UNEXPECTED_END, reader.end);
  checkLimit('items in an element segment', count, LIMITS.elementSegmentSize, at);
  return count;
}

function readFuncIndices(draft: ModuleDraft): Uint32Array {
  const funcs = new Uint32Array(readSegmentSize(draft));
  for (let i = 0; i < funcs.length; i++) funcs[i] = draft.reader.u32();
  return funcs;
}

function readExprs(draft: ModuleDraft): ConstExpr[] {
  const count = readSegmentSize(draft);
  const exprs: ConstExpr[] = [];
  for (let i = 0; i < count; i++) exprs.push(draft.constExpr());
  return exprs;
}

export function decodeDataCountSection(draft: ModuleDraft): void {
  const at = draft.reader.pos;
  draft.note('bulk-memory', at);
  draft.dataCount = draft.reader.u32();
  checkLimit('data segments', draft.dataCount, LIMITS.dataSegments, at);
}

export function decodeDataSection(draft: ModuleDraft): void {
  const { reader } = draft;
  draft.vector('data segments', LIMITS.dataSegments, () => {
    const offset = reader.pos;
    const flags = reader.u32();
    if (flags > ACTIVE_IN_MEMORY) reader.malformed('malformed data segment kind', offset);
    if (flags !== ACTIVE) draft.note('bulk-memory', offset);
    const memory = flags === ACTIVE_IN_MEMORY ? reader.u32() : 0;
    const offsetExpr = flags === PASSIVE ? undefined : draft.constExpr();
    const size = reader.u32();
    const start = reader.skip(size);
    const mode = flags === PASSIVE ? 'passive' : 'active';
    draft.data.push({ mode, memory, offsetExpr, start, end: start + size, offset });
  });
}
