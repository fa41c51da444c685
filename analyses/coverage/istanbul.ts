/**
 * Coverage in the formats of other tools, written by the istanbul libraries: lcov's tracefiles, istanbul's JSON, Cobertura's XML, and
 * pages of HTML. A listing of each module stands in for its source, as a file beside the report.
 */

import type { FileCoverageData } from 'istanbul-lib-coverage';
import { moduleOf } from '../report/modules.ts';
import { type Report, type ReportContext, ReportError, type ReportFile } from '../report/report.ts';
import type { CoverageResult } from './data.ts';
import { libraries } from './libraries.ts';
import { listingCoverage } from './listing-coverage.ts';

/** Our formats, and what the libraries call them and their first file. */
const reporters = {
  lcov: { name: 'lcovonly', file: 'lcov.info' },
  istanbul: { name: 'json', file: 'coverage-final.json' },
  cobertura: { name: 'cobertura', file: 'cobertura-coverage.xml' },
  'istanbul-html': { name: 'html', file: 'index.html' },
} as const;

export type IstanbulFormat = keyof typeof reporters;

export const istanbulFormats = Object.keys(reporters) as IstanbulFormat[];

export function isIstanbulFormat(format: string): format is IstanbulFormat {
  return Object.hasOwn(reporters, format);
}

/** @throws ReportError where there is no file to write to, or not under the name that the format needs */
export function istanbulReport(result: CoverageResult, format: IstanbulFormat, context: ReportContext): Report {
  const { out } = context;
  const { file } = reporters[format];
  if (out === undefined) {
    throw new ReportError(
      `the format ${format} consists of several files, the coverage and a listing: name the first with --out`,
    );
  }
  const folder = out.slice(0, out.length - baseName(out).length);
  if (format === 'istanbul-html' && baseName(out) !== file) {
    throw new ReportError(`the pages of ${format} are linked by their names: name the first one ${folder}${file}`);
  }
  const parts = result.modules.map((coverage, i) => {
    // The whole name of the report stays in that of the listing, so that it cannot be the program's own source.
    const path = `${format === 'istanbul-html' ? `${folder}${baseName(context.program)}` : out}${i === 0 ? '' : `.${i + 1}`}.wat`;
    return listingCoverage(moduleOf(context, coverage), coverage, { path, program: context.program });
  });
  const listings = parts.map((part) => part.file);
  const written = write(format, Object.fromEntries(parts.map(({ file: { path }, data }) => [path, data])), listings);
  const first = written.find(({ path }) => path === file)?.content;
  const others = written
    .filter(({ path }) => path !== file)
    .map(({ path, content }) => ({ path: `${folder}${path}`, content }));
  return { text: typeof first === 'string' ? first : '', files: [...listings, ...others] };
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** What a reporter writes, in memory: it asks the writer of its context for its files. */
function write(
  format: IstanbulFormat,
  data: Record<string, FileCoverageData>,
  listings: readonly ReportFile[],
): ReportFile[] {
  const { create, createContext, createCoverageMap, readFile } = libraries();
  const files = new Map<string, string[] | Uint8Array>();
  const writer = {
    writeFile: (path: string) => {
      const chunks: string[] = [];
      files.set(path, chunks);
      return contentWriter(chunks);
    },
    /** Styles, scripts and pictures of the pages. */
    copyFile: (source: string, path: string, header = '') =>
      files.set(
        path.replace(/^\.\//, ''),
        header === '' ? readFile(source) : [header, new TextDecoder().decode(readFile(source))],
      ),
    writerForDir: () => writer,
  };
  const sources = new Map(listings.map(({ path, content }) => [path, content as string]));
  const context = createContext({
    coverageMap: createCoverageMap(data),
    defaultSummarizer: 'flat',
    sourceFinder: (path) => sources.get(path) ?? '',
  });
  Object.defineProperty(context, 'writer', { value: writer });
  create(reporters[format].name).execute(context);
  return [...files].map(([path, content]) => ({
    path,
    content: content instanceof Uint8Array ? content : content.join(''),
  }));
}

function contentWriter(chunks: string[]): object {
  return {
    write: (text: string) => chunks.push(text),
    println: (text: string) => chunks.push(`${text}\n`),
    colorize: (text: string) => text,
    close: () => undefined,
  };
}
