/** Handlers at a location, at every instruction, at the entry of functions: the engine's primitives for functions. */

import {
  ENTRY_PC,
  type Frame,
  functionLocations,
  type LocalProbe,
  type Location,
  type Module,
  type ModuleInstance,
  type Needs,
  ProbeError,
} from '../engine/index.ts';
import { type Attachment, Insertions } from './attachment.ts';
import type { EventOptions } from './event-options.ts';
import { handlerName } from './handler-name.ts';
import { type FunctionFilter, selectFunctions } from './select-functions.ts';
import { type InstructionFilter, selectInstructions } from './select-instructions.ts';

/** Control stands before an instruction. */
export interface InstructionEvent {
  readonly frame: Frame;
  readonly location: Location;
}

/** An activation has begun: parameters and locals are set, nothing was executed. */
export interface EntryEvent {
  readonly frame: Frame;
  /** Index of the function. */
  readonly func: number;
}

/** An instruction. */
export interface Place {
  /** The function; a filter may select several, which must all have an instruction at `pc`. */
  readonly func: FunctionFilter;
  /** Offset in the function body. */
  readonly pc: number;
}

/** Name and needs of a handler's probe. */
abstract class HandlerProbe<Event> implements LocalProbe {
  readonly name: string;
  readonly needs: Needs;
  protected readonly handler: (event: Event) => void;

  constructor(kind: string, handler: (event: Event) => void, options: EventOptions) {
    this.name = handlerName(handler, options, kind);
    this.needs = options.needs ?? {};
    this.handler = handler;
  }

  abstract fire(frame: Frame): void;
}

class LocationProbe extends HandlerProbe<InstructionEvent> {
  private readonly location: Location;

  constructor(kind: string, location: Location, handler: (event: InstructionEvent) => void, options: EventOptions) {
    super(kind, handler, options);
    this.location = location;
  }

  fire(frame: Frame): void {
    this.handler({ frame, location: this.location });
  }
}

class EntryProbe extends HandlerProbe<EntryEvent> {
  private readonly func: number;

  constructor(func: number, handler: (event: EntryEvent) => void, options: EventOptions) {
    super('atEntry', handler, options);
    this.func = func;
  }

  fire(frame: Frame): void {
    this.handler({ frame, func: this.func });
  }
}

class EveryInstructionProbe extends HandlerProbe<InstructionEvent> {
  private readonly module: Module;
  /** Locations by function and pc; those of a function from the first event in it on. */
  private readonly known = new Map<number, ReadonlyMap<number, Location>>();

  constructor(module: Module, handler: (event: InstructionEvent) => void, options: EventOptions) {
    super('everyInstruction', handler, options);
    this.module = module;
  }

  fire(frame: Frame): void {
    const func = frame.func.index;
    let locations = this.known.get(func);
    if (locations === undefined) {
      locations = new Map(functionLocations(this.module, func).map((location) => [location.pc, location]));
      this.known.set(func, locations);
    }
    this.handler({ frame, location: locations.get(frame.pc) as Location });
  }
}

/** Calls the handler before an instruction, each time that control arrives there (rule 1). */
export function atLocation(
  instance: ModuleInstance,
  place: Place,
  handler: (event: InstructionEvent) => void,
  options: EventOptions = {},
): Attachment {
  const { pc } = place;
  if (pc === ENTRY_PC) {
    throw new ProbeError('pc 0 is the entry of a function and no instruction: use atEntry for it', { pc });
  }
  const insertions = new Insertions();
  try {
    for (const func of selectFunctions(instance.module, place.func)) {
      const location = functionLocations(instance.module, func).find((candidate) => candidate.pc === pc);
      // Where there is no instruction, the insertion fails and tells the nearest ones.
      const probe = new LocationProbe('atLocation', location as Location, handler, options);
      insertions.local(instance, func, pc, probe);
    }
  } catch (error) {
    insertions.detach();
    throw error;
  }
  return insertions;
}

/** Calls the handler before every instruction, in all functions (rule 7) or in those of `options.functions`. */
export function everyInstruction(
  instance: ModuleInstance,
  handler: (event: InstructionEvent) => void,
  options: EventOptions = {},
): Attachment {
  const { module } = instance;
  const insertions = new Insertions();
  if (options.functions === undefined) {
    insertions.everywhere(instance, new EveryInstructionProbe(module, handler, options));
    return insertions;
  }
  for (const func of selectFunctions(module, options.functions)) {
    for (const location of functionLocations(module, func)) {
      const probe = new LocationProbe('everyInstruction', location, handler, options);
      insertions.local(instance, func, location.pc, probe);
    }
  }
  return insertions;
}

/** Calls the handler once for each activation that begins (rule 8). */
export function atEntry(
  instance: ModuleInstance,
  handler: (event: EntryEvent) => void,
  options: EventOptions = {},
): Attachment {
  const insertions = new Insertions();
  for (const func of selectFunctions(instance.module, options.functions)) {
    insertions.local(instance, func, ENTRY_PC, new EntryProbe(func, handler, options));
  }
  return insertions;
}

/**
 * Puts a probe of one's own, such as a counter, at each instruction that a filter selects, in the functions of
 * `options.functions`. `make` gives the probe for a location: a new one, or the same for several; undefined for none.
 */
export function placeProbes(
  instance: ModuleInstance,
  filter: InstructionFilter | undefined,
  make: (location: Location) => LocalProbe | undefined,
  options: Pick<EventOptions, 'functions'> = {},
): Attachment {
  const { module } = instance;
  const ops = selectInstructions(filter);
  const insertions = new Insertions();
  try {
    for (const func of selectFunctions(module, options.functions)) {
      for (const location of functionLocations(module, func, ops)) {
        const probe = make(location);
        if (probe !== undefined) insertions.local(instance, func, location.pc, probe);
      }
    }
  } catch (error) {
    insertions.detach();
    throw error;
  }
  return insertions;
}
