/** What types cannot guard, since files of probes run without a type check: the shape of a definition and of its runs. */

import { ProbeError } from '../engine/index.ts';

function kindOf(value: unknown): string {
  if (value instanceof Promise) return 'a promise';
  return value === null || value === undefined ? String(value) : `a ${typeof value}`;
}

const optionTypes: readonly string[] = ['boolean', 'number', 'string'];

/** Fails with a `TypeError` for what `defineProbe` cannot be given. */
export function checkDefinition(definition: unknown): void {
  if (typeof definition !== 'object' || definition === null)
    throw new TypeError(`defineProbe takes { name, summary, start }, not ${kindOf(definition)}`);
  const { name, summary, start, options = {} } = definition as Partial<Record<string, unknown>>;
  if (typeof name !== 'string' || name === '')
    throw new TypeError('defineProbe needs a name: { name: "my-probe", ... }');
  if (typeof summary !== 'string')
    throw new TypeError(`the probe ${name} needs a summary, one line for lists: { summary: "...", ... }`);
  if (typeof start !== 'function')
    throw new TypeError(`the probe ${name} needs start({ options, log }), which returns { instance, result }`);
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`the options of the probe ${name} are ${kindOf(options)}, not { name: { help, default } }`);
  for (const [option, spec] of Object.entries(options)) {
    const value = (spec as { default?: unknown } | undefined)?.default;
    if (!optionTypes.includes(typeof value) && !Array.isArray(value))
      throw new TypeError(
        `the option "${option}" of the probe ${name} needs a default: a boolean, a number, a text or a list of texts`,
      );
  }
}

const runMembers: readonly string[] = ['module', 'instance', 'started', 'finished', 'executed', 'stop'];

/** Fails with a `ProbeError` for what `start` of a probe must not return. */
export function checkRun(probe: string, run: unknown): void {
  const failed = (what: string): ProbeError => new ProbeError(`probe ${probe} failed to start: ${what}`, { probe });
  if (typeof run !== 'object' || run === null || run instanceof Promise)
    throw failed(`start has to return { instance, result }, not ${kindOf(run)}`);
  const members = run as Partial<Record<string, unknown>>;
  if (typeof members.result !== 'function')
    throw failed('what start returns needs result(), which gives what was found');
  for (const name of runMembers) {
    const member = members[name];
    if (member !== undefined && typeof member !== 'function')
      throw failed(`${name} of what start returns is ${kindOf(member)}, not a function`);
  }
}
