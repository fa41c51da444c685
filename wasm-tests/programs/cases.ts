/** The programs of this folder, and what is done with each. */

import { floats, integers, simd } from './cases/arithmetic.ts';
import { extendedConst, host, linking, start } from './cases/borders.ts';
import type { ProgramCase } from './cases/common.ts';
import { control, dispatch, multiValue, recursion, switches, tailCalls, traps } from './cases/control.ts';
import { bulk, globals, memory, references, tables } from './cases/state.ts';

export const cases: Readonly<Record<string, ProgramCase>> = {
  'recursion, and a stack that overflows': { sources: ['recursion.wat'], run: recursion },
  'tables of functions': { sources: ['tables.wat'], run: tables },
  'loads and stores of all widths, and growing': { sources: ['memory.wat'], run: memory },
  'rounding and conversions of floats': { sources: ['floats.wat'], run: floats },
  'hashes of i32 and i64': { sources: ['integers.wat'], run: integers },
  'SIMD kernels': { sources: ['simd.wat'], run: simd },
  'several results and block parameters': { sources: ['multi-value.wat'], run: multiValue },
  'bulk memory': { sources: ['bulk.wat'], run: bulk },
  'tail calls': { sources: ['tail-calls.wat'], run: tailCalls },
  'globals, imported and exported': { sources: ['globals.wat'], run: globals },
  'start functions': { sources: ['start.wat'], run: start },
  'traps of every kind': { sources: ['traps.wat'], run: traps },
  'calls to the host and back': { sources: ['host.wat'], run: host },
  references: { sources: ['references.wat'], run: references },
  'branches, loops and unreachable code': { sources: ['control.wat'], run: control },
  'switches as compilers make them': { sources: ['switches.wat'], run: switches },
  'a table of small functions, called in loops': { sources: ['dispatch.wat'], run: dispatch },
  'extended constant expressions': { sources: ['extended-const.wat'], run: extendedConst },
  'modules linked to each other': { sources: ['linking-provider.wat', 'linking-user.wat'], run: linking },
};
