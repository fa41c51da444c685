/**
 * Defined types, made canonical across modules (spec 3.1: rolling and closing recursive types).
 *
 * Two types are the same exactly when they stand at the same place of recursion groups with
 * the same structure, where references into the own group are relative and references out of it canonical.
 * So a group's structure, written as a string, is the key under which its types get their numbers.
 */

import {
  BOT,
  DEFINED,
  definedNumber,
  HEAP,
  type HeapType,
  heapOf,
  isDefined,
  isNullable,
  isRef,
  refType,
  type ValType,
} from '../isa/valtype.ts';

export interface FuncType {
  readonly kind: 'func';
  readonly params: readonly ValType[];
  readonly results: readonly ValType[];
}

export interface FieldType {
  /** A value type, or one of the packed types i8 and i16. */
  readonly type: ValType;
  readonly isMutable: boolean;
}

export interface StructType {
  readonly kind: 'struct';
  readonly fields: readonly FieldType[];
}

export interface ArrayType {
  readonly kind: 'array';
  readonly element: FieldType;
}

export type CompositeType = FuncType | StructType | ArrayType;

/** A subtype declaration. `supers` are type numbers of the space that the surrounding data lives in. */
export interface SubType {
  readonly isFinal: boolean;
  readonly supers: readonly number[];
  readonly composite: CompositeType;
}

/** A recursion group as decoded: its types refer to each other and to earlier ones by module type index. */
export interface RecGroup {
  /** Type index of the first type. */
  readonly first: number;
  readonly types: readonly SubType[];
  readonly offset: number;
}

/** Maps the type numbers inside a type. */
function mapValType(type: ValType, map: (n: number) => number): ValType {
  if (!isRef(type)) return type;
  const heap = heapOf(type);
  return isDefined(heap) ? refType(DEFINED | map(definedNumber(heap)), isNullable(type)) : type;
}

function mapSubType(sub: SubType, map: (n: number) => number): SubType {
  const value = (t: ValType): ValType => mapValType(t, map);
  const field = (f: FieldType): FieldType => ({ type: value(f.type), isMutable: f.isMutable });
  const c = sub.composite;
  const composite: CompositeType =
    c.kind === 'func'
      ? { kind: 'func', params: c.params.map(value), results: c.results.map(value) }
      : c.kind === 'struct'
        ? { kind: 'struct', fields: c.fields.map(field) }
        : { kind: 'array', element: field(c.element) };
  return { isFinal: sub.isFinal, supers: sub.supers.map(map), composite };
}

/** In keys, references into the own group: above every canonical number. */
const OWN_GROUP = 1 << 27;

function keyOf(sub: SubType): string {
  const field = (f: FieldType): string => `${f.type}${f.isMutable ? 'm' : ''}`;
  const c = sub.composite;
  const body =
    c.kind === 'func'
      ? `f${c.params.join()}:${c.results.join()}`
      : c.kind === 'struct'
        ? `s${c.fields.map(field).join()}`
        : `a${field(c.element)}`;
  return `${sub.isFinal ? '!' : ''}${sub.supers.join()}/${body}`;
}

const groups = new Map<string, number>();
const defined: SubType[] = [];
/** For each defined type, itself and its supertypes, most general first. */
const ancestries: Int32Array[] = [];

/**
 * Gives the types of a group their canonical numbers and returns the first of them; the others follow.
 * `canonical` tells the numbers of earlier type indices.
 */
export function internGroup(group: RecGroup, canonical: (typeIndex: number) => number): number {
  const last = group.first + group.types.length;
  const relative = (n: number): number => (n >= group.first && n < last ? OWN_GROUP + n - group.first : canonical(n));
  const types = group.types.map((t) => mapSubType(t, relative));
  const key = types.map(keyOf).join(';');
  const known = groups.get(key);
  if (known !== undefined) return known;
  const first = defined.length;
  groups.set(key, first);
  for (const [i, type] of types.entries()) {
    const closed = mapSubType(type, (n) => (n >= OWN_GROUP ? first + n - OWN_GROUP : n));
    defined.push(closed);
    const parent = closed.supers[0];
    const above = parent !== undefined ? (ancestries[parent] ?? []) : [];
    ancestries.push(Int32Array.from([...above, first + i]));
  }
  return first;
}

/** The canonical number of a function type that stands alone, as in the JavaScript API. */
export function internFuncType(params: readonly ValType[], results: readonly ValType[]): number {
  const sub: SubType = { isFinal: true, supers: [], composite: { kind: 'func', params, results } };
  return internGroup({ first: 0, types: [sub], offset: 0 }, (n) => n);
}

/** The definition behind a canonical number. */
export function definedType(number: number): SubType {
  return defined[number] as SubType;
}

/** The function type behind a canonical number; undefined for structs and arrays. */
export function funcTypeOf(number: number): FuncType | undefined {
  const composite = definedType(number).composite;
  return composite.kind === 'func' ? composite : undefined;
}

/** Is defined type `sub` the same as or declared below defined type `sup`? Canonical numbers. */
export function isDefinedSubtype(sub: number, sup: number): boolean {
  if (sub === sup) return true;
  const depth = (ancestries[sup] as Int32Array).length;
  return (ancestries[sub] as Int32Array)[depth - 1] === sup;
}

/** Subtyping of heap types (spec 3.3.3), over canonical numbers. */
export function isHeapSubtype(sub: HeapType, sup: HeapType): boolean {
  if (sub === sup) return true;
  if (isDefined(sub)) {
    if (isDefined(sup)) return isDefinedSubtype(definedNumber(sub), definedNumber(sup));
    const kind = definedType(definedNumber(sub)).composite.kind;
    if (kind === 'func') return sup === HEAP.func;
    return sup === HEAP[kind] || sup === HEAP.eq || sup === HEAP.any;
  }
  switch (sub) {
    case HEAP.none:
      return isDefined(sup)
        ? definedType(definedNumber(sup)).composite.kind !== 'func'
        : sup === HEAP.any || sup === HEAP.eq || sup === HEAP.i31 || sup === HEAP.struct || sup === HEAP.array;
    case HEAP.nofunc:
      return isDefined(sup) ? definedType(definedNumber(sup)).composite.kind === 'func' : sup === HEAP.func;
    case HEAP.noextern:
      return sup === HEAP.extern;
    case HEAP.noexn:
      return sup === HEAP.exn;
    case HEAP.i31:
    case HEAP.struct:
    case HEAP.array:
      return sup === HEAP.eq || sup === HEAP.any;
    case HEAP.eq:
      return sup === HEAP.any;
    default:
      return false;
  }
}

/** Subtyping of value types (spec 3.3.4), over canonical numbers. */
export function isSubtype(sub: ValType, sup: ValType): boolean {
  if (sub === sup || sub === BOT) return true;
  if (!isRef(sub) || !isRef(sup)) return false;
  if (isNullable(sub) && !isNullable(sup)) return false;
  return isHeapSubtype(heapOf(sub), heapOf(sup));
}
