/**
 * The views of an operand stack that vector instructions work on: all of one buffer, 16 bytes to a slot
 * (`Slots` of the run time has them).
 */
export interface VectorViews {
  readonly i8: Int8Array;
  readonly u8: Uint8Array;
  readonly i32: Int32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly i64: BigInt64Array;
}
