/** Coverage that workers have left, as what the istanbul libraries understand: a listing of each module stands in for its source. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type CoverageResult,
  type ListingData,
  listingCoverage,
  mergeCoverage,
  type ModuleCoverage,
} from '../../analyses/index.ts';
import { decodeModule } from '../../engine/index.ts';
import type { CollectedModule } from '../register/collector.ts';
import { naming } from '../symbols.ts';

/** The map of istanbul-lib-coverage, whichever copy of the library made it. */
export interface CoverageMap {
  /** By what reports and thresholds call the files. */
  readonly data: Record<string, unknown>;
  /** Adds to what is there for the same path. */
  addFileCoverage(coverage: ListingData): void;
}

export function isCoverageMap(value: unknown): value is CoverageMap {
  const map = value as Partial<CoverageMap> | null | undefined;
  return typeof map?.addFileCoverage === 'function' && typeof map.data === 'object';
}

export interface CoverageMapOptions {
  /** Folder of the project. */
  readonly root: string;
  /** Folder for the listings. */
  readonly listings: string;
  /** Does the report want this file? */
  readonly isIncluded: (file: string) => boolean;
}

/**
 * Adds what lies in a folder of collected coverage; gives the number of modules that were there, wanted or not.
 *
 * In the map a module has the path of its own file, which is what thresholds and tables say. The path in its data is that of the listing:
 * there, reports find the lines of which they tell.
 */
export async function addCoverage(map: CoverageMap, folder: string, options: CoverageMapOptions): Promise<number> {
  const { root, listings, isIncluded } = options;
  const modules = collected(folder);
  for (const coverage of modules) {
    const { sha256 } = coverage;
    const file = freeName(
      map,
      placeOf(readJson(path.join(folder, `${sha256}.json`)) as CollectedModule, sha256, root),
      sha256,
    );
    if (!isIncluded(file)) continue;
    const near = path
      .relative(root, file)
      .replace(/^(\.\.[\\/])+/, '')
      .replace(/^[A-Za-z]:/, '');
    const listing = path.join(listings, `${near}.wat`);
    const bytes = readFileSync(path.join(folder, `${sha256}.wasm`));
    const module = decodeModule(bytes);
    (await naming(bytes))(module);
    const { file: text, data } = listingCoverage(module, coverage, { path: listing, program: near });
    mkdirSync(path.dirname(listing), { recursive: true });
    writeFileSync(listing, text.content);
    map.addFileCoverage(data);
    map.data[file] = map.data[listing];
    delete map.data[listing];
  }
  return modules.length;
}

/** Removes the coverage that processes have left in a folder. */
export function forgetCoverage(folder: string): void {
  for (const file of coverageFiles(folder)) rmSync(file);
}

/** The coverage of all modules, of all processes together. */
function collected(folder: string): readonly ModuleCoverage[] {
  const results = coverageFiles(folder).map((file) => readJson(file) as CoverageResult);
  return results.length === 0 ? [] : results.reduce(mergeCoverage).modules;
}

function coverageFiles(folder: string): string[] {
  if (!existsSync(folder)) return []; // no process had anything to write
  const names = readdirSync(folder).filter((name) => /^coverage\..*\.json$/.test(name));
  return names.map((name) => path.join(folder, name));
}

/** Only this package writes there. */
function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

const SHOWN_DIGITS = 8;

/** The file of a module; of one that comes from no file, a name beside the code that loaded it: `src/glue.js.43bbcdd4.wasm`. */
function placeOf({ file, loader }: CollectedModule, sha256: string, root: string): string {
  if (file !== undefined && path.isAbsolute(file)) return file;
  const digits = sha256.slice(0, SHOWN_DIGITS);
  const code = loader?.replace(/(:\d+){0,2}$/, '');
  if (code === undefined) return path.join(root, `${digits}.wasm`);
  return `${code.startsWith('file:') ? fileURLToPath(code) : code}.${digits}.wasm`;
}

/** A file that was built again while the tests ran is several modules. */
function freeName(map: CoverageMap, file: string, sha256: string): string {
  return Object.hasOwn(map.data, file) ? `${file}.${sha256.slice(0, SHOWN_DIGITS)}.wasm` : file;
}
