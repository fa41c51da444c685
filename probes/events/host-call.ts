/** Calls of the host into the program. */

import type { ModuleInstance } from '../../engine/index.ts';
import type { Attachment } from '../attachment.ts';
import type { EventOptions } from '../event-options.ts';
import { type FunctionEntryEvent, watchEntries } from './entry-exit.ts';

/** The host has called a function of the program: the event of its entry. */
export type HostCallEvent = FunctionEntryEvent;

/**
 * Calls the handler when an activation begins that the host called: an exported function or a function reference that
 * JavaScript called, also from inside a host function that the program called, and the start function.
 */
export function onHostCall(
  instance: ModuleInstance,
  handler: (event: HostCallEvent) => void,
  options: EventOptions = {},
): Attachment {
  const kind = {
    name: 'host call',
    isTold: ({ isCalledByHost }: { readonly isCalledByHost: boolean }) => isCalledByHost,
  };
  return watchEntries(instance, kind, handler, options);
}
