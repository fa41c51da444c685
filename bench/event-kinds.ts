/** The kinds of events whose cost `bench/probes.ts` measures: one event for each iteration of the program. */

import type { ModuleInstance } from '../engine/index.ts';
import {
  type Attachment,
  onAfter,
  onBefore,
  onBlockEntry,
  onBranch,
  onCall,
  onCallReturn,
  onEntry,
  onExit,
  onGlobalAccess,
  onHostCall,
  onLoop,
  onMemoryAccess,
  onMemoryGrow,
  onTableAccess,
  onTrap,
} from '../probes/index.ts';
import type { Program } from '../wasm-tests/support/program.ts';

/** What the events of data need in the program: an export `data` with a loop. */
export const DATA_FIELDS = `
  (memory 1) (global $g (mut i32) (i32.const 0)) (table 1 funcref)
  (func (export "data") (param $n i32) (result i32)
    (loop $again
      (block
        (i32.store (i32.const 8) (i32.load (i32.const 16)))
        (global.set $g (local.get $n))
        (drop (table.get 0 (i32.const 0)))
        (drop (memory.grow (i32.const 0))))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.const 0))`;

export interface EventKind {
  readonly name: string;
  readonly run: 'loop' | 'calls' | 'data';
  attach(program: Program): Attachment;
}

/** Where events go, so that making them is not optimised away. */
const sink: { last: unknown } = { last: undefined };
const see = (event: unknown): void => {
  sink.last = event;
};

function kind(name: string, run: EventKind['run'], attach: (instance: ModuleInstance) => Attachment): EventKind {
  return { name, run, attach: ({ instance }) => attach(instance) };
}

export const eventKinds: readonly EventKind[] = [
  kind('onEntry', 'calls', (i) => onEntry(i, see, { functions: 'step' })),
  kind('onExit', 'calls', (i) => onExit(i, see, { functions: 'step' })),
  kind('onHostCall, at other calls', 'calls', (i) => onHostCall(i, see, { functions: 'step' })),
  kind('onTrap, at calls that do not trap', 'calls', (i) => onTrap(i, see, { functions: 'step' })),
  kind('onCall', 'calls', (i) => onCall(i, see)),
  kind('onCallReturn', 'calls', (i) => onCallReturn(i, see)),
  kind('onBefore', 'loop', (i) => onBefore(i, 'i32.and', see, { functions: 'loop' })),
  kind('onAfter', 'loop', (i) => onAfter(i, 'i32.and', see, { functions: 'loop' })),
  kind('onBranch', 'loop', (i) => onBranch(i, see, { functions: 'loop' })),
  kind('onLoop', 'loop', (i) => onLoop(i, see, { functions: 'loop' })),
  kind('onBlockEntry', 'data', (i) => onBlockEntry(i, see, { functions: 'data' })),
  kind('onMemoryAccess', 'data', (i) => onMemoryAccess(i, see, { access: 'read' })),
  kind('onMemoryAccess, with value', 'data', (i) => onMemoryAccess(i, see, { access: 'read', value: true })),
  kind('onMemoryGrow', 'data', (i) => onMemoryGrow(i, see)),
  kind('onGlobalAccess', 'data', (i) => onGlobalAccess(i, see)),
  kind('onTableAccess', 'data', (i) => onTableAccess(i, see)),
];
