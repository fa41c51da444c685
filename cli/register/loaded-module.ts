/** A module that the program has loaded. */

import path from 'node:path';
import type { WasmModule } from '../../engine/index.ts';

export interface LoadedModule {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  /** Number in the order of loading, from 1. */
  readonly order: number;
  /** Path or URL, where it is known. */
  readonly file: string | undefined;
  /** Which code loaded it: `file:line:column`. */
  readonly loader: string | undefined;
  /** Is it to be run by this engine, with probes? */
  readonly isChosen: boolean;
  /** The module of this engine, as soon as there is one. */
  ours?: WasmModule;
  /** The module of the host, as soon as there is one. */
  native?: WasmModule;
  /** Why it runs natively although it was chosen. */
  problem?: string;
}

const SHOWN_DIGITS = 12;

/** What reports and messages call a module: its file, from the working folder if it lies below, its URL, or its hash. */
export function titleOf({ file, sha256 }: Pick<LoadedModule, 'file' | 'sha256'>): string {
  if (file === undefined) return `sha256:${sha256.slice(0, SHOWN_DIGITS)}`;
  if (!path.isAbsolute(file)) return file;
  const near = path.relative(process.cwd(), file);
  return near.startsWith('..') || path.isAbsolute(near) ? file : near;
}
