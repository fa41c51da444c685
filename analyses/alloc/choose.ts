/** Which functions of a module are watched: those that were named, or those that are known. */

import { type Module, valtype } from '../../engine/index.ts';
import { type FunctionInfo, functionInfos, selectFunctions } from '../../probes/index.ts';
import { OptionError } from '../options.ts';
import type { AllocatorRole, SkippedAllocator } from './data.ts';
import { type Convention, GO_ALLOCATOR, knownConvention } from './known.ts';

export interface AllocatorChoice {
  readonly alloc: readonly string[];
  readonly free: readonly string[];
  readonly realloc: readonly string[];
  /** Index of the parameter with the size of named functions; undefined: the first of `alloc`, the second of `realloc`. */
  readonly size: number | undefined;
  /** Index of the parameter with the block, of named functions. */
  readonly pointer: number;
}

export interface Allocator {
  readonly index: number;
  readonly name: string;
  readonly convention: Convention;
}

export interface Allocators {
  /** By index. */
  readonly watched: readonly Allocator[];
  readonly skipped: readonly SkippedAllocator[];
}

/**
 * @throws FilterError when a name selects nothing
 * @throws OptionError when a named function has not the parameters that it needs
 */
export function chooseAllocators(module: Module, choice: AllocatorChoice): Allocators {
  const isNamed = choice.alloc.length + choice.free.length + choice.realloc.length > 0;
  return isNamed ? named(module, choice) : found(module);
}

function named(module: Module, choice: AllocatorChoice): Allocators {
  const infos = functionInfos(module);
  const watched = (['alloc', 'free', 'realloc'] as const).flatMap((role) =>
    choice[role].length === 0 ? [] : selectFunctions(module, choice[role]).map((func) => allocator(role, func)),
  );
  const twice = watched.find(({ index }, i) => watched.findIndex((w) => w.index === index) !== i);
  if (twice !== undefined) throw new OptionError(`${twice.name} was named for two things`, twice.convention.role);
  return { watched: watched.sort((a, b) => a.index - b.index), skipped: [] };

  function allocator(role: AllocatorRole, func: number): Allocator {
    const size = choice.size ?? (role === 'realloc' ? 1 : 0);
    const convention: Convention = { role, size, pointer: choice.pointer };
    const info = infos[func] as FunctionInfo; // it was selected
    const reason = unfit(info, convention);
    if (reason !== undefined) throw new OptionError(`option "${role}": ${info.name} ${reason}`, role);
    return { index: func, name: info.name, convention };
  }
}

function found(module: Module): Allocators {
  const watched: Allocator[] = [];
  const skipped: SkippedAllocator[] = [];
  for (const info of functionInfos(module)) {
    const { index, name, exports } = info;
    const convention = knownConvention([
      name,
      ...exports,
      ...(info.import === undefined ? [] : [fieldOf(info.import)]),
    ]);
    if (name === GO_ALLOCATOR && info.type.params.length === 1) {
      skipped.push({ index, name, reason: 'takes its arguments from memory, by the convention of Go: not supported' });
    } else if (convention !== undefined) {
      const reason = unfit(info, convention);
      if (reason === undefined) watched.push({ index, name, convention });
      else skipped.push({ index, name, reason });
    }
  }
  return { watched, skipped };
}

/** `module.field` without the module. */
function fieldOf(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

/** Why a function cannot be watched; undefined if it can. */
function unfit({ import: imported, type }: FunctionInfo, convention: Convention): string | undefined {
  if (imported !== undefined) return 'is imported: its code is not in this module';
  const { role, size, count, pointer } = convention;
  const needed = [
    ...(role === 'free' ? [] : [{ what: 'size', index: size }]),
    ...(count === undefined ? [] : [{ what: 'count', index: count }]),
    ...(role === 'alloc' ? [] : [{ what: 'block', index: pointer }]),
  ];
  const missing = needed.find(({ index }) => type.params[index] !== valtype.I32);
  if (missing !== undefined) return `has no i32 as parameter ${missing.index}, where the ${missing.what} should be`;
  if (role !== 'free' && (type.results.length !== 1 || type.results[0] !== valtype.I32))
    return 'does not give an address';
  return undefined;
}
