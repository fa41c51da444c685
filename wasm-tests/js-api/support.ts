/** Running the same assertions against V8's own `WebAssembly` and against the engine's namespace. */

import { WebAssembly as ours, type WebAssemblyNamespace } from '../../engine/index.ts';
import { assembleText } from '../support/wast-assemble.ts';

export { ours };
export const native = (globalThis as unknown as { WebAssembly: WebAssemblyNamespace }).WebAssembly;

export interface Implementation {
  readonly name: string;
  readonly W: WebAssemblyNamespace;
  readonly isHost: boolean;
  /** Are its messages those that the engine takes over? V8 has changed wordings since version 11. */
  readonly hasKnownMessages: boolean;
}

/** The oracle comes first: an assertion that it fails is a wrong assertion. */
export const implementations: readonly Implementation[] = [
  { name: 'V8', W: native, isHost: true, hasKnownMessages: process.versions.v8.startsWith('11.') },
  { name: 'the engine', W: ours, isHost: false, hasKnownMessages: true },
];

/** The bytes of a module in the text format. */
export async function wat(text: string): Promise<Uint8Array> {
  const assembled = await assembleText(text);
  if (!assembled.ok) throw new Error(`the test's own module is wrong: ${assembled.message}`);
  return assembled.bytes;
}

/** The namespace for calls that TypeScript would not allow. */
export function loose(W: WebAssemblyNamespace): LooseNamespace {
  return W as unknown as LooseNamespace;
}

type LooseClass = (new (...args: unknown[]) => object) & { readonly prototype: object };
export type LooseNamespace = Readonly<
  Record<'Module' | 'Instance' | 'Memory' | 'Table' | 'Global' | 'Tag' | 'Exception', LooseClass>
> &
  Readonly<Record<'compile' | 'instantiate' | 'compileStreaming' | 'instantiateStreaming', PromiseFunction>> & {
    readonly validate: (...args: unknown[]) => boolean;
  };
type PromiseFunction = (...args: unknown[]) => Promise<unknown>;

/** The smallest module. */
export const EMPTY_MODULE: Uint8Array = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** What a call came to, in a form that can be compared between implementations. */
export type Outcome = { readonly value: unknown } | { readonly error: string; readonly message: string };

export function outcomeOf(run: () => unknown): Outcome {
  try {
    return { value: run() };
  } catch (error) {
    return failure(error);
  }
}

export async function outcomeOfAsync(run: () => unknown): Promise<Outcome> {
  try {
    return { value: await run() };
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): Outcome {
  if (!(error instanceof Error)) return { error: typeof error, message: String(error) };
  return { error: error.name, message: error.message };
}

/** The outcome as `Name: message`, or as the value; without messages where an implementation has its own. */
export function summary(outcome: Outcome, withMessage: boolean): unknown {
  if ('value' in outcome) return outcome.value;
  return withMessage ? `${outcome.error}: ${outcome.message}` : outcome.error;
}

/** What `summary` gives for an expected error `Name: message`. */
export function expected(error: string, withMessage: boolean): string {
  return withMessage ? error : (error.split(':', 1)[0] as string);
}

/** Any function that a module exports. */
export type AnyFunction = (...args: unknown[]) => unknown;
