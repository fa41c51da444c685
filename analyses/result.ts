/**
 * What results of analyses have in common: plain data about modules, which JSON can hold, which people can keep, and
 * which `wiz report` and `wiz diff` can read again.
 */

import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex } from '@noble/hashes/utils';
import { type Module, readNames } from '../engine/index.ts';

/** Which module it is. */
export interface ModuleIdentity {
  /** Name in its name section, if it has one. */
  readonly name: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** Digest of its bytes in hexadecimal digits: results of equal digests are about the same module. */
  readonly sha256: string;
}

export interface ModuleResult extends ModuleIdentity {
  /** Instances that were observed; they count together. */
  readonly instances: number;
}

/** The outermost level of a result. */
export interface AnalysisResult<M extends ModuleResult = ModuleResult> {
  /** Name of the analysis. */
  readonly analysis: string;
  /** Grows when a field changes its meaning or goes away; new fields do not count. */
  readonly version: number;
  /** In the order in which their first instances came into being; of a merged result in the order of name and digest. */
  readonly modules: readonly M[];
}

const digests = new WeakMap<Module, string>();

/** Identity of a module; the digest is computed once. */
export function identityOf(module: Module): ModuleIdentity {
  let digest = digests.get(module);
  if (digest === undefined) {
    digest = bytesToHex(sha256(module.bytes));
    digests.set(module, digest);
  }
  return { name: readNames(module).module, size: module.bytes.length, sha256: digest };
}
