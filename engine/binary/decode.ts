/** Decoding of a module's bytes (spec 5.5): the frame of sections; one function for each kind in `decode-*.ts`. */

import { InvalidError, MalformedError } from '../isa/errors.ts';
import type { Module } from '../module/module.ts';
import { decodeCodeSection, decodeFunctionSection, earlierError, LENGTHS_DIFFER } from './decode-code.ts';
import {
  decodeExportSection,
  decodeGlobalSection,
  decodeImportSection,
  decodeMemorySection,
  decodeTableSection,
  decodeTagSection,
} from './decode-externs.ts';
import { decodeDataCountSection, decodeDataSection, decodeElementSection } from './decode-segments.ts';
import { decodeTypeSection } from './decode-types.ts';
import { ModuleDraft } from './draft.ts';
import { LIMITS } from './limits.ts';

const CUSTOM = 0;

interface SectionRule {
  readonly name: string;
  /** Place in the prescribed order; each may stand once at most. */
  readonly order: number;
  readonly decode: (draft: ModuleDraft) => void;
}

/** Sections in the order in which they must stand, which is not that of their ids (spec 5.5.2). */
const sectionsInOrder: readonly (readonly [id: number, name: string, decode: (draft: ModuleDraft) => void])[] = [
  [1, 'type', decodeTypeSection],
  [2, 'import', decodeImportSection],
  [3, 'function', decodeFunctionSection],
  [4, 'table', decodeTableSection],
  [5, 'memory', decodeMemorySection],
  [13, 'tag', decodeTagSection],
  [6, 'global', decodeGlobalSection],
  [7, 'export', decodeExportSection],
  [8, 'start', decodeStartSection],
  [9, 'element', decodeElementSection],
  [12, 'data count', decodeDataCountSection],
  [10, 'code', decodeCodeSection],
  [11, 'data', decodeDataSection],
];

const rules: readonly (SectionRule | undefined)[] = sectionsInOrder.reduce<SectionRule[]>((byId, section, order) => {
  const [id, name, decode] = section;
  byId[id] = { name, order, decode };
  return byId;
}, []);

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const VERSION = [0x01, 0x00, 0x00, 0x00];

/**
 * Decodes a module. Throws `MalformedError` where the bytes are not of the binary format and `InvalidError` for type
 * references that lead nowhere, for supertypes that do not match, and beyond the limits of `limits.ts`.
 * Function bodies are not looked into. `bytes` must not change afterwards.
 */
export function decodeModule(bytes: Uint8Array): Module {
  if (bytes.length > LIMITS.moduleSize) {
    throw new InvalidError(`module of ${bytes.length} bytes is too large, the limit is ${LIMITS.moduleSize}`, 0);
  }
  const draft = new ModuleDraft(bytes);
  readHeader(draft);
  try {
    let order = -1;
    while (!draft.reader.isAtEnd) order = decodeSection(draft, order);
    checkCounts(draft);
  } catch (error) {
    throw error instanceof MalformedError ? earlierError(draft, error) : error;
  }
  return {
    bytes,
    sections: draft.sections,
    customs: draft.customs,
    types: draft.types,
    imports: draft.imports,
    funcTypes: Uint32Array.from(draft.funcTypes),
    importCounts: draft.importCounts,
    bodies: draft.bodies,
    tableTypes: draft.tableTypes,
    memoryTypes: draft.memoryTypes,
    globalTypes: draft.globalTypes,
    tagTypes: draft.tagTypes,
    tables: draft.tables,
    memories: draft.memories,
    globals: draft.globals,
    tags: draft.tags,
    exports: draft.exports,
    start: draft.start,
    elements: draft.elements,
    data: draft.data,
    dataCount: draft.dataCount,
    features: draft.features,
  };
}

function readHeader(draft: ModuleDraft): void {
  const { reader } = draft;
  for (const [words, detail] of [
    [MAGIC, 'magic header not detected'],
    [VERSION, 'unknown binary version'],
  ] as const) {
    const at = reader.skip(words.length);
    if (words.some((byte, i) => byte !== reader.bytes[at + i])) reader.malformed(detail, at);
  }
}

/** Decodes the next section. `order` is the place of the last one in the prescribed order; returns the new one. */
function decodeSection(draft: ModuleDraft, order: number): number {
  const { reader } = draft;
  const at = reader.pos;
  const id = reader.u8();
  const rule = rules[id];
  if (rule === undefined && id !== CUSTOM) reader.malformed(`malformed section id ${id}`, at);
  const size = reader.length();
  const start = reader.pos;
  const end = start + size;
  draft.sectionEnd = end;
  draft.sections.push({ id, name: rule?.name ?? 'custom', start, end });
  if (rule === undefined) {
    readCustom(draft);
    return order;
  }
  if (rule.order <= order) {
    const detail = rule.order === order ? 'stands twice' : 'is out of order';
    reader.malformed(`unexpected content after last section: the ${rule.name} section ${detail}`, at);
  }
  rule.decode(draft);
  if (reader.pos !== end) {
    const detail = `the ${rule.name} section has ${size} bytes, its content ${reader.pos - start}`;
    reader.malformed(`section size mismatch: ${detail}`, Math.min(reader.pos, end));
  }
  return rule.order;
}

function readCustom(draft: ModuleDraft): void {
  const { reader, sectionEnd } = draft;
  const { end } = reader;
  reader.end = sectionEnd;
  const name = reader.name();
  draft.customs.push({ name, start: reader.pos, end: sectionEnd });
  reader.pos = sectionEnd;
  reader.end = end;
}

function decodeStartSection(draft: ModuleDraft): void {
  draft.start = draft.reader.u32();
}

/** Counts that two sections must agree on, where one of them may be missing. */
function checkCounts(draft: ModuleDraft): void {
  const { reader, dataCount } = draft;
  const startOf = (id: number): number => draft.sections.find((s) => s.id === id)?.start ?? reader.end;
  const declared = draft.funcTypes.length - draft.importCounts.function;
  if (declared !== draft.bodies.length) {
    reader.malformed(`${LENGTHS_DIFFER}: ${declared} and ${draft.bodies.length}`, startOf(10));
  }
  if (dataCount !== undefined && dataCount !== draft.data.length) {
    const counts = `${dataCount} and ${draft.data.length}`;
    reader.malformed(`data count and data section have inconsistent lengths: ${counts}`, startOf(11));
  }
}
