/** What an engine says of bytes that may not be a module. */

import type { WasmNamespace } from '../diff/namespace.ts';

export type Verdict = { readonly accepted: true } | { readonly accepted: false; readonly message: string };

/** Throws what is neither acceptance nor a `CompileError`: a crash of the engine. */
export function verdict(W: WasmNamespace, bytes: Uint8Array): Verdict {
  try {
    new W.Module(bytes);
    return { accepted: true };
  } catch (error) {
    if (!(error instanceof W.CompileError)) throw error;
    return { accepted: false, message: error.message };
  }
}

/** Why two verdicts may differ with both being right; null where they may not. */
export function allowedDifference(oracle: Verdict, own: Verdict): string | null {
  if (oracle.accepted === own.accepted) return null;
  if (!own.accepted) return ownReason(own.message);
  return oracle.accepted ? null : hostReason(oracle.message);
}

/** The engine refuses what the host accepts: only what it says it does not execute yet. */
function ownReason(message: string): string | null {
  const feature = /needs the feature "([^"]*)"/.exec(message);
  return feature === null ? null : `the engine lacks ${feature[1]}`;
}

/** The host refuses what the engine accepts: features that Node 20 has behind flags or not at all, and limits of V8's own. */
const hostReasons: readonly (readonly [RegExp, string])[] = [
  [/enable with --experimental-wasm-([a-z0-9_-]+)/, 'the host has it behind a flag'],
  // none, noextern, nofunc, noexn and exn: reference types that came with garbage collection and exceptions.
  [/invalid value type 0x(?:69|7[1-4])\b/, 'the host has no such reference type'],
  [/Unknown heap type -(?:1[2-5]|23)\b/, 'the host has no such reference type'],
  // Bit 6 of the alignment says that the index of a memory follows.
  [/invalid alignment; .* actual alignment is (?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]) /, 'the host has no multi-memory'],
];

function hostReason(message: string): string | null {
  for (const [pattern, reason] of hostReasons) {
    const match = pattern.exec(message);
    if (match !== null) return `${reason}${match[1] === undefined ? '' : `: ${match[1]}`}`;
  }
  return null;
}

/** Compares the two engines on these bytes: the reason of an allowed difference, null where they agree. Throws where they must agree. */
export function compareVerdicts(oracle: WasmNamespace, own: WasmNamespace, bytes: Uint8Array): string | null {
  const expected = verdict(oracle, bytes);
  const actual = verdict(own, bytes);
  if (expected.accepted === actual.accepted) return null;
  const reason = allowedDifference(expected, actual);
  if (reason !== null) return reason;
  throw new Error(`the host ${describe(expected)}; the engine ${describe(actual)}`);
}

function describe(of: Verdict): string {
  return of.accepted ? 'accepts the module' : `refuses it: ${of.message}`;
}
