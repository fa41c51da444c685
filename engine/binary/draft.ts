/** What the decoding of one module works on: the reader, the limits of the section, and the module so far. */

import { InvalidError } from '../isa/errors.ts';
import { instructions, opOf } from '../isa/instructions.ts';
import { DEFINED, FUNCREF, HEAP, heapOf, isNullable, isRef, V128, type ValType } from '../isa/valtype.ts';
import type {
  ConstExpr,
  CustomSection,
  DataSegment,
  ElementSegment,
  Export,
  ExternKind,
  FunctionBody,
  GlobalDef,
  GlobalType,
  Import,
  MemoryDef,
  MemoryType,
  ModuleFeature,
  SectionInfo,
  TableDef,
  TableType,
  TagDef,
  TagType,
} from '../module/module.ts';
import { InstructionReader, nesting } from './instruction-reader.ts';
import { checkLimit } from './limits.ts';
import { ByteReader, UNEXPECTED_END } from './reader.ts';

const extendedConst = new Set([
  opOf('i32.add'),
  opOf('i32.sub'),
  opOf('i32.mul'),
  opOf('i64.add'),
  opOf('i64.sub'),
  opOf('i64.mul'),
]);

/** Features by abstract heap type; `func` needs none. */
const featureOfHeap: ReadonlyMap<number, ModuleFeature> = new Map<number, ModuleFeature>([
  [HEAP.extern, 'reference-types'],
  [HEAP.exn, 'exceptions'],
  [HEAP.noexn, 'exceptions'],
  ...[HEAP.any, HEAP.eq, HEAP.i31, HEAP.struct, HEAP.array, HEAP.none, HEAP.nofunc, HEAP.noextern].map(
    (heap) => [heap, 'gc'] as const,
  ),
]);

/** A module in the making. The fields are those of `Module`, filled section by section. */
export class ModuleDraft {
  readonly reader: ByteReader;
  /** Offset behind the section that is being read. */
  sectionEnd = 0;
  readonly sections: SectionInfo[] = [];
  readonly customs: CustomSection[] = [];
  readonly imports: Import[] = [];
  readonly importCounts: Record<ExternKind, number> = { function: 0, table: 0, memory: 0, global: 0, tag: 0 };
  readonly funcTypes: number[] = [];
  readonly bodies: FunctionBody[] = [];
  readonly tableTypes: TableType[] = [];
  readonly memoryTypes: MemoryType[] = [];
  readonly globalTypes: GlobalType[] = [];
  readonly tagTypes: TagType[] = [];
  readonly tables: TableDef[] = [];
  readonly memories: MemoryDef[] = [];
  readonly globals: GlobalDef[] = [];
  readonly tags: TagDef[] = [];
  readonly exports: Export[] = [];
  start: number | undefined = undefined;
  readonly elements: ElementSegment[] = [];
  readonly data: DataSegment[] = [];
  dataCount: number | undefined = undefined;
  readonly features = new Map<ModuleFeature, number>();

  #types: Int32Array = new Int32Array(0);
  #code: InstructionReader;

  constructor(bytes: Uint8Array) {
    this.reader = new ByteReader(bytes);
    this.#code = new InstructionReader(bytes, this.#types);
  }

  /** Canonical number of each type index; set once, when the type section has been read. */
  get types(): Int32Array {
    return this.#types;
  }

  set types(numbers: Int32Array) {
    this.#types = numbers;
    this.#code = new InstructionReader(this.reader.bytes, numbers);
  }

  /** The canonical number of a type index read at `offset`, for everything behind the type section. */
  readonly resolveType = (index: number, offset: number): number => {
    const number = this.#types[index];
    if (number === undefined) throw new InvalidError(`unknown type ${index}`, offset);
    return number;
  };

  /** Remembers the first use of a feature. */
  note(feature: ModuleFeature, offset: number): void {
    if (!this.features.has(feature)) this.features.set(feature, offset);
  }

  /** Notes the features that a value type needs; `funcref` is the element type of the first version's tables. */
  noteType(type: ValType, offset: number): void {
    if (type === V128) this.note('simd', offset);
    if (!isRef(type)) return;
    const heap = heapOf(type);
    if (!isNullable(type) || (heap & DEFINED) !== 0) this.note('function-references', offset);
    const feature = featureOfHeap.get(heap);
    if (feature !== undefined) this.note(feature, offset);
  }

  /** Like `noteType`, for a place where the first version knows no references (everything but tables). */
  noteValue(type: ValType, offset: number): void {
    if (type === FUNCREF) this.note('reference-types', offset);
    else this.noteType(type, offset);
  }

  /** Reads a vector: a count, and as many items by `readItem`, none of which may reach beyond the section. */
  vector(what: string, limit: number, readItem: (i: number) => void): void {
    const { reader } = this;
    const at = reader.pos;
    const count = reader.u32();
    checkLimit(what, count, limit, at);
    for (let i = 0; i < count; i++) {
      readItem(i);
      if (reader.pos > this.sectionEnd) {
        reader.malformed('section size mismatch: the content is longer than the section', this.sectionEnd);
      }
    }
  }

  /** Finds the end of a constant expression. Which instructions may stand in one is the validator's matter. */
  constExpr(): ConstExpr {
    const code = this.#code;
    const start = this.reader.pos;
    code.pos = start;
    code.end = this.sectionEnd;
    for (let depth = 1; depth > 0; ) {
      if (code.pos >= code.end) code.malformed(UNEXPECTED_END);
      code.read();
      const { op } = code;
      depth += nesting[op] as number;
      if (extendedConst.has(op)) this.note('extended-const', code.at);
      const feature = instructions[op]?.feature;
      if (feature !== undefined && feature !== 'mvp') this.note(feature, code.at);
    }
    this.reader.pos = code.pos;
    return { start, end: code.pos };
  }
}
