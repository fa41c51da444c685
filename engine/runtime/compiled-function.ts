/** What the run time knows of compiled functions: how they are called. */

/**
 * A function in the calling convention of compiled code: the parameters as JavaScript values (i32 a signed number, i64 a
 * signed bigint, f32 and f64 numbers, references as they lie in slots; a v128 is not passed but lies where the callee's local will be),
 * then the index and the base of the callee's frame. It returns its result as a JavaScript value; several results,
 * or a v128, lie at the base of the frame instead.
 */
// The cast to and from `unknown` of each value would be the only work of a more exact type.
export type CompiledCode = (...args: never[]) => unknown;

/** State of a function in a compiling tier; the tier's own class has more. */
export interface CompiledFunction {
  /** What compiled callers call: compiled code, or a stub that runs the function in another way. */
  entry: CompiledCode;
  /** For the target of a tail call: code that may answer with a further tail call. Null where `entry` is the only way. */
  body: CompiledCode | null;
}
