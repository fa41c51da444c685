/** What a handler is called in errors. */

import type { EventOptions } from './event-options.ts';

/** Who attaches handlers at the moment: names handlers that have no name of their own. */
let owner: string | undefined;

/** The name that was given, else the handler's own, else that of the kind of event; behind the name of its owner. */
export function handlerName(handler: { readonly name: string }, { name }: EventOptions, kind: string): string {
  const own = name ?? (handler.name === '' ? kind : handler.name);
  return owner === undefined ? own : `${owner} (${own})`;
}

/** Runs `attach`; the handlers that it attaches bear the owner's name. */
export function attachFor<T>(name: string, attach: () => T): T {
  const outer = owner;
  owner = name;
  try {
    return attach();
  } finally {
    owner = outer;
  }
}
