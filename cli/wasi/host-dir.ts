/**
 * A folder of the host, and the way to the entries in it.
 *
 * Node has no `openat`. On Linux a descriptor's entry in /proc does the same: `/proc/self/fd/7/name` is
 * `name` in whatever folder descriptor 7 is open on, even when that folder, or one above it, has been renamed or
 * replaced by a symbolic link meanwhile. So there nothing can be exchanged between a check and the use.
 * Elsewhere folders are reached by path; programs cannot get out then either, unless another
 * process changes the folder at the same moment.
 */

import fs from 'node:fs';

const { O_DIRECTORY = 0, O_NOFOLLOW = 0, O_RDONLY } = fs.constants;
const hasDescriptorPaths = process.platform === 'linux' && fs.existsSync('/proc/self/fd');

export class HostDir {
  /** A path of this folder that stays right while it is open. */
  readonly path: string;
  private readonly fd: number | undefined;

  private constructor(path: string, fd: number | undefined) {
    this.path = path;
    this.fd = fd;
  }

  /** Opens a folder by its host path, following symbolic links: for paths that the user gave. */
  static open(path: string): HostDir {
    return HostDir.reach(fs.realpathSync(path));
  }

  private static reach(path: string): HostDir {
    if (hasDescriptorPaths) {
      const fd = fs.openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
      return new HostDir(`/proc/self/fd/${fd}`, fd);
    }
    if (!fs.lstatSync(path).isDirectory()) {
      throw Object.assign(new Error(`ENOTDIR: not a directory, open '${path}'`), { code: 'ENOTDIR' });
    }
    return new HostDir(path, undefined);
  }

  /** The host path of an entry. `name` is a single component and never `..`. */
  entry(name: string): string {
    return `${this.path}/${name}`;
  }

  /** Opens a folder inside; fails with ENOTDIR for everything else, symbolic links included. */
  enter(name: string): HostDir {
    return HostDir.reach(this.entry(name));
  }

  /** Another handle of the same folder, closed on its own. */
  duplicate(): HostDir {
    // The final `.` makes the kernel follow the descriptor's entry although links are not followed.
    return HostDir.reach(hasDescriptorPaths ? this.entry('.') : this.path);
  }

  stat(): fs.BigIntStats {
    return fs.statSync(this.entry('.'), { bigint: true });
  }

  close(): void {
    if (this.fd !== undefined) fs.closeSync(this.fd);
  }
}
