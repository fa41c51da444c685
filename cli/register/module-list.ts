/** `--list`: the modules that a program has loaded. */

import { decodeModule, type ExternKindName, WizError } from '../../engine/index.ts';
import { featuresOf } from '../inspect.ts';
import type { ExtraReporter } from '../reports.ts';
import { alignColumns, printable } from '../text.ts';
import { type LoadedModule, titleOf } from './loaded-module.ts';

/** One module, as JSON shows it. */
export interface ListedModule {
  /** Number in the order of loading, from 1. */
  readonly order: number;
  /** Path or URL; null where it is not known. */
  readonly file: string | null;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
  /** `wiz` or `native`. */
  readonly engine: string;
  /** Why it runs natively although it was chosen. */
  readonly problem: string | null;
  /** Which code loaded it: `file:line:column`. */
  readonly loader: string | null;
  /** Features beyond the first version of WebAssembly. */
  readonly features: readonly string[];
  readonly imports: readonly { readonly module: string; readonly name: string; readonly kind: ExternKindName }[];
  readonly exports: readonly { readonly name: string; readonly kind: ExternKindName }[];
}

export function listed(module: LoadedModule): ListedModule {
  const { order, file, bytes, sha256, problem, loader, ours } = module;
  const fixed = { order, file: file ?? null, size: bytes.length, sha256 };
  const way = { engine: ours === undefined ? 'native' : 'wiz', problem: problem ?? null, loader: loader ?? null };
  try {
    const decoded = decodeModule(bytes);
    return {
      ...fixed,
      ...way,
      features: featuresOf(decoded).map(({ name }) => name),
      imports: decoded.imports.map((entry) => ({ module: entry.module, name: entry.name, kind: entry.type.kind })),
      exports: decoded.exports.map(({ name, kind }) => ({ name, kind })),
    };
  } catch (error) {
    if (!(error instanceof WizError)) throw error;
    return { ...fixed, ...way, features: [], imports: [], exports: [] }; // `problem` tells why
  }
}

/** The report about all of `modules`, as they are when it is made. */
export function listReporter(modules: readonly LoadedModule[]): ExtraReporter {
  return {
    name: 'modules',
    title: 'the list of modules',
    formats: ['text', 'json'],
    fileFormats: [],
    fileNames: {},
    hasPage: false,
    text: (format, _engine, program) => {
      const list = modules.map(listed);
      return format === 'json' ? `${JSON.stringify({ program, modules: list }, null, 2)}\n` : listText(list, program);
    },
  };
}

const NAMES_SHOWN = 8;

function listText(list: readonly ListedModule[], program: string): string {
  const count = list.length === 1 ? '1 module' : `${list.length} modules`;
  const parts = list.map((module) => {
    const { order, size, sha256, engine, problem, loader } = module;
    const rows = [
      ['size', `${size.toLocaleString('en-US')} bytes`],
      ['sha256', sha256],
      ['loaded by', loader ?? 'unknown'],
      ['engine', problem === null ? engine : `${engine}: ${problem}`],
      ['features', module.features.join(', ') || 'none beyond the first version'],
      ['imports', names(module.imports.map((entry) => `${entry.module}.${entry.name}`))],
      ['exports', names(module.exports.map(({ name }) => name))],
    ];
    const title = titleOf({ file: module.file ?? undefined, sha256 });
    return [`${order}  ${title}`, ...alignColumns(rows).map((line) => `   ${line}`)].join('\n');
  });
  return printable(`Modules of ${program}: ${count}\n\n${parts.join('\n\n')}\n`);
}

function names(all: readonly string[]): string {
  const more = all.length - NAMES_SHOWN;
  const shown = more <= 1 ? all : all.slice(0, NAMES_SHOWN);
  const text = shown.join(', ') + (more > 1 ? ` and ${more} more` : '');
  return all.length === 0 ? 'none' : `${all.length} (${text})`;
}
