/** The engine's objects behind the JavaScript objects of an interface. */

import { typeError } from '../runtime/own-error.ts';
import { isObject } from './conversions.ts';

export class Brand<T> {
  readonly name: string;
  private readonly internals = new WeakMap<object, T>();

  /** `name` is the interface's, without the namespace. */
  constructor(name: string) {
    this.name = name;
  }

  set(object: object, internal: T): void {
    this.internals.set(object, internal);
  }

  /** What is behind `value`; undefined for whatever is not an object of this interface. */
  get(value: unknown): T | undefined {
    return isObject(value) ? this.internals.get(value) : undefined;
  }

  /** What is behind the receiver of a method. `member` is how V8 names the method. */
  receiver(value: unknown, member: string): T {
    const internal = this.get(value);
    if (internal === undefined) throw typeError(`${member}: Receiver is not a WebAssembly.${this.name}`);
    return internal;
  }
}
