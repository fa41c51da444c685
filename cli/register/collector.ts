/**
 * Coverage for whoever puts the processes of a run together, such as a test runner: in a folder that it names, each process keeps its coverage
 * as data, and each module once.
 */

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { analysisKinds, type AnalysisKind, type RunningAnalysis } from '../../analyses/index.ts';
import type { Engine } from '../../engine/index.ts';
import type { Collecting } from './collecting.ts';
import type { LoadedModule } from './loaded-module.ts';
import type { ModuleFacts } from './module-filter.ts';
import { processTag } from './notes.ts';

/** What is known of a module beside its bytes; a file `SHA256.json`. */
export interface CollectedModule {
  /** Path or URL. */
  readonly file: string | undefined;
  /** Which code loaded it: `file:line:column`. */
  readonly loader: string | undefined;
}

/** The analysis whose results are collected. */
export const coverageKind = analysisKinds.find(({ name }) => name === 'coverage') as AnalysisKind; // always registered

/** Is a module one of the project's own? Unless a filter says otherwise, what packages bring along is not. */
export function isOwnModule({ file, loader }: Pick<ModuleFacts, 'file' | 'loader'>): boolean {
  return !/[\\/]node_modules[\\/]/.test(file ?? loader ?? '');
}

export class Collector implements Collecting {
  private readonly folder: string;
  private readonly coverage: RunningAnalysis;
  /** Numbers of processes come again, and contexts of `node:vm` share one. */
  private readonly file = `coverage.${randomUUID()}.json`;
  private hasModules = false;
  private isDriven = false;

  /** Observes the modules of `engine` from now on. */
  constructor(engine: Engine, folder: string) {
    this.folder = folder;
    this.coverage = coverageKind.start(engine);
  }

  keep({ bytes, sha256, file, loader }: LoadedModule): void {
    this.hasModules = true;
    mkdirSync(this.folder, { recursive: true });
    const [code, facts] = ['wasm', 'json'].map((ending) => path.join(this.folder, `${sha256}.${ending}`)) as [
      string,
      string,
    ];
    if (!existsSync(code)) writeWhole(code, bytes);
    const known: CollectedModule = { file, loader };
    // Another process may know less: there, the bytes came by another way.
    if (file !== undefined || !existsSync(facts)) writeWhole(facts, JSON.stringify(known));
  }

  writeNow(): void {
    this.isDriven = true;
    this.write();
  }

  finish(): void {
    if (!this.isDriven) this.write();
  }

  private write(): void {
    if (!this.hasModules) return;
    writeWhole(path.join(this.folder, this.file), JSON.stringify(this.coverage.result()));
  }
}

/** Whoever reads the file sees all of it or nothing. */
function writeWhole(file: string, content: string | Uint8Array): void {
  const part = `${file}.${processTag()}.part`;
  try {
    writeFileSync(part, content);
    renameSync(part, file);
  } catch (error) {
    // The run is over, and its folder gone: nobody wants to know.
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
  }
}
