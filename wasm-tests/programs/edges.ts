/** Operands at which arithmetic is likely to go wrong. */

export const I32_EDGES: readonly number[] = [0, 1, -1, 7, -8, 2 ** 31 - 1, -(2 ** 31)];

export const I64_EDGES: readonly bigint[] = [
  0n,
  1n,
  -1n,
  7n,
  -(2n ** 31n),
  2n ** 32n + 1n,
  2n ** 53n + 1n,
  // between two f32 and between two f64: rounding to the second type on the way to the first shows
  0x7fffff4000000001n,
  0x8000004000000001n - 2n ** 64n,
  2n ** 63n - 1n,
  -(2n ** 63n),
];

export const F32_EDGES: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  Math.fround(0.1),
  8388609,
  2 ** 31,
  -(2 ** 31),
  2147483520,
  2 ** 32,
  2 ** 63,
  2 ** 64,
  1.401298464324817e-45,
  3.4028234663852886e38,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
];

export const F64_EDGES: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.49999999999999994,
  -0.5,
  1.5,
  2.5,
  -2.5,
  2 ** 51 + 1.5,
  2147483647.9,
  -2147483648.9,
  -2147483649,
  4294967295.9,
  2 ** 32,
  -0.9,
  2 ** 63,
  -(2 ** 63),
  2 ** 63 - 1024,
  2 ** 64,
  2 ** 64 - 2048,
  5e-324,
  1.7976931348623157e308,
  // halfway between two f32
  1.0000000596046448,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
];
