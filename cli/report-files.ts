/** Where reports go when they do not go to standard error: the file of `--out`, or files in its folder. */

import fs from 'node:fs';
import path from 'node:path';
import type { AnalysisKind, Report } from '../analyses/index.ts';
import { CliError, hostReason } from './errors.ts';
import { HostDir } from './wasi/host-dir.ts';

/** Does `--out` name a folder? One that is there, or one that is written as such. */
export function isFolder(out: string): boolean {
  return /[\\/]$/.test(out) || (fs.statSync(out, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

const endings: Readonly<Record<string, string>> = { text: '.txt', detail: '.detail.txt' };

/** The name of a report's file in a folder. */
export function fileNameOf({ name, fileNames }: Pick<AnalysisKind, 'name' | 'fileNames'>, format: string): string {
  return fileNames[format] ?? `${name}${endings[format] ?? `.${format}`}`;
}

/** A name that is not taken: of the second of two probes of one kind, `hotness.2.json`. */
export function uniqueName(name: string, taken: ReadonlySet<string>): string {
  for (let n = 2, unique = name; ; n++) {
    if (!taken.has(unique)) return unique;
    unique = withTag(name, String(n));
  }
}

/** The name with something behind its first part: `hotness.TAG.json`. */
export function withTag(name: string, tag: string): string {
  const slash = name.indexOf('/');
  const dot = slash < 0 ? name.indexOf('.') : slash;
  return `${name.slice(0, dot)}.${tag}${name.slice(dot)}`;
}

/**
 * A file, and files beside it. It is opened before the program runs: so an impossible one is known in
 * time, and a program that may use the folder cannot put a symbolic link there, through which we would write elsewhere.
 */
export class OutFile {
  readonly path: string;
  private readonly fd: number;
  private readonly folder: HostDir;

  /** With `hasFolder`, folders that are missing are made. */
  constructor(file: string, hasFolder = false) {
    this.path = file;
    try {
      if (hasFolder) fs.mkdirSync(path.dirname(file), { recursive: true });
      this.fd = fs.openSync(file, fs.constants.O_WRONLY | fs.constants.O_CREAT, 0o666);
      this.folder = HostDir.open(path.dirname(file));
    } catch (error) {
      throw new CliError(`cannot write ${file}: ${hostReason(error)}`, { cause: error });
    }
  }

  write(reports: readonly Report[]): void {
    const [first] = reports;
    const content = reports.length === 1 && first?.bytes !== undefined ? first.bytes : joinedText(reports);
    writeTo(this.fd, this.path, content);
    for (const file of reports.flatMap(({ files }) => files)) {
      const { O_WRONLY, O_CREAT, O_NOFOLLOW = 0 } = fs.constants;
      const entry = this.folder.entry(path.basename(file.path));
      let fd: number;
      try {
        fd = fs.openSync(entry, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o666);
      } catch (error) {
        throw new CliError(`cannot write ${file.path}: ${hostReason(error)}`, { cause: error });
      }
      writeTo(fd, file.path, file.content);
    }
    this.folder.close();
  }
}

/** Reports that follow each other, with an empty line between them. */
export function joinedText(reports: readonly Report[]): string {
  return reports.map(({ text }) => text).join('\n');
}

/** Replaces the content, which only now is given up. */
function writeTo(fd: number, file: string, content: string | Uint8Array): void {
  try {
    if (fs.fstatSync(fd).isFile()) fs.ftruncateSync(fd);
    fs.writeFileSync(fd, content);
  } catch (error) {
    throw new CliError(`cannot write ${file}: ${hostReason(error)}`, { cause: error });
  } finally {
    fs.closeSync(fd);
  }
}
