/** The type section (spec 5.5.4): recursion groups, made canonical one by one. */

import { InvalidError } from '../isa/errors.ts';
import type { ValType } from '../isa/valtype.ts';
import {
  type CompositeType,
  definedType,
  type FieldType,
  type FuncType,
  internGroup,
  isSubtype,
  type StructType,
  type SubType,
} from '../module/types.ts';
import type { ModuleDraft } from './draft.ts';
import { checkLimit, LIMITS } from './limits.ts';
import { TOO_LONG, UNEXPECTED_END } from './reader.ts';
import { type ResolveType, readStorageType, readValType } from './value-types.ts';

const REC = 0x4e;
const SUB_FINAL = 0x4f;
const SUB = 0x50;
const ARRAY = 0x5e;
const STRUCT = 0x5f;
const FUNC = 0x60;

export function decodeTypeSection(draft: ModuleDraft): void {
  const decoder = new TypeDecoder(draft);
  draft.vector('recursion groups', LIMITS.recGroups, () => decoder.group());
  draft.types = Int32Array.from(decoder.numbers);
}

class TypeDecoder {
  /** Canonical number of each type index so far. */
  readonly numbers: number[] = [];
  private readonly draft: ModuleDraft;
  /** Type index behind the group that is being read: references must stay below it. */
  private limit = 0;
  /** Depth of the subtyping hierarchy at each type index. */
  private readonly depths: number[] = [];
  private readonly resolve: ResolveType;

  constructor(draft: ModuleDraft) {
    this.draft = draft;
    // Inside a group types refer to each other by index; `internGroup` makes that canonical.
    this.resolve = (index, offset) => {
      if (index >= this.limit) throw new InvalidError(`unknown type ${index}`, offset);
      return index;
    };
  }

  group(): void {
    const { reader } = this.draft;
    const offset = reader.pos;
    let size = 1;
    if (reader.peek() === REC) {
      this.draft.note('gc', offset);
      reader.u8();
      size = reader.u32();
      checkLimit('types in a recursion group', size, LIMITS.recGroupSize, offset);
    }
    const first = this.numbers.length;
    checkLimit('types', first + size, LIMITS.types, offset);
    this.limit = first + size;
    const offsets: number[] = [];
    const types: SubType[] = [];
    for (let i = 0; i < size; i++) {
      offsets.push(reader.pos);
      types.push(this.subType(first + i));
    }
    // An empty group defines nothing, so it needs no number.
    if (size === 0) return;
    const number = internGroup({ first, types, offset }, (index) => this.numbers[index] as number);
    for (let i = 0; i < size; i++) this.numbers.push(number + i);
    for (const [i, at] of offsets.entries()) checkSupertypes(number + i, first + i, at);
  }

  private subType(index: number): SubType {
    const { reader } = this.draft;
    const offset = reader.pos;
    const byte = reader.peek();
    const supers: number[] = [];
    let depth = 0;
    if (byte === SUB || byte === SUB_FINAL) {
      this.draft.note('gc', offset);
      reader.u8();
      const count = reader.u32();
      if (count > 1) throw new InvalidError(`sub type: type ${index} has ${count} supertypes`, offset);
      if (count === 1) {
        const at = reader.pos;
        const parent = reader.u32();
        if (parent >= index) {
          throw new InvalidError(`unknown type ${parent}: a supertype must be declared before type ${index}`, at);
        }
        supers.push(parent);
        depth = (this.depths[parent] as number) + 1;
        checkLimit('levels of subtyping', depth, LIMITS.subtypingDepth, at);
      }
    }
    this.depths.push(depth);
    return { isFinal: byte !== SUB, supers, composite: this.composite() };
  }

  private composite(): CompositeType {
    const { reader } = this.draft;
    const at = reader.pos;
    const byte = reader.u8();
    if (byte === FUNC) return this.funcType(at);
    if (byte !== STRUCT && byte !== ARRAY) {
      // The bytes of types are signed LEB128 integers of 7 bits in the older reading, and in the official suite.
      reader.malformed(byte >= 0x80 ? TOO_LONG : 'malformed definition type', at);
    }
    this.draft.note('gc', at);
    return byte === STRUCT ? this.structType() : { kind: 'array', element: this.field() };
  }

  private funcType(at: number): FuncType {
    const params = this.valTypes('params', LIMITS.params);
    const results = this.valTypes('results', LIMITS.results);
    if (results.length > 1) this.draft.note('multi-value', at);
    return { kind: 'func', params, results };
  }

  private structType(): StructType {
    const fields: FieldType[] = [];
    const count = this.count('struct fields', LIMITS.structFields);
    for (let i = 0; i < count; i++) fields.push(this.field());
    return { kind: 'struct', fields };
  }

  private valTypes(what: string, limit: number): ValType[] {
    const types: ValType[] = [];
    const count = this.count(what, limit);
    for (let i = 0; i < count; i++) {
      const at = this.draft.reader.pos;
      const type = readValType(this.draft.reader, this.resolve);
      this.draft.noteValue(type, at);
      types.push(type);
    }
    return types;
  }

  private count(what: string, limit: number): number {
    const { reader } = this.draft;
    const at = reader.pos;
    const count = reader.u32();
    // Each takes at least a byte, so what is cut off is told from what is too much.
    if (count > reader.end - reader.pos) reader.malformed(UNEXPECTED_END, reader.end);
    checkLimit(what, count, limit, at);
    return count;
  }

  private field(): FieldType {
    const { reader } = this.draft;
    const type = readStorageType(reader, this.resolve);
    const mutability = reader.u8();
    if (mutability > 1) reader.malformed('malformed mutability', reader.pos - 1);
    return { type, isMutable: mutability === 1 };
  }
}

/**
 * A supertype must be open and its structure a supertype (spec 3.2.10). Checked here and not in validation, since
 * offsets of types are known only while they are read.
 */
function checkSupertypes(number: number, index: number, offset: number): void {
  const type = definedType(number);
  for (const parentNumber of type.supers) {
    const parent = definedType(parentNumber);
    if (parent.isFinal) throw new InvalidError(`sub type: the supertype of type ${index} is final`, offset);
    if (!isCompositeSubtype(type.composite, parent.composite)) {
      throw new InvalidError(`sub type: type ${index} does not match its supertype`, offset);
    }
  }
}

function isCompositeSubtype(sub: CompositeType, sup: CompositeType): boolean {
  if (sub.kind === 'func') return sup.kind === 'func' && isFuncSubtype(sub, sup);
  if (sub.kind === 'struct') return sup.kind === 'struct' && isStructSubtype(sub, sup);
  return sup.kind === 'array' && isFieldSubtype(sub.element, sup.element);
}

function isFuncSubtype(sub: FuncType, sup: FuncType): boolean {
  return (
    sub.params.length === sup.params.length &&
    sub.results.length === sup.results.length &&
    sub.params.every((type, i) => isSubtype(sup.params[i] as ValType, type)) &&
    sub.results.every((type, i) => isSubtype(type, sup.results[i] as ValType))
  );
}

function isStructSubtype(sub: StructType, sup: StructType): boolean {
  return sup.fields.every((field, i) => {
    const own = sub.fields[i];
    return own !== undefined && isFieldSubtype(own, field);
  });
}

function isFieldSubtype(sub: FieldType, sup: FieldType): boolean {
  if (sub.isMutable !== sup.isMutable) return false;
  return sub.isMutable ? sub.type === sup.type : isSubtype(sub.type, sup.type);
}
