/**
 * The suite's words for traps and V8's. An engine speaks V8's words, since programs match on them;
 * both name the same cause exactly when this table says so.
 */

/**
 * For each of the suite's messages (a message of the suite begins with one of them), the messages of V8
 * that mean it. V8 may put a place before (`WebAssembly.Instance(): `) and details behind.
 * V8 does not tell some causes apart, for example a null entry from a wrong type in `call_indirect`.
 */
const table: readonly (readonly [suite: string, v8: readonly RegExp[]])[] = [
  ['integer divide by zero', [/^divide by zero$/, /^remainder by zero$/]],
  ['integer overflow', [/^divide result unrepresentable$/, /^float unrepresentable in integer range$/]],
  ['invalid conversion to integer', [/^float unrepresentable in integer range$/]],
  ['unreachable', [/^unreachable$/]],
  ['out of bounds memory access', [/^memory access out of bounds$/, /^data segment( \d+)? (is )?out of bounds/]],
  [
    'out of bounds table access',
    [
      /^table index is out of bounds$/,
      /^table access out of bounds$/,
      /^element segment out of bounds$/,
      /^table initializer \d+: /,
    ],
  ],
  ['undefined element', [/^table index is out of bounds$/]],
  ['undefined', [/^table index is out of bounds$/]],
  ['uninitialized element', [/^null function or function signature( mismatch)?$/, /^dereferencing a null pointer$/]],
  ['uninitialized', [/^null function or function signature( mismatch)?$/]],
  ['indirect call type mismatch', [/^null function or function signature( mismatch)?$/]],
  ['indirect call', [/^null function or function signature( mismatch)?$/]],
  [
    'out of bounds array access',
    [/^array element access out of bounds$/, /^data segment out of bounds$/, /^element segment out of bounds$/],
  ],
  ['null array reference', [/^dereferencing a null pointer$/]],
  ['null function reference', [/^dereferencing a null pointer$/]],
  ['null i31 reference', [/^dereferencing a null pointer$/]],
  ['null structure reference', [/^dereferencing a null pointer$/]],
  ['null exception reference', [/^dereferencing a null pointer$/, /^rethrowing null value$/]],
  ['null reference', [/^dereferencing a null pointer$/, /^rethrowing null value$/]],
  ['null descriptor reference', [/^dereferencing a null pointer$/]],
  ['cast failure', [/^illegal cast$/]],
  ['unaligned atomic', [/^operation does not support unaligned accesses$/]],
  ['expected shared memory', [/^Atomics\.wait cannot be called in this context$/]],
];

/** Does the engine's trap message name the cause that the suite expects? */
export function trapMatches(expected: string, actual: string): boolean {
  const row = table.find(([suite]) => expected.startsWith(suite));
  if (row === undefined) return false;
  const bare = actual.replace(/^WebAssembly\.(Instance|instantiate)\(\): /, '');
  return row[1].some((pattern) => pattern.test(bare));
}

/** Is the message one of the suite's that the table knows? */
export function isKnownTrap(expected: string): boolean {
  return table.some(([suite]) => expected.startsWith(suite));
}
