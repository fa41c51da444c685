/** The modules that a report shows code of. */

import type { Module } from '../../engine/index.ts';
import { identityOf, type ModuleIdentity } from '../result.ts';
import { type ReportContext, ReportError } from './report.ts';

/**
 * The decoded module of an identity.
 *
 * @throws ReportError where it was not given
 */
export function moduleOf({ modules }: Pick<ReportContext, 'modules'>, identity: ModuleIdentity): Module {
  const found = modules.find((module) => identityOf(module).sha256 === identity.sha256);
  if (found !== undefined) return found;
  const { name, size, sha256 } = identity;
  throw new ReportError(
    `this format shows code, and needs the module ${name ?? '(unnamed)'} of ${size} bytes with the SHA-256 digest ${sha256}`,
  );
}
