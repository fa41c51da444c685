/**
 * Values of test scripts, as exact bits, and the patterns that results are compared with.
 */

/** What a reference is, as far as a script can tell. */
export type RefKind =
  | 'null'
  /** Came from the host as an externref or anyref; carries the number that the script gave it. */
  | 'host'
  /** An external reference that is not null and not one of the host's: an externalised value of the program. */
  | 'extern'
  | 'func'
  | 'i31'
  | 'struct'
  | 'array'
  | 'exn'
  /** An internal reference whose kind the engine's host interface does not reveal. */
  | 'opaque';

export interface RefValue {
  readonly type: 'ref';
  readonly kind: RefKind;
  /** The number of a host reference. */
  readonly host?: number;
  /** The heap type that the script wrote, for `ref.null` in arguments. */
  readonly heap?: string;
}

export type SpecValue =
  /** Signed. */
  | { readonly type: 'i32'; readonly value: number }
  /** Signed. */
  | { readonly type: 'i64'; readonly value: bigint }
  /** Unsigned 32 bits. */
  | { readonly type: 'f32'; readonly bits: number }
  /** Unsigned 64 bits. */
  | { readonly type: 'f64'; readonly bits: bigint }
  /** 16 bytes, lane 0 first. */
  | { readonly type: 'v128'; readonly bytes: Uint8Array }
  | RefValue;

/** A NaN class: the payload is only the quiet bit, or at least the quiet bit; the sign is free (spec 4.3.3). */
export type NanClass = 'canonical' | 'arithmetic';

export type Pattern =
  | { readonly type: 'i32'; readonly value: number }
  | { readonly type: 'i64'; readonly value: bigint }
  | { readonly type: 'f32'; readonly bits: number | NanClass }
  | { readonly type: 'f64'; readonly bits: bigint | NanClass }
  /** Lanes of an integer shape are unsigned; `bits` is the width of one. */
  | { readonly type: 'v128'; readonly shape: LaneShape; readonly lanes: readonly (bigint | NanClass)[] }
  | {
      readonly type: 'ref';
      readonly kind: RefKind | 'any' | 'eq' | 'anyextern';
      readonly host?: number;
      readonly heap?: string;
    }
  | { readonly type: 'either'; readonly options: readonly Pattern[] };

export interface LaneShape {
  readonly name: 'i8x16' | 'i16x8' | 'i32x4' | 'i64x2' | 'f32x4' | 'f64x2';
  /** Width of a lane. */
  readonly bits: 8 | 16 | 32 | 64;
  readonly isFloat: boolean;
}

export const laneShapes: readonly LaneShape[] = [
  { name: 'i8x16', bits: 8, isFloat: false },
  { name: 'i16x8', bits: 16, isFloat: false },
  { name: 'i32x4', bits: 32, isFloat: false },
  { name: 'i64x2', bits: 64, isFloat: false },
  { name: 'f32x4', bits: 32, isFloat: true },
  { name: 'f64x2', bits: 64, isFloat: true },
];

/** The value types that the pattern accepts; undefined where it leaves the type open. */
export function patternType(pattern: Pattern): SpecValue['type'] {
  return pattern.type === 'either' ? patternType(pattern.options[0] as Pattern) : pattern.type;
}

function isNan32(bits: number, nan: NanClass): boolean {
  const magnitude = bits & 0x7fff_ffff;
  return nan === 'canonical' ? magnitude === 0x7fc0_0000 : (magnitude & 0x7fc0_0000) === 0x7fc0_0000;
}

const NAN64 = 0x7ff8_0000_0000_0000n;

function isNan64(bits: bigint, nan: NanClass): boolean {
  const magnitude = bits & 0x7fff_ffff_ffff_ffffn;
  return nan === 'canonical' ? magnitude === NAN64 : (magnitude & NAN64) === NAN64;
}

/** Lane `index` of a vector, unsigned. */
export function laneBits(bytes: Uint8Array, width: LaneShape['bits'], index: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  switch (width) {
    case 8:
      return BigInt(view.getUint8(index));
    case 16:
      return BigInt(view.getUint16(index * 2, true));
    case 32:
      return BigInt(view.getUint32(index * 4, true));
    case 64:
      return view.getBigUint64(index * 8, true);
  }
}

function laneMatches(actual: bigint, expected: bigint | NanClass, width: number): boolean {
  if (typeof expected === 'bigint') return actual === expected;
  return width === 32 ? isNan32(Number(actual), expected) : isNan64(actual, expected);
}

function refMatches(value: RefValue, pattern: Pattern & { type: 'ref' }): boolean {
  switch (pattern.kind) {
    case 'any':
      return value.kind !== 'null' && value.kind !== 'extern' && value.kind !== 'func' && value.kind !== 'exn';
    case 'eq':
      return value.kind === 'i31' || value.kind === 'struct' || value.kind === 'array' || value.kind === 'opaque';
    case 'anyextern':
      // The static type of the result is externref already; what is inside is free.
      return value.kind !== 'null';
    case 'host':
      return value.kind === 'host' && value.host === pattern.host;
    case 'struct':
    case 'array':
      return value.kind === pattern.kind || value.kind === 'opaque';
    default:
      return value.kind === pattern.kind;
  }
}

/** Is the value one that the pattern describes? */
export function matches(value: SpecValue, pattern: Pattern): boolean {
  if (pattern.type === 'either') return pattern.options.some((option) => matches(value, option));
  if (value.type === 'i32' && pattern.type === 'i32') return value.value === pattern.value;
  if (value.type === 'i64' && pattern.type === 'i64') return value.value === pattern.value;
  if (value.type === 'f32' && pattern.type === 'f32') {
    return typeof pattern.bits === 'number' ? value.bits === pattern.bits : isNan32(value.bits, pattern.bits);
  }
  if (value.type === 'f64' && pattern.type === 'f64') {
    return typeof pattern.bits === 'bigint' ? value.bits === pattern.bits : isNan64(value.bits, pattern.bits);
  }
  if (value.type === 'v128' && pattern.type === 'v128') {
    const width = pattern.shape.bits;
    return pattern.lanes.every((lane, i) => laneMatches(laneBits(value.bytes, width, i), lane, width));
  }
  return value.type === 'ref' && pattern.type === 'ref' && refMatches(value, pattern);
}

/** Do the results agree in number and value? */
export function allMatch(values: readonly SpecValue[], patterns: readonly Pattern[]): boolean {
  return values.length === patterns.length && values.every((value, i) => matches(value, patterns[i] as Pattern));
}

const scratch = new DataView(new ArrayBuffer(8));

function float32(bits: number): string {
  scratch.setUint32(0, bits);
  const value = scratch.getFloat32(0);
  const exact = `0x${bits.toString(16).padStart(8, '0')}`;
  return Number.isNaN(value) ? `nan (${exact})` : `${Object.is(value, -0) ? '-0' : value} (${exact})`;
}

function float64(bits: bigint): string {
  scratch.setBigUint64(0, bits);
  const value = scratch.getFloat64(0);
  const exact = `0x${bits.toString(16).padStart(16, '0')}`;
  return Number.isNaN(value) ? `nan (${exact})` : `${Object.is(value, -0) ? '-0' : value} (${exact})`;
}

function lanesText(shape: LaneShape, lanes: readonly (bigint | NanClass)[]): string {
  const lane = (bits: bigint | NanClass): string => {
    if (typeof bits === 'string') return `nan:${bits}`;
    if (!shape.isFloat) return `0x${bits.toString(16).padStart(shape.bits / 4, '0')}`;
    return shape.bits === 32 ? float32(Number(bits)) : float64(bits);
  };
  return `v128.const ${shape.name} ${lanes.map(lane).join(' ')}`;
}

function refText(ref: { readonly kind: string; readonly host?: number; readonly heap?: string }): string {
  if (ref.kind === 'null') return `ref.null${ref.heap === undefined ? '' : ` ${ref.heap}`}`;
  return ref.kind === 'host' ? `ref.host ${ref.host}` : `ref.${ref.kind}`;
}

/** A value or pattern for messages; a vector in the lanes of `shape`. */
export function formatValue(value: SpecValue | Pattern, shape: LaneShape = laneShapes[2] as LaneShape): string {
  switch (value.type) {
    case 'i32':
    case 'i64':
      return `${value.type}.const ${value.value}`;
    case 'f32':
      return `f32.const ${typeof value.bits === 'string' ? `nan:${value.bits}` : float32(value.bits)}`;
    case 'f64':
      return `f64.const ${typeof value.bits === 'string' ? `nan:${value.bits}` : float64(value.bits)}`;
    case 'v128': {
      if ('lanes' in value) return lanesText(value.shape, value.lanes);
      const lanes = Array.from({ length: 128 / shape.bits }, (_, i) => laneBits(value.bytes, shape.bits, i));
      return lanesText(shape, lanes);
    }
    case 'ref':
      return refText(value);
    case 'either':
      return `either(${value.options.map((o) => formatValue(o, shape)).join(' | ')})`;
  }
}

/** The shape in which a pattern's vector is written. */
export function patternShape(pattern: Pattern | undefined): LaneShape | undefined {
  if (pattern?.type === 'either') return patternShape(pattern.options[0]);
  return pattern?.type === 'v128' ? pattern.shape : undefined;
}
