/** Allocation functions of compilers and libraries, known by their names. */

import type { AllocatorRole } from './data.ts';

/** Which parameters say what; indices. */
export interface Convention {
  readonly role: AllocatorRole;
  /** The size in bytes, of `alloc` and `realloc`. */
  readonly size: number;
  /** A number that the size is multiplied with. */
  readonly count?: number;
  /** The block, of `free` and `realloc`. */
  readonly pointer: number;
}

interface Known {
  readonly names: RegExp;
  readonly convention: Convention;
}

const alloc = (size = 0, count?: number): Convention => ({
  role: 'alloc',
  size,
  pointer: 0,
  ...(count === undefined ? {} : { count }),
});
const free: Convention = { role: 'free', size: 0, pointer: 0 };
const realloc = (size = 1): Convention => ({ role: 'realloc', size, pointer: 0 });

/** In C, Rust, AssemblyScript and TinyGo; the first that matches counts. */
const known: readonly Known[] = [
  // C and C++: libc, dlmalloc, emmalloc, mimalloc. C++ operators in their mangled and demangled forms.
  { names: /^_*(dl|em|mi_|emmalloc_|emscripten_builtin_|__libc_)?malloc$/, convention: alloc() },
  { names: /^_*(dl|em|mi_|emscripten_builtin_|__libc_)?calloc$/, convention: alloc(1, 0) },
  { names: /^_*(dl|em|mi_|emmalloc_|emscripten_builtin_|__libc_)?realloc$/, convention: realloc() },
  { names: /^_*(dl|em|mi_|emmalloc_|emscripten_builtin_|__libc_)?free$/, convention: free },
  { names: /^_*(dl|emmalloc_|emscripten_builtin_)?(aligned_alloc|memalign)$/, convention: alloc(1) },
  { names: /^(_Zn[wa][jm]|operator new(\[\])?(\(unsigned (int|long)\))?)$/, convention: alloc() },
  { names: /^(_Zd[la]Pv[jm]?|operator delete(\[\])?(\(void\*(, unsigned (int|long))?\))?)$/, convention: free },
  // Rust: the functions behind the global allocator, and wasm-bindgen's for JavaScript.
  { names: /(^|::)(__rust_alloc|__rust_alloc_zeroed|__rdl_alloc|__rdl_alloc_zeroed)$/, convention: alloc() },
  { names: /(^|::)(__rust_realloc|__rdl_realloc)$/, convention: realloc(3) },
  { names: /(^|::)(__rust_dealloc|__rdl_dealloc)$/, convention: free },
  { names: /^__wbindgen_malloc(_command_export)?$/, convention: alloc() },
  { names: /^__wbindgen_realloc(_command_export)?$/, convention: realloc(2) },
  { names: /^__wbindgen_free(_command_export)?$/, convention: free },
  // AssemblyScript.
  { names: /(^|\/)(__alloc|__new)$/, convention: alloc() },
  { names: /(^|\/)(__realloc|__renew)$/, convention: realloc() },
  { names: /(^|\/)__free$/, convention: free },
  // TinyGo.
  { names: /^runtime\.alloc$/, convention: alloc() },
  { names: /^runtime\.realloc$/, convention: realloc() },
  { names: /^runtime\.free$/, convention: free },
];

/** The convention of a function by one of its names; undefined for one that is no known allocator. */
export function knownConvention(names: readonly string[]): Convention | undefined {
  return known.find((k) => names.some((name) => k.names.test(name)))?.convention;
}

/** Go's own compiler passes arguments in the program's memory, and calls its functions anew after each switch of goroutines. */
export const GO_ALLOCATOR = 'runtime.mallocgc';
