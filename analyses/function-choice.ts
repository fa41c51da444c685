/** The options `only` and `except`, which most analyses have: the functions that they are about. */

import type { Module } from '../engine/index.ts';
import { type FunctionFilter, type FunctionOrigin, selectFunctions } from '../probes/index.ts';
import type { OptionSpecs } from './options.ts';

/** To be spread into the options of a definition. */
export const functionOptions = {
  only: {
    help: 'only this function: a name, a glob, #index, export:name, import:name, /regex/; may be repeated',
    default: [],
  },
  except: { help: 'not this function, in the same forms; may be repeated', default: [] },
} as const satisfies OptionSpecs;

export interface FunctionChoice {
  readonly only: readonly string[];
  readonly except: readonly string[];
}

/** The choice as a filter of the toolkit; undefined for all functions. */
export function functionFilter({ only, except }: FunctionChoice): FunctionFilter | undefined {
  if (only.length === 0 && except.length === 0) return undefined;
  return [...only, ...except.map((text) => `!${text}`)];
}

/**
 * Indices of the chosen functions of a module, ascending.
 *
 * @throws FilterError when a part of the choice selects nothing
 */
export function chosenFunctions(module: Module, choice: FunctionChoice, origin: FunctionOrigin = 'own'): number[] {
  return selectFunctions(module, functionFilter(choice), origin);
}
