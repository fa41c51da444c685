/** WASI calls do what programs expect of them, and survive what programs should not do. */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callNames, type HostCall, signatureOf } from '../../cli/wasi/calls.ts';
import { ProcExit } from '../../cli/wasi/system.ts';
import { ERRNO, FD_APPEND, Guest, O, RIGHTS } from './guest.ts';

let folder = '';
let guest: Guest;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-wasi-'));
  guest = new Guest({ args: ['prog'], env: ['A=B'], preopens: [{ host: folder, guest: '/data' }] });
});

afterEach(() => {
  guest.system.close();
  fs.rmSync(folder, { recursive: true });
});

function hostFile(name: string, content?: string): string {
  const file = path.join(folder, name);
  if (content !== undefined) fs.writeFileSync(file, content);
  return file;
}

describe('arguments and environment', () => {
  test('are counted in bytes and written with their ends', () => {
    const wide = new Guest({ args: ['prog', 'grün', '日本', ''], env: ['KEY=wörld', 'EMPTY='] });
    expect(wide.calls.args_sizes_get(0, 4)).toBe(ERRNO.success);
    const size = wide.view.getUint32(4, true);
    expect([wide.view.getUint32(0, true), size]).toEqual([4, 'prog\0grün\0日本\0\0'.length + 1 + 4]);
    wide.put(1000, '#'.repeat(100));
    expect(wide.calls.args_get(16, 1000)).toBe(ERRNO.success);
    expect(wide.text(1000, size + 1)).toBe('prog\0grün\0日本\0\0#');
    expect(wide.view.getUint32(20, true)).toBe(1005);
    expect(wide.calls.environ_sizes_get(0, 4)).toBe(ERRNO.success);
    expect(wide.view.getUint32(0, true)).toBe(2);
    expect(wide.calls.environ_get(16, 1000)).toBe(ERRNO.success);
    expect(wide.text(1000, wide.view.getUint32(4, true))).toBe('KEY=wörld\0EMPTY=\0');
  });
});

describe('files', () => {
  test('are created, written, read and truncated', () => {
    const fd = guest.open('new', { oflags: O.creat, rights: RIGHTS.readWrite });
    expect(guest.write(fd, 'hello, world')).toBe(12);
    expect(guest.calls.fd_seek(fd, 7n, 0, 0)).toBe(ERRNO.success);
    expect(guest.read(fd)).toBe('world');
    expect(guest.read(fd)).toBe('');
    expect(guest.calls.fd_filestat_set_size(fd, 5n)).toBe(ERRNO.success);
    expect(guest.close(fd)).toBe(ERRNO.success);
    expect(fs.readFileSync(hostFile('new'), 'utf8')).toBe('hello');
    expect(guest.open('new', { oflags: O.creat | O.excl })).toBe(-ERRNO.exist);
    guest.close(guest.open('new', { oflags: O.trunc, rights: RIGHTS.write }));
    expect(fs.readFileSync(hostFile('new'), 'utf8')).toBe('');
  });

  test('are not written through a descriptor for reading, nor read through one for writing', () => {
    hostFile('file', 'content');
    expect(guest.write(guest.open('file', { rights: RIGHTS.read }), 'x')).toBe(-ERRNO.badf);
    expect(guest.read(guest.open('file', { rights: RIGHTS.write }))).toBe(-ERRNO.badf);
  });

  test('opened to append are written at their end, wherever the position was', () => {
    hostFile('log', 'one');
    const fd = guest.open('log', { rights: RIGHTS.readWrite, fdflags: FD_APPEND });
    guest.calls.fd_seek(fd, 0n, 0, 0);
    guest.write(fd, ' two');
    expect(guest.calls.fd_fdstat_set_flags(fd, 0)).toBe(ERRNO.success);
    guest.calls.fd_seek(fd, 0n, 0, 0);
    guest.write(fd, 'ONE');
    expect(fs.readFileSync(hostFile('log'), 'utf8')).toBe('ONE two');
  });

  test('have a position that moves from the start, from itself and from the end', () => {
    const fd = guest.open(path.basename(hostFile('file', '0123456789')), { rights: RIGHTS.read });
    const seek = (offset: bigint, whence: number): bigint | number => {
      const errno = guest.calls.fd_seek(fd, offset, whence, 0);
      return errno === 0 ? guest.view.getBigInt64(0, true) : errno;
    };
    expect(seek(3n, 0)).toBe(3n);
    expect(seek(2n, 1)).toBe(5n);
    expect(seek(-1n, 2)).toBe(9n);
    expect(seek(-1n, 0)).toBe(ERRNO.inval);
    expect(seek(0n, 3)).toBe(ERRNO.inval);
    expect(guest.calls.fd_tell(fd, 0)).toBe(ERRNO.success);
    expect(guest.view.getBigUint64(0, true)).toBe(9n);
    expect(guest.read(fd)).toBe('9');
    expect(seek(1n << 60n, 0)).toBe(1n << 60n);
    expect(guest.read(fd)).toBe(-22); // EFBIG: beyond what a position can be here
  });

  test('are read and written at positions without moving the own one', () => {
    hostFile('file', '0123456789');
    const fd = guest.open('file', { rights: RIGHTS.readWrite });
    guest.view.setUint32(0, 2000, true);
    guest.view.setUint32(4, 2, true);
    guest.view.setUint32(8, 2002, true);
    guest.view.setUint32(12, 2, true);
    expect(guest.calls.fd_pread(fd, 0, 2, 4n, 100)).toBe(ERRNO.success);
    expect(guest.text(2000, 4)).toBe('4567');
    expect(guest.calls.fd_pwrite(fd, 0, 2, 0n, 100)).toBe(ERRNO.success);
    expect(guest.view.getUint32(100, true)).toBe(4);
    expect(guest.read(fd)).toBe('4567456789');
  });

  test('have attributes, with times in nanoseconds', () => {
    fs.utimesSync(hostFile('file', 'content'), 1, 1234567890.5);
    expect(guest.stat('file')).toMatchObject({ type: 4, size: 7n, mtim: 1234567890500000000n });
    expect(guest.setTimes('file', 0n, 5_000_000_000n, 4)).toBe(ERRNO.success);
    expect(fs.statSync(hostFile('file')).mtimeMs).toBe(5000);
    expect(fs.statSync(hostFile('file')).atimeMs).toBe(1000);
    expect(guest.setTimes('file', 0n, 0n, 4 | 8)).toBe(ERRNO.inval);
    const fd = guest.open('file');
    expect(guest.calls.fd_filestat_get(fd, 512)).toBe(ERRNO.success);
    expect([guest.view.getUint8(512 + 16), guest.view.getBigUint64(512 + 48, true)]).toEqual([4, 5_000_000_000n]);
  });

  test('report themselves as files and folders, with rights as C libraries ask for', () => {
    hostFile('file', '');
    const fd = guest.open('file', { rights: RIGHTS.read });
    expect(guest.calls.fd_fdstat_get(fd, 0)).toBe(ERRNO.success);
    expect(guest.view.getUint8(0)).toBe(4);
    expect(guest.view.getBigUint64(8, true) & RIGHTS.readWrite).toBe(RIGHTS.read);
    expect(guest.calls.fd_fdstat_get(3, 0)).toBe(ERRNO.success);
    expect(guest.view.getUint8(0)).toBe(3);
    expect(guest.view.getBigUint64(16, true) & RIGHTS.readWrite).toBe(RIGHTS.readWrite);
  });
});

describe('folders', () => {
  test('are preopened under the name for the guest', () => {
    expect(guest.calls.fd_prestat_get(3, 0)).toBe(ERRNO.success);
    expect(guest.view.getUint32(4, true)).toBe(5);
    expect(guest.calls.fd_prestat_dir_name(3, 100, 5)).toBe(ERRNO.success);
    expect(guest.text(100, 5)).toBe('/data');
    expect(guest.calls.fd_prestat_get(4, 0)).toBe(ERRNO.badf);
  });

  test.each([4096, 64, 40])('are listed completely through a buffer of %i bytes', (capacity) => {
    const names = Array.from({ length: 50 }, (_, i) => `file${i}`);
    for (const name of names) hostFile(name, '');
    expect(guest.list(3, capacity)).toEqual(['.', '..', ...names.sort()]);
    expect(guest.list(3, capacity)).toHaveLength(52);
  });

  test('are created, renamed and removed', () => {
    expect(guest.path('path_create_directory', 'dir/')).toBe(ERRNO.success);
    expect(guest.path('path_create_directory', 'dir')).toBe(ERRNO.exist);
    guest.close(guest.open('dir/file', { oflags: O.creat, rights: RIGHTS.write }));
    expect(guest.path('path_remove_directory', 'dir')).toBe(ERRNO.notempty);
    expect(guest.rename('dir/', 'moved/')).toBe(ERRNO.success);
    expect(guest.path('path_unlink_file', 'moved')).toBe(ERRNO.isdir);
    expect(guest.path('path_unlink_file', 'moved/file/')).toBe(ERRNO.notdir);
    expect(guest.path('path_unlink_file', 'moved/file')).toBe(ERRNO.success);
    expect(guest.path('path_remove_directory', 'moved/')).toBe(ERRNO.success);
    expect(guest.path('path_remove_directory', 'moved')).toBe(ERRNO.noent);
  });

  test('are no files, and files no folders', () => {
    hostFile('file', '');
    expect(guest.open('file', { oflags: O.directory })).toBe(-ERRNO.notdir);
    expect(guest.open('missing', { oflags: O.directory })).toBe(-ERRNO.noent);
    expect(guest.open('.', { rights: RIGHTS.readWrite })).toBe(-ERRNO.isdir);
    expect(guest.read(guest.open('.'))).toBe(-ERRNO.isdir);
    expect(guest.write(3, 'x')).toBe(-ERRNO.badf);
    expect(guest.calls.path_open(0, 0, 0, 1, 0, 0n, 0n, 0, 100)).toBe(ERRNO.notdir);
  });
});

describe('links', () => {
  test('are made, read and followed', () => {
    hostFile('file', 'content');
    expect(guest.symlink('file', 'soft')).toBe(ERRNO.success);
    expect(guest.readlink('soft')).toBe('file');
    expect(guest.readlink('soft', 2)).toBe('fi');
    expect(guest.readlink('file')).toBe(-ERRNO.inval);
    expect(guest.readFile('soft')).toBe('content');
    expect(guest.link('file', 'hard')).toBe(ERRNO.success);
    expect(fs.statSync(hostFile('hard')).nlink).toBe(2);
    expect(guest.link('soft', 'followed', true)).toBe(ERRNO.success);
    expect(fs.statSync(hostFile('file')).nlink).toBe(3);
  });
});

describe('descriptors', () => {
  test('are numbered from the lowest that is free', () => {
    hostFile('file', '');
    const [first, second] = [guest.open('file'), guest.open('file')];
    expect([first, second]).toEqual([4, 5]);
    guest.close(first);
    expect(guest.open('file')).toBe(4);
    expect(guest.close(77)).toBe(ERRNO.badf);
  });

  test('are moved by renumbering, and survive being moved to themselves', () => {
    hostFile('a', 'A');
    hostFile('b', 'B');
    const [a, b] = [guest.open('a'), guest.open('b')];
    expect(guest.calls.fd_renumber(a, a)).toBe(ERRNO.success);
    expect(guest.calls.fd_renumber(a, b)).toBe(ERRNO.success);
    expect(guest.read(b)).toBe('A');
    expect(guest.read(a)).toBe(-ERRNO.badf);
    expect(guest.calls.fd_renumber(b, 900)).toBe(ERRNO.badf);
  });

  test('are limited, so that the process keeps some for itself', () => {
    hostFile('file', '');
    let count = 0;
    while (guest.open('file') > 0) count += 1;
    expect(guest.open('file')).toBe(-ERRNO.mfile);
    expect(count).toBeGreaterThan(500);
    expect(() => fs.closeSync(fs.openSync(hostFile('other', ''), 'r'))).not.toThrow();
  });

  test('of standard streams have no position and keep their direction', () => {
    expect(guest.calls.fd_seek(1, 0n, 1, 0)).toBe(ERRNO.spipe);
    expect(guest.read(1)).toBe(-ERRNO.badf);
    expect(guest.write(0, 'x')).toBe(-ERRNO.badf);
    expect(guest.calls.fd_filestat_get(1, 0)).toBe(ERRNO.success);
  });

  test('are no sockets', () => {
    expect(guest.calls.sock_shutdown(3, 0)).toBe(ERRNO.notsock);
    expect(guest.calls.sock_accept(77, 0, 0)).toBe(ERRNO.badf);
    expect(guest.calls.sock_send(1, 0, 0, 0, 8)).toBe(ERRNO.notsock);
    expect(guest.calls.sock_recv(0, 0, 0, 0, 8, 16)).toBe(ERRNO.notsock);
  });
});

describe('clocks', () => {
  test('tell the time, and refuse what is no clock', () => {
    const before = BigInt(Date.now() - 5) * 1_000_000n;
    expect(guest.calls.clock_time_get(0, 0n, 0)).toBe(ERRNO.success);
    const now = guest.view.getBigUint64(0, true);
    expect(now).toBeGreaterThan(before);
    expect(now).toBeLessThan(before + 60_000_000_000n);
    for (const clock of [1, 2, 3]) {
      expect(guest.calls.clock_time_get(clock, 0n, 0)).toBe(ERRNO.success);
      expect(guest.view.getBigUint64(0, true)).toBeGreaterThan(0n);
      expect(guest.calls.clock_res_get(clock, 8)).toBe(ERRNO.success);
      expect(guest.view.getBigUint64(8, true)).toBeGreaterThan(0n);
    }
    expect(guest.calls.clock_time_get(4, 0n, 0)).toBe(ERRNO.inval);
    expect(guest.calls.clock_res_get(4, 0)).toBe(ERRNO.inval);
  });

  function subscribe(
    index: number,
    type: number,
    fields: { clock?: number; timeout?: bigint; absolute?: boolean },
  ): void {
    const at = index * 48;
    guest.view.setBigUint64(at, BigInt(100 + index), true);
    guest.view.setUint8(at + 8, type);
    guest.view.setUint32(at + 16, fields.clock ?? 0, true);
    guest.view.setBigUint64(at + 24, fields.timeout ?? 0n, true);
    guest.view.setUint16(at + 40, fields.absolute === true ? 1 : 0, true);
  }

  function poll(count: number): { userdata: bigint; errno: number; type: number }[] | number {
    const errno = guest.calls.poll_oneoff(0, 4096, count, 8192);
    if (errno !== 0) return errno;
    return Array.from({ length: guest.view.getUint32(8192, true) }, (_, i) => ({
      userdata: guest.view.getBigUint64(4096 + i * 32, true),
      errno: guest.view.getUint16(4096 + i * 32 + 8, true),
      type: guest.view.getUint8(4096 + i * 32 + 10),
    }));
  }

  test('wake a program after a time', () => {
    subscribe(0, 0, { clock: 1, timeout: 30_000_000n });
    const start = process.hrtime.bigint();
    expect(poll(1)).toEqual([{ userdata: 100n, errno: 0, type: 0 }]);
    expect(process.hrtime.bigint() - start).toBeGreaterThanOrEqual(30_000_000n);
  });

  test('wake it at once when the time is past, and with the earliest of several', () => {
    subscribe(0, 0, { clock: 1, timeout: 1n << 63n });
    subscribe(1, 0, { clock: 0, timeout: 5n, absolute: true });
    expect(poll(2)).toEqual([{ userdata: 101n, errno: 0, type: 0 }]);
  });

  test('come with descriptors: those that are ready, and those that do not exist', () => {
    subscribe(0, 0, { clock: 1, timeout: 1n << 63n });
    subscribe(1, 2, { clock: 1 });
    subscribe(2, 1, { clock: 55 });
    expect(poll(3)).toEqual([
      { userdata: 101n, errno: 0, type: 2 },
      { userdata: 102n, errno: ERRNO.badf, type: 1 },
    ]);
  });

  test('refuse nothing, too much and the unknown', () => {
    expect(poll(0)).toBe(ERRNO.inval);
    expect(guest.calls.poll_oneoff(0, 0, 0xffff_ffff, 0)).toBe(ERRNO.inval);
    subscribe(0, 9, {});
    expect(poll(1)).toBe(ERRNO.inval);
    subscribe(0, 0, { clock: 9 });
    expect(poll(1)).toEqual([{ userdata: 100n, errno: ERRNO.inval, type: 0 }]);
  });
});

describe('the rest', () => {
  test('random bytes fill exactly what was asked for', () => {
    guest.put(0, new Uint8Array(120_000));
    expect(guest.calls.random_get(1000, 100_000)).toBe(ERRNO.success);
    expect(new Set(guest.bytes(1000, 100_000)).size).toBe(256);
    expect([...guest.bytes(990, 10), ...guest.bytes(101_000, 10)]).toEqual(new Array(20).fill(0));
  });

  test('a program ends by throwing its exit code', () => {
    expect(() => guest.calls.proc_exit(7)).toThrow(ProcExit);
    expect(() => guest.calls.proc_exit(-1)).toThrow(expect.objectContaining({ code: 0xffff_ffff }));
  });

  test('signals are not raised, yielding does nothing', () => {
    expect(guest.calls.proc_raise(9)).toBe(ERRNO.notsup);
    expect(guest.calls.sched_yield()).toBe(ERRNO.success);
  });

  test('memory that grew is seen grown', () => {
    guest.memory.grow(1);
    const fd = guest.open('f', { oflags: O.creat, rights: RIGHTS.readWrite });
    const high = 2 * 65536 + 100;
    guest.put(high, 'above');
    guest.view.setUint32(0, high, true);
    guest.view.setUint32(4, 5, true);
    expect(guest.calls.fd_write(fd, 0, 1, 8)).toBe(ERRNO.success);
    expect(fs.readFileSync(hostFile('f'), 'utf8')).toBe('above');
  });
});

/** Arguments as an unsigned 32-bit program would see them; all of them out of bounds as pointers. */
const WILD = [0x7fff_ffff, -1, -65536, 0x2_0000];

describe.each(callNames.filter((name) => !['proc_exit', 'proc_raise', 'sched_yield'].includes(name)))('%s', (name) => {
  const call = (value: number): number => {
    const { params } = signatureOf(name);
    const args = params.map((type) => (type === 'i64' ? BigInt(value) : value));
    return (guest.calls[name] as HostCall)(...args);
  };

  test.each(WILD)('gives an errno for wild arguments: %i', (value) => {
    const before = fs.readdirSync(folder);
    const errno = call(value);
    expect(errno).toBeGreaterThan(0);
    expect(errno).toBeLessThan(77);
    expect(fs.readdirSync(folder)).toEqual(before);
  });

  test('survives random arguments', () => {
    hostFile('file', 'content');
    let seed = name.length * 7919 + 1;
    const random = (): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed >>> 8;
    };
    for (let i = 0; i < 200; i++) {
      const small = random() % 3 !== 0;
      const { params } = signatureOf(name);
      // Polling must not be given a clock to wait for, nor standard input to be read.
      if (name === 'poll_oneoff') new Uint8Array(guest.memory.buffer).fill(0xff, 0, 4096);
      const args = params.map((type, at) => {
        const value = small ? random() % 64 : random() * 256;
        if (at === 0 && name.startsWith('fd_')) return 3 + (random() % 4);
        return type === 'i64' ? BigInt(value) : value | 0;
      });
      const errno = (guest.calls[name] as HostCall)(...args);
      expect(errno).toBeGreaterThanOrEqual(0);
      expect(errno).toBeLessThan(77);
    }
  });
});
