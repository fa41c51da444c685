/** Probes around another probe. */

import type { Frame, LocalProbe, Needs } from '../../engine/index.ts';

/** Stands for its inner probe in errors, and needs what that needs. */
export abstract class WrapperProbe implements LocalProbe {
  readonly inner: LocalProbe;

  constructor(inner: LocalProbe) {
    this.inner = inner;
  }

  get name(): string {
    return this.inner.name ?? this.inner.constructor.name;
  }

  get needs(): Needs {
    return this.inner.needs ?? {};
  }

  abstract fire(frame: Frame): void;
}
