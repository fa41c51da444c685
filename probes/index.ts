/** Kinds of probes, built on the engine's primitives. */

export { type Arity, arityOf } from './arity.ts';
export { type Attachment, Insertions } from './attachment.ts';
export { trapProgram } from './end-program.ts';
export type { EmptyWork, InsertionLog, ProbeShape } from './empty/log.ts';
export { InsertionRecorder, type RecorderOptions } from './empty/recorder.ts';
export { insertEmptyProbes } from './empty/replay.ts';
export { FilterError, nearestOf } from './errors.ts';
export { type EventOptions, mergeNeeds } from './event-options.ts';
export { type AfterEvent, type BeforeEvent, onAfter, onBefore } from './events/before-after.ts';
export { type BlockEntryEvent, type LoopEvent, type LoopExitWay, onBlockEntry, onLoop } from './events/block-loop.ts';
export { type BranchEvent, onBranch } from './events/branch.ts';
export {
  type CallEvent,
  type CallOptions,
  type CallReturnEvent,
  onCall,
  onCallReturn,
  targetFinder,
} from './events/call.ts';
export { type FunctionEntryEvent, type FunctionExitEvent, onEntry, onExit } from './events/entry-exit.ts';
export { type GlobalAccessEvent, type GlobalAccessOptions, onGlobalAccess } from './events/global-access.ts';
export { type HostCallEvent, onHostCall } from './events/host-call.ts';
export {
  attachToInstances,
  type InstanceEvent,
  type InstantiateOptions,
  type ModuleEvent,
  onInstance,
  onModule,
} from './events/instantiate.ts';
export { type MemoryAccessEvent, type MemoryAccessOptions, onMemoryAccess } from './events/memory-access.ts';
export { type MemoryGrowEvent, type MemoryGrowOptions, onMemoryGrow } from './events/memory-grow.ts';
export { type EntityFilter, type EntityKind, selectEntities } from './events/select-entities.ts';
export { glob, type Matcher } from './pattern.ts';
export {
  onTableAccess,
  type TableAccessEvent,
  type TableAccessOptions,
  type TableGrowEvent,
  type TableReadWriteEvent,
} from './events/table-access.ts';
export { onCatch, onThrow, onTrap, type TrapEvent } from './events/trap.ts';
export { AddProbe, SharedTotal } from './fast/add.ts';
export { CountMoreProbe, CountProbe } from './fast/count.ts';
export { HistogramProbe } from './fast/histogram.ts';
export { LastValueProbe } from './fast/last-value.ts';
export { insertOneShots, type OneShotPlaces, OneShotProbe } from './fast/one-shot.ts';
export { type ConditionPlace, insertOutcomeShot } from './fast/outcome.ts';
export { BigRangeProbe, RangeProbe } from './fast/range.ts';
export { SampleProbe } from './fast/sampling.ts';
export { SwitchProbe } from './fast/switch.ts';
export { TakenProbe } from './fast/tally.ts';
export { WrapperProbe } from './fast/wrapper.ts';
export { attachFor } from './handler-name.ts';
export { PerActivation } from './per-activation.ts';
export {
  atEntry,
  atLocation,
  type EntryEvent,
  everyInstruction,
  type InstructionEvent,
  type Place,
  placeProbes,
} from './primitives.ts';
export {
  type FunctionFilter,
  type FunctionInfo,
  type FunctionOrigin,
  functionInfos,
  selectFunctions,
} from './select-functions.ts';
export {
  type InstructionCategory,
  type InstructionFilter,
  instructionCategories,
  selectInstructions,
} from './select-instructions.ts';
export {
  type Block,
  type FunctionStructure,
  functionType,
  isBranch,
  labelTypes,
  structureOf,
  typeOfFunction,
} from './structure.ts';
export {
  FRAME_TEXT_NEEDS,
  type FrameParts,
  frameText,
  placeText,
  STACK_TEXT_NEEDS,
  stackText,
} from './views/frame-text.ts';
export { localIndex, localName, type NamedLocal, namedLocals } from './views/locals.ts';
export { type Address, MemoryView, type NumericArrays } from './views/memory.ts';
export { valueText } from './views/value-text.ts';
export { type Completion, type Watcher, watchInstructions } from './watch.ts';
