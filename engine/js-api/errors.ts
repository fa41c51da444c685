/** The error classes of the namespace, and how the engine's own errors become these. */

import { InvalidError, MalformedError, UnsupportedError } from '../isa/errors.ts';
import { Trap } from '../isa/trap.ts';
import { AllocationError } from '../runtime/allocation-error.ts';
import { UnlinkableError } from '../runtime/link.ts';
import { type ApiErrorConstructor, apiErrorClass, errorOfTrap, type TrapEdge } from '../runtime/runtime-error.ts';

export const CompileError: ApiErrorConstructor<Error> = apiErrorClass('CompileError');
export const LinkError: ApiErrorConstructor<Error> = apiErrorClass('LinkError');

/** Runs `compile`; the engine's errors become a CompileError whose message names `where` and whose cause is the original. */
export function withCompileErrors<T>(where: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (error instanceof MalformedError) throw compileError(where, `${error.detail} @+${error.offset}`, error);
    if (error instanceof InvalidError) {
      const place = error.func === undefined ? '' : `Compiling function #${error.func} failed: `;
      throw compileError(where, `${place}${error.detail} @+${error.offset}`, error);
    }
    if (error instanceof UnsupportedError) throw compileError(where, error.message, error);
    throw error;
  }
}

function compileError(where: string, message: string, cause: Error): Error {
  return new CompileError(`${where}: ${message}`, { cause });
}

/** Runs a step of instantiation; the engine's errors become those of the JavaScript API, with `where` in front. */
export function withLinkErrors<T>(where: string, edge: TrapEdge, link: () => T): T {
  try {
    return link();
  } catch (error) {
    if (error instanceof UnlinkableError) throw new LinkError(`${where}: ${error.message}`);
    if (error instanceof AllocationError) throw new RangeError(`${where}: ${error.message}`);
    if (error instanceof Trap) throw errorOfTrap(error, edge);
    throw error;
  }
}
