/** The error classes of the namespace, and how the engine's own errors become these. */

import { InvalidError, MalformedError, UnsupportedError, type WizError } from '../isa/errors.ts';
import { Trap } from '../isa/trap.ts';
import { AllocationError } from '../runtime/allocation-error.ts';
import { UnlinkableError } from '../runtime/link.ts';
import { ownError, rangeError } from '../runtime/own-error.ts';
import { type ApiErrorConstructor, apiErrorClass, errorOfTrap, type TrapEdge } from '../runtime/runtime-error.ts';
import { compileProblem } from './compile-problem.ts';

export const CompileError: ApiErrorConstructor<Error> = apiErrorClass('CompileError');
export const LinkError: ApiErrorConstructor<Error> = apiErrorClass('LinkError');

const engineErrors = new WeakMap<object, WizError>();

/**
 * The engine's error behind a CompileError, with its offset, function or feature; undefined for every other value. It is no
 * `cause` of that, since programs would print it.
 */
export function engineErrorOf(error: unknown): WizError | undefined {
  return typeof error === 'object' && error !== null ? engineErrors.get(error) : undefined;
}

/** Compiles `bytes`; the engine's errors become a CompileError whose message begins with `where`. */
export function withCompileErrors<T>(bytes: Uint8Array, where: string, compile: (bytes: Uint8Array) => T): T {
  try {
    return compile(bytes);
  } catch (error) {
    if (error instanceof MalformedError || error instanceof InvalidError || error instanceof UnsupportedError) {
      const compileError = ownError(new CompileError(`${where}: ${compileProblem(error, bytes)}`));
      engineErrors.set(compileError, error);
      throw compileError;
    }
    throw error;
  }
}

/** Runs a step of instantiation; the engine's errors become those of the JavaScript API, with `where` in front. */
export function withLinkErrors<T>(where: string, edge: TrapEdge, link: () => T): T {
  try {
    return link();
  } catch (error) {
    if (error instanceof UnlinkableError) throw ownError(new LinkError(`${where}: ${error.message}`));
    if (error instanceof AllocationError) throw rangeError(`${where}: ${error.message}`);
    if (error instanceof Trap) throw errorOfTrap(error, edge);
    throw error;
  }
}
