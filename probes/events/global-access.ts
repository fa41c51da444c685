/** Events of `global.get` and `global.set`, before they happen. */

import {
  type Frame,
  functionLocations,
  type GlobalInstance,
  instructions,
  type LocalProbe,
  type Location,
  type ModuleInstance,
  type Needs,
  readSlot,
  type TypedValue,
} from '../../engine/index.ts';
import { type Attachment, Insertions } from '../attachment.ts';
import { type EventOptions, mergeNeeds } from '../event-options.ts';
import { handlerName } from '../handler-name.ts';
import { selectFunctions } from '../select-functions.ts';
import { type EntityFilter, selectEntities } from './select-entities.ts';

/** A global is about to be read or written. */
export interface GlobalAccessEvent {
  readonly frame: Frame;
  readonly location: Location;
  readonly access: 'read' | 'write';
  /** Index of the global in the module. */
  readonly global: number;
  /** Its value now. */
  readonly before: TypedValue;
  /** Its value once the instruction is done: for a read the same. */
  readonly after: TypedValue;
}

export interface GlobalAccessOptions extends EventOptions {
  /** Reads only, or writes only. */
  readonly access?: 'read' | 'write' | undefined;
  /** Globals, by index or name; default: all. */
  readonly global?: EntityFilter | undefined;
}

type Handler = (event: GlobalAccessEvent) => void;

class GlobalProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  private readonly handler: Handler;
  private readonly location: Location;
  private readonly access: 'read' | 'write';
  private readonly index: number;
  private readonly global: GlobalInstance;

  constructor(instance: ModuleInstance, location: Location, handler: Handler, options: GlobalAccessOptions) {
    const isWrite = location.instruction.effects.has('globalwrite');
    this.name = handlerName(handler, options, 'global access');
    this.needs = mergeNeeds({ operands: isWrite ? 1 : 0 }, options.needs);
    this.handler = handler;
    this.location = location;
    this.access = isWrite ? 'write' : 'read';
    this.index = location.immediates.index as number;
    this.global = instance.globals[this.index] as GlobalInstance;
  }

  fire(frame: Frame): void {
    const { location, access, index } = this;
    const before = readSlot(this.global.slots, 0, this.global.type.type);
    // The operand may be of a subtype: the value has the global's type once it is there.
    const after = access === 'read' ? before : { ...frame.operand(0), type: this.global.type.type };
    this.handler({ frame, location, access, global: index, before, after });
  }
}

function accessesOf({ access }: GlobalAccessOptions): ReadonlySet<number> {
  const wanted = instructions.filter(
    ({ effects }) =>
      (access !== 'write' && effects.has('globalread')) || (access !== 'read' && effects.has('globalwrite')),
  );
  return new Set(wanted.map((i) => i.op));
}

/**
 * Calls the handler before each access of the instance's code to a global. What the host does with a `WebAssembly.Global`
 * is no instruction and is not seen, nor are constant expressions; the next event shows the value that they left.
 */
export function onGlobalAccess(
  instance: ModuleInstance,
  handler: Handler,
  options: GlobalAccessOptions = {},
): Attachment {
  const { module } = instance;
  const globals = options.global === undefined ? undefined : selectEntities(module, 'global', options.global);
  const ops = accessesOf(options);
  const insertions = new Insertions();
  for (const func of selectFunctions(module, options.functions)) {
    for (const location of functionLocations(module, func, ops)) {
      if (globals?.has(location.immediates.index as number) === false) continue;
      insertions.local(instance, func, location.pc, new GlobalProbe(instance, location, handler, options));
    }
  }
  return insertions;
}
