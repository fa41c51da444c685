/**
 * Value types as small integers, so that the validator compares types with `===`.
 *
 * Numeric, vector and packed types are the byte of their binary encoding (spec 5.3.1).
 * A reference type is a bit pattern:
 *
 *     bit 30        REF       always set
 *     bit 29        NULLABLE
 *     bit 28        DEFINED   the heap type is a defined type, not an abstract one
 *     bits 0..27    the abstract heap type's byte, or the number of the defined type
 *
 * The number of a defined type is the module's type index in what the decoder returns, and the
 * engine-wide canonical number (`TypeStore`) after the module's types are resolved, so that types of
 * different modules are equal exactly when their integers are.
 */

/** A value type, packed type or reference type; see the module comment for the encoding. */
export type ValType = number;
/** The low 29 bits of a reference type: an abstract heap type's byte or `DEFINED | number`. */
export type HeapType = number;

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;
/** Packed storage types of struct fields and array elements. */
export const I8 = 0x78;
export const I16 = 0x77;
/** The type of an operand in unreachable code: matches every type (spec 3.3, `bot`). */
export const BOT = 0;

const REF = 1 << 30;
const NULLABLE = 1 << 29;
export const DEFINED = 1 << 28;
const HEAP_MASK = NULLABLE - 1;

/** Abstract heap types, by the byte of their encoding (spec 5.3.3). */
export const HEAP = {
  noexn: 0x74,
  nofunc: 0x73,
  noextern: 0x72,
  none: 0x71,
  func: 0x70,
  extern: 0x6f,
  any: 0x6e,
  eq: 0x6d,
  i31: 0x6c,
  struct: 0x6b,
  array: 0x6a,
  exn: 0x69,
} as const;

export const FUNCREF: ValType = REF | NULLABLE | HEAP.func;
export const EXTERNREF: ValType = REF | NULLABLE | HEAP.extern;

/** The reference type `(ref null? heap)`. */
export function refType(heap: HeapType, nullable: boolean): ValType {
  return REF | (nullable ? NULLABLE : 0) | heap;
}

export function isRef(type: ValType): boolean {
  return (type & REF) !== 0;
}

export function isNullable(type: ValType): boolean {
  return (type & NULLABLE) !== 0;
}

/** The heap type of a reference type. */
export function heapOf(type: ValType): HeapType {
  return type & HEAP_MASK;
}

export function isDefined(heap: HeapType): boolean {
  return (heap & DEFINED) !== 0;
}

/** The number of a defined heap type: a type index before resolving, canonical afterwards. */
export function definedNumber(heap: HeapType): number {
  return heap & (DEFINED - 1);
}

export function isNumeric(type: ValType): boolean {
  return type >= F64 && type <= I32;
}

const numericNames: Readonly<Record<number, string>> = {
  [I32]: 'i32',
  [I64]: 'i64',
  [F32]: 'f32',
  [F64]: 'f64',
  [V128]: 'v128',
  [I8]: 'i8',
  [I16]: 'i16',
  [BOT]: 'bot',
};

const heapNames: ReadonlyMap<number, string> = new Map(Object.entries(HEAP).map(([name, code]) => [code, name]));

/** Shorthands of the text format: `funcref` is `(ref null func)`. */
const shorthands: ReadonlyMap<number, string> = new Map(
  Object.entries(HEAP).map(([name, code]) => [
    refType(code, true),
    code === HEAP.none
      ? 'nullref'
      : code === HEAP.nofunc
        ? 'nullfuncref'
        : code === HEAP.noextern
          ? 'nullexternref'
          : code === HEAP.noexn
            ? 'nullexnref'
            : `${name}ref`,
  ]),
);

/** The text-format name of a heap type; `nameDefined` spells defined types (default: their number). */
export function heapTypeName(heap: HeapType, nameDefined: (n: number) => string = String): string {
  return isDefined(heap) ? nameDefined(definedNumber(heap)) : (heapNames.get(heap) ?? `heap 0x${heap.toString(16)}`);
}

/** The text-format name of a value type, for messages and the disassembler. */
export function typeName(type: ValType, nameDefined?: (n: number) => string): string {
  const numeric = numericNames[type];
  if (numeric !== undefined) return numeric;
  return shorthands.get(type) ?? `(ref ${isNullable(type) ? 'null ' : ''}${heapTypeName(heapOf(type), nameDefined)})`;
}

/** `[i32 i64]`, as the specification writes result types. */
export function typesName(types: readonly ValType[], nameDefined?: (n: number) => string): string {
  return `[${types.map((t) => typeName(t, nameDefined)).join(' ')}]`;
}
