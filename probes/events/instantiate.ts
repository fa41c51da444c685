/** Modules and instances as they come into being: where everything that is attached to a program begins. */

import { type Engine, type Module, type ModuleInstance, ProbeError, sourcePositionOf } from '../../engine/index.ts';
import type { Attachment } from '../attachment.ts';
import { handlerName } from '../handler-name.ts';

export interface ModuleEvent {
  /** Decoded and valid. */
  readonly module: Module;
}

/**
 * An instance has been made, and nothing of it has run: memories and tables are allocated and globals have their values, but active
 * segments are not written and the start function is not called. Probes inserted now see everything that it does.
 */
export interface InstanceEvent {
  readonly module: Module;
  readonly instance: ModuleInstance;
  /** Index of the start function, which runs next; it may be imported. Undefined where there is none. */
  readonly start: number | undefined;
}

export interface InstantiateOptions {
  /** Which modules; default: all. */
  readonly modules?: ((module: Module) => boolean) | undefined;
  /** Stands for the handler in errors. */
  readonly name?: string | undefined;
}

/** Runs a handler; what it throws reaches whoever compiles or instantiates, so it says where it comes from. */
function guarded(name: string, when: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (error instanceof ProbeError && error.probe !== undefined) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const source = sourcePositionOf(error);
    const place = source === undefined ? '' : ` (${source.url}:${source.line}:${source.column})`;
    throw new ProbeError(`probe ${name} failed when ${when}: ${message}${place}`, {
      probe: name,
      source,
      cause: error,
    });
  }
}

/** Calls the handler for every module that the engine compiles from now on. A module that is only validated is not seen. */
export function onModule(
  engine: Engine,
  handler: (event: ModuleEvent) => void,
  options: InstantiateOptions = {},
): Attachment {
  const name = handlerName(handler, options, 'module');
  const stop = engine.observe({
    onModule: (module) => {
      if (options.modules?.(module) === false) return;
      guarded(name, 'a module was compiled', () => handler({ module }));
    },
  });
  return { detach: stop };
}

/** Calls the handler for every instance that the engine makes from now on. */
export function onInstance(
  engine: Engine,
  handler: (event: InstanceEvent) => void,
  options: InstantiateOptions = {},
): Attachment {
  const name = handlerName(handler, options, 'instance');
  const stop = engine.observe({
    onInstance: (instance) => {
      const { module } = instance;
      if (options.modules?.(module) === false) return;
      guarded(name, 'an instance was made', () => handler({ module, instance, start: module.start }));
    },
  });
  return { detach: stop };
}

/**
 * Attaches to every instance that the engine makes from now on, before anything of it runs. Detaching takes away what was
 * attached to all of them, and attaches to no more; until then the instances are kept alive.
 */
export function attachToInstances(
  engine: Engine,
  attach: (instance: ModuleInstance) => Attachment | readonly Attachment[],
  options: InstantiateOptions = {},
): Attachment {
  let attached: Attachment[] = [];
  const watching = onInstance(
    engine,
    ({ instance }) => {
      const made = attach(instance);
      attached.push(...('detach' in made ? [made] : made));
    },
    { ...options, name: handlerName(attach, options, 'instance') },
  );
  return {
    detach: () => {
      watching.detach();
      const all = attached;
      attached = [];
      for (const attachment of all) attachment.detach();
    },
  };
}
