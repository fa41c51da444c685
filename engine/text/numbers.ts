/** Numbers as the text format spells them. Floats from their bits, so that every NaN is told from every other. */

const view = new DataView(new ArrayBuffer(8));

/** `bits` is an int32. */
export function f32Text(bits: number): string {
  view.setInt32(0, bits);
  const value = view.getFloat32(0);
  if (!Number.isNaN(value)) return floatText(value, shortestF32(value));
  const payload = bits & 0x7f_ffff;
  return nanText(bits < 0, payload === 0x40_0000, payload.toString(16));
}

/** The halves of the bits are int32s. */
export function f64Text(low: number, high: number): string {
  view.setInt32(0, high);
  view.setInt32(4, low);
  const value = view.getFloat64(0);
  if (!Number.isNaN(value)) return floatText(value, String(value));
  const payload = view.getBigUint64(0) & 0xf_ffff_ffff_ffffn;
  return nanText(high < 0, payload === 0x8_0000_0000_0000n, payload.toString(16));
}

/** The halves are int32s. */
export function i64Text(low: number, high: number): string {
  return ((BigInt(high) << 32n) | BigInt(low >>> 0)).toString();
}

/** A v128 as four 32-bit lanes; `bytes` in memory order. */
export function v128Text(bytes: ArrayLike<number>): string {
  const lane = (at: number): string =>
    [3, 2, 1, 0].map((i) => (bytes[at + i] as number).toString(16).padStart(2, '0')).join('');
  return `i32x4 0x${lane(0)} 0x${lane(4)} 0x${lane(8)} 0x${lane(12)}`;
}

/** The fewest decimal digits that are read as this f32 again; `String` would show those of the f64. */
function shortestF32(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}

function floatText(value: number, digits: string): string {
  if (Object.is(value, -0)) return '-0';
  if (Number.isFinite(value)) return digits;
  return value > 0 ? 'inf' : '-inf';
}

function nanText(isNegative: boolean, isCanonical: boolean, payload: string): string {
  return `${isNegative ? '-' : ''}nan${isCanonical ? '' : `:0x${payload}`}`;
}
