/**
 * The libraries that write the formats of other tools. They are loaded when a report is made: that takes as long as the start of all
 * the rest. In browsers, `no-libraries.ts` is in the place of this file.
 */

import { createRequire } from 'node:module';
import type * as coverageLibrary from 'istanbul-lib-coverage';
import type * as reportLibrary from 'istanbul-lib-report';
import type * as reportsLibrary from 'istanbul-reports';

export interface Libraries {
  readonly create: typeof reportsLibrary.create;
  readonly createContext: typeof reportLibrary.createContext;
  readonly createCoverageMap: typeof coverageLibrary.createCoverageMap;
  readonly readFile: (path: string) => Uint8Array;
}

/** All are CommonJS packages, so `require` finds them without a promise; it knows no types, hence the casts. */
export function libraries(): Libraries {
  const require = createRequire(import.meta.url);
  return {
    ...(require('istanbul-lib-coverage') as typeof coverageLibrary),
    ...(require('istanbul-lib-report') as typeof reportLibrary),
    ...(require('istanbul-reports') as typeof reportsLibrary),
    readFile: (require('node:fs') as { readFileSync(path: string): Uint8Array }).readFileSync,
  };
}
