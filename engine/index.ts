/** What the engine offers to everything outside of it. */

import { Engine } from './engine.ts';
import type { WebAssemblyNamespace } from './js-api/types.ts';

export { decodeModule } from './binary/decode.ts';
export { functionName, type ModuleNames, nameFunctions, nameModule, readNames } from './binary/names.ts';
export type { CauseCount, CauseCounts, FunctionTier, TierName, TierReport } from './compiler/report.ts';
export { DEFAULT_THRESHOLD, Engine, type EngineObserver, type EngineOptions } from './engine.ts';
export {
  ENTRY_PC,
  type FrameTypes,
  frameTypes,
  insertExitProbe,
  insertGlobalProbe,
  insertProbe,
  removeExitProbe,
  removeGlobalProbe,
  removeProbe,
} from './instrumentation/instrument.ts';
export {
  type FunctionInstructions,
  functionBody,
  functionInstructions,
  functionLocations,
  type Immediates,
  type Location,
  runningFunctions,
} from './instrumentation/locations.ts';
export { InvalidError, MalformedError, UnsupportedError, WizError } from './isa/errors.ts';
export {
  type ContextualName,
  type Effect,
  type Feature,
  type InstrName,
  type Instruction,
  instruction,
  instructions,
  opOf,
} from './isa/instructions.ts';
export { type TraceFrame, Trap, type TrapKind, trapMessages } from './isa/trap.ts';
export * as valtype from './isa/valtype.ts';
export { engineErrorOf } from './js-api/errors.ts';
export * as internals from './js-api/internals.ts';
export { createNamespace, type NamespaceHost } from './js-api/namespace.ts';
export { bytesOfResponse } from './js-api/streaming.ts';
export type * from './js-api/types.ts';
export { copyBytes } from './js-api/buffer-source.ts';
export type * from './module/module.ts';
export { type FuncType, funcTypeOf, isDefinedSubtype } from './module/types.ts';
export { floatBits } from './runtime/accessed.ts';
export { type ReadsValue, readsValue, type WritesValue, writesValue } from './runtime/accessed-values.ts';
export { AllocationError } from './runtime/allocation-error.ts';
export { refToJS } from './runtime/convert.ts';
export type { Frame, HostEntry, StackEntry, TypedValue } from './runtime/frame.ts';
export { FuncInstance } from './runtime/function.ts';
export { GlobalInstance } from './runtime/global.ts';
export {
  type Action,
  Counter,
  type Inlinable,
  type Inline,
  type InlineExit,
  type InlineWork,
  inlineActionOf,
  inlineWorkOf,
  type Taker,
} from './runtime/inline-work.ts';
export type { Insertion } from './runtime/insertion.ts';
export { type ExternInstance, ModuleInstance } from './runtime/instance.ts';
export { UnlinkableError } from './runtime/link.ts';
export { MemoryInstance } from './runtime/memory.ts';
export { fireFrameless, NO_FRAME } from './runtime/no-frame.ts';
export type { Exit, ExitProbe, ExitReason, GlobalProbe, LocalProbe, Needs, ProbeBase } from './runtime/probe.ts';
export { ProbeError } from './runtime/probe-error.ts';
export { RuntimeError, wasmTraceOf } from './runtime/runtime-error.ts';
export { readSlot } from './runtime/slot-values.ts';
export { type SourcePosition, sourcePositionOf } from './runtime/source-position.ts';
export { TableInstance } from './runtime/table.ts';
export { TagInstance } from './runtime/tag.ts';
export { bodyOf, type DisassembledLine, disassemble, localsOf } from './text/disassemble.ts';
export { externTypeText, functionSignature, valTypeText } from './text/types.ts';

/** An engine with the standard options, for programs that need one only. */
export const defaultEngine: Engine = new Engine();

/** The namespace of the default engine: use it as you would use the JavaScript `WebAssembly`. */
export const WebAssembly: WebAssemblyNamespace = defaultEngine.WebAssembly;
