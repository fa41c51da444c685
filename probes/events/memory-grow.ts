/** Events of `memory.grow`, after it, with its result. */

import {
  type Frame,
  functionLocations,
  instructions,
  type Location,
  type MemoryInstance,
  type ModuleInstance,
} from '../../engine/index.ts';
import type { Attachment } from '../attachment.ts';
import type { EventOptions } from '../event-options.ts';
import { handlerName } from '../handler-name.ts';
import { selectFunctions } from '../select-functions.ts';
import { watchInstructions } from '../watch.ts';
import { unsignedOperand } from './operands.ts';
import { type EntityFilter, selectEntities } from './select-entities.ts';

/** A memory was to grow. The frame stands before the next instruction, with the result on top of the stack. */
export interface MemoryGrowEvent {
  readonly frame: Frame;
  /** The `memory.grow`. */
  readonly location: Location;
  /** Index of the memory in the module. */
  readonly memory: number;
  /** Pages of 64 KiB that the program asked for, unsigned. */
  readonly delta: number;
  /** Pages before and after. */
  readonly oldPages: number;
  readonly newPages: number;
  /** What the program gets: the old number of pages, or -1 where the memory could not grow. */
  readonly result: number;
}

export interface MemoryGrowOptions extends EventOptions {
  /** Memories, by index or name; default: all. */
  readonly memory?: EntityFilter | undefined;
}

const growOps: ReadonlySet<number> = new Set(instructions.filter((i) => i.effects.has('grow')).map((i) => i.op));

/** Calls the handler after each `memory.grow`, also a failed one. When the host grows a memory, that is no instruction and not seen. */
export function onMemoryGrow(
  instance: ModuleInstance,
  handler: (event: MemoryGrowEvent) => void,
  options: MemoryGrowOptions = {},
): Attachment {
  const { module } = instance;
  const memories = options.memory === undefined ? undefined : selectEntities(module, 'memory', options.memory);
  const indexOf = (location: Location): number => location.immediates.index as number;
  const pagesOf = (location: Location): number => (instance.memories[indexOf(location)] as MemoryInstance).pages;
  const locations = selectFunctions(module, options.functions)
    .flatMap((func) => functionLocations(module, func, growOps))
    .filter((location) => memories?.has(indexOf(location)) !== false);
  return watchInstructions(instance, locations, {
    name: handlerName(handler, options, 'memory.grow'),
    needsBefore: () => ({ operands: 1 }),
    needsAfter: options.needs,
    wantsResults: true,
    before: (frame, location) => ({ delta: unsignedOperand(frame, 0), oldPages: pagesOf(location) }),
    after: (frame, { location, kept, results }) => {
      const { delta, oldPages } = kept;
      const result = Number(results[0]?.value);
      handler({ frame, location, memory: indexOf(location), delta, oldPages, newPages: pagesOf(location), result });
    },
  });
}
