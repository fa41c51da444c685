/**
 * What the specification says and V8 does not do. Tests of these must fail on the host, so that the list shrinks: a
 * newer V8 that does what is specified is reported, too.
 */

import { test } from 'vitest';
import type { Implementation } from './support.ts';

interface Deviation {
  /** What V8 does instead. */
  readonly instead: string;
  /** The first version of V8 that does what is specified. */
  readonly until?: number;
}

const deviations: Readonly<Record<string, Deviation>> = {
  'a DataView is a buffer source': { instead: 'takes ArrayBuffers and typed arrays only' },
  'a detached DataView has no bytes': { instead: 'takes ArrayBuffers and typed arrays only' },
  'Module: a new target without a prototype gives one of the interface': { instead: 'uses Object.prototype' },
  'Instance: a new target without a prototype gives one of the interface': { instead: 'uses Object.prototype' },
  'Memory: a new target without a prototype gives one of the interface': { instead: 'uses Object.prototype' },
  'Table: a new target without a prototype gives one of the interface': { instead: 'uses Object.prototype' },
  'Global: a new target without a prototype gives one of the interface': { instead: 'uses Object.prototype' },
  'Tag: a derived class makes objects of its own': { instead: 'ignores the new target' },
  'Exception: a derived class makes objects of its own': { instead: 'ignores the new target' },
  'a tag is made of any iterable': { instead: 'wants an object with a length' },
  'an exception is made of any iterable': { instead: 'wants an object with a length' },
  'an exception wants as many values as its tag has parameters': { instead: 'reads undefined', until: 12 },
  'an exception takes functions of Wasm only for a function type': { instead: 'takes anything', until: 12 },
  'the MIME type is compared without regard to case': { instead: 'compares exactly (in Node, not in browsers)' },
};

const v8 = Number.parseInt(process.versions.v8, 10);

/** A test of what the specification says; on the host it must fail where V8 is known to deviate. */
export function specified({ isHost }: Implementation, title: string, run: () => unknown): void {
  const deviation = deviations[title];
  const deviates = isHost && deviation !== undefined && v8 < (deviation.until ?? Number.POSITIVE_INFINITY);
  (deviates ? test.fails : test)(title, run as () => void);
}
