/** Traps (spec 4.2.4), with the messages of V8: programs and tests match on them. */

/** What can go wrong in a valid program; the message is V8's. */
export const trapMessages = {
  unreachable: 'unreachable',
  memory: 'memory access out of bounds',
  divByZero: 'divide by zero',
  divUnrepresentable: 'divide result unrepresentable',
  remByZero: 'remainder by zero',
  floatUnrepresentable: 'float unrepresentable in integer range',
  table: 'table index is out of bounds',
  signature: 'null function or function signature mismatch',
  null: 'dereferencing a null pointer',
  cast: 'illegal cast',
  element: 'element segment out of bounds',
  /** An active data segment during instantiation; `memory.init` gives `memory`. */
  data: 'data segment is out of bounds',
  /** Asked for by a probe, with a reason of its own. */
  probe: 'trapped by a probe',
  /** Deep recursion; V8 throws a RangeError with this message, and so does `engine/js-api`. */
  exhaustion: 'Maximum call stack size exceeded',
} as const;

export type TrapKind = keyof typeof trapMessages;

/** One frame of a Wasm stack trace. */
export interface TraceFrame {
  /** Name of the function as the name section, an export or its index (`wasm-function[3]`) tells it. */
  readonly name: string;
  readonly func: number;
  /** Offset of the instruction in the function body (0 = entry). */
  readonly pc: number;
  /** Offset of the instruction in the module. */
  readonly moduleOffset: number;
}

/** The signal that unwinds frames after a trap; becomes a `RuntimeError` at the edge of the engine. */
export class Trap extends Error {
  readonly kind: TrapKind;
  /** Innermost frame first. */
  readonly trace: TraceFrame[] = [];
  /** Does the trace reach down to the outermost frame? Each tier adds the frames that it unwinds until then. */
  isTraceComplete = false;
  /** Index on the machine of the lowest frame in the trace. */
  tracedTo = 0;

  /** `reason` takes the place of the standard message: for a trap that a probe asks for. */
  constructor(kind: TrapKind, reason?: string) {
    super(reason ?? trapMessages[kind]);
    this.kind = kind;
  }
}
