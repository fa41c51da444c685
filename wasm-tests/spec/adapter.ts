/**
 * What the suite's runner needs of an engine. Values cross as exact bits, outcomes as data;
 * whatever an adapter throws is an internal error of the engine and a failed assertion.
 */

import type { SpecValue } from '../support/wast-values.ts';

export type CompileOutcome<M> =
  | { readonly kind: 'module'; readonly module: M }
  /** `refused`: malformed or invalid, by an engine that does not tell which. */
  | { readonly kind: 'malformed' | 'invalid' | 'refused'; readonly message: string }
  | Unsupported;

/** The engine knows that it cannot execute this yet. */
export interface Unsupported {
  readonly kind: 'unsupported';
  readonly feature: string;
  readonly message: string;
}

/** How execution can end other than by returning. Trap messages are V8's (`trap-messages.ts`). */
export type Abrupt =
  | { readonly kind: 'trap' | 'exhaustion'; readonly message: string }
  /** An exception of the program reached the caller. */
  | { readonly kind: 'exception'; readonly message: string };

export type InstantiateOutcome<I> =
  | { readonly kind: 'instance'; readonly instance: I }
  | { readonly kind: 'unlinkable'; readonly message: string }
  | Unsupported
  | Abrupt;

/** `values` are undefined where the call could not know the types of the results (see `InvokeRequest`). */
export type InvokeOutcome = { readonly kind: 'return'; readonly values: readonly SpecValue[] | undefined } | Abrupt;

export interface InvokeRequest {
  readonly name: string;
  readonly args: readonly SpecValue[];
  /** Types of the results that the script expects; undefined where it does not say. For engines that cannot tell. */
  readonly resultTypes: readonly SpecValue['type'][] | undefined;
}

export interface ImportName {
  readonly module: string;
  readonly name: string;
}

/** Finds what an import is linked to; undefined where there is nothing of that name. */
export type Resolve<E> = (module: string, name: string) => E | undefined;

/** `M` is a compiled module, `I` an instance, `E` something that can be exported and imported. */
export interface Engine<M, I, E> {
  readonly name: string;
  compile(bytes: Uint8Array): CompileOutcome<M>;
  imports(module: M): readonly ImportName[];
  instantiate(module: M, resolve: Resolve<E>): InstantiateOutcome<I>;
  exported(instance: I, name: string): E | undefined;
  invoke(instance: I, request: InvokeRequest): InvokeOutcome;
  /** The value of an exported global. `type` is that of the expected value, for engines that cannot tell. */
  get(instance: I, name: string, type: SpecValue['type']): SpecValue;
  /** A function of the host that takes numbers and does nothing. */
  hostFunction(params: readonly HostParam[]): E;
}

export type HostParam = 'i32' | 'i64' | 'f32' | 'f64';

/** The object that stands for `(ref.extern n)` and `(ref.host n)`: one for each number, so that identity tells. */
export class HostReference {
  readonly number: number;
  private constructor(number: number) {
    this.number = number;
  }

  private static readonly known = new Map<number, HostReference>();

  static of(number: number): HostReference {
    let reference = HostReference.known.get(number);
    if (reference === undefined) {
      reference = new HostReference(number);
      HostReference.known.set(number, reference);
    }
    return reference;
  }
}
