/** Resolves a program's paths, component by component, so that none leads out of the folder it starts from. */

import fs from 'node:fs';
import { wasi } from '@bjorn3/browser_wasi_shim';
import { codeOf, escapes, WasiError } from './errno.ts';
import type { HostDir } from './host-dir.ts';

/** Symbolic links followed for one path, as on Linux. */
const MAX_LINKS = 40;

/** Where a path leads: an entry `name` of `dir`, which need not exist; `.` for the folder itself. */
export interface Place {
  readonly dir: HostDir;
  readonly name: string;
  readonly hostPath: string;
}

/** The components in reverse, so that the next one is taken from the end. A trailing slash is a last `.`. */
function reversedComponents(path: string): string[] {
  return path
    .split('/')
    .map((component) => (component === '' ? '.' : component))
    .reverse();
}

function readLink(hostPath: string): string | undefined {
  try {
    return fs.readlinkSync(hostPath);
  } catch (error) {
    // EINVAL: it is something else. ENOENT: whoever uses the place finds out. (UNKNOWN is EINVAL on Windows.)
    const code = codeOf(error);
    if (code === 'EINVAL' || code === 'ENOENT' || code === 'UNKNOWN') return undefined;
    throw error;
  }
}

function checkComponent(component: string, path: string): void {
  // On Windows these would be separators, drive letters and alternate streams.
  if (process.platform === 'win32' && /[\\:]/.test(component)) throw escapes(path);
}

/** The walk of one path: the folders entered on the way down from `base`, which is not its own. */
class Walk {
  private readonly entered: HostDir[] = [];
  private readonly pending: string[];
  private readonly base: HostDir;
  private readonly path: string;
  private links = 0;

  constructor(base: HostDir, path: string) {
    this.base = base;
    this.path = path;
    this.pending = reversedComponents(path);
  }

  private get top(): HostDir {
    return this.entered.at(-1) ?? this.base;
  }

  /** `..` goes back to the folder that was really entered before, wherever it may have been moved to. */
  private leave(): void {
    const dir = this.entered.pop();
    if (dir === undefined) throw escapes(this.path);
    dir.close();
  }

  private follow(target: string): void {
    this.links += 1;
    if (this.links > MAX_LINKS) throw new WasiError(wasi.ERRNO_LOOP, `"${this.path}" has too many symbolic links`);
    if (target.startsWith('/') || (process.platform === 'win32' && /^[\\/]|:/.test(target))) throw escapes(this.path);
    this.pending.push(...reversedComponents(target));
  }

  run(followLast: boolean): Place {
    for (let component = this.pending.pop(); component !== undefined; component = this.pending.pop()) {
      if (component === '.') continue;
      if (component === '..') {
        this.leave();
        continue;
      }
      checkComponent(component, this.path);
      const isLast = this.pending.length === 0;
      const target = isLast && !followLast ? undefined : readLink(this.top.entry(component));
      if (target !== undefined) this.follow(target);
      else if (isLast) return this.place(component);
      else this.entered.push(this.top.enter(component));
    }
    return this.place('.');
  }

  private place(name: string): Place {
    return { dir: this.top, name, hostPath: this.top.entry(name) };
  }

  close(): void {
    for (const dir of this.entered) dir.close();
  }
}

/**
 * Calls `use` with the place where `path`, relative to `base`, leads. The place is valid only during the call.
 * The last component is never a symbolic link if `followLast`; otherwise it may be one, which `use` must not follow.
 */
export function atPath<T>(base: HostDir, path: string, followLast: boolean, use: (place: Place) => T): T {
  if (path === '') throw new WasiError(wasi.ERRNO_NOENT, 'the path is empty');
  if (path.startsWith('/')) throw escapes(path);
  const walk = new Walk(base, path);
  try {
    return use(walk.run(followLast));
  } finally {
    walk.close();
  }
}

/** Without trailing slashes, for calls whose last component is a folder anyway. */
export function withoutTrailingSlashes(path: string): string {
  return path.replace(/(?<=[^/])\/+$/, '');
}
