/** Code of the interpreter, as data: `interpreter/forms.ts` explains the units. */

/** The code of one function, and the way between its units and pcs. */
export interface FunctionCode {
  /** Never written to. */
  readonly units: Int32Array;
  /** pc of each instruction, ascending; entry 0 is pc 0, the function's entry. */
  readonly pcs: Int32Array;
  /** Index of the unit of each instruction, ascending. */
  readonly ips: Int32Array;
  /** Extents in elements of the 32-bit views. */
  readonly paramUnits: number;
  readonly localUnits: number;
  readonly frameUnits: number;
  /** Does any parameter, local or operand hold a reference? */
  readonly usesRefs: boolean;
  /** Slots (counted from the first local) of locals, not parameters, that are references. */
  readonly refLocals: readonly number[];
}
