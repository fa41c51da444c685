/** No program gets out of its preopened folders, whatever it tries. */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HostDir } from '../../cli/wasi/host-dir.ts';
import { ERRNO, Guest, O, RIGHTS } from './guest.ts';

/** A folder with `inside/`, which the guest gets as `/`, and beside it `outside/`, which it must not reach. */
let root = '';
let inside = '';
let outside = '';
let guest: Guest;

const SECRET = 'secret of the host';

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'wiz-sandbox-'));
  inside = path.join(root, 'inside');
  outside = path.join(root, 'outside');
  fs.mkdirSync(path.join(inside, 'a/b'), { recursive: true });
  fs.mkdirSync(outside);
  fs.writeFileSync(path.join(outside, 'secret'), SECRET);
  fs.writeFileSync(path.join(inside, 'file'), 'content');
  fs.writeFileSync(path.join(inside, 'a/b/deep'), 'deep');
  guest = new Guest({ preopens: [{ host: inside, guest: '/' }] });
});

afterEach(() => {
  guest.system.close();
  // What the host has outside is as it was, in every test.
  expect(fs.readdirSync(root).sort()).toEqual(['inside', 'outside']);
  expect(fs.readdirSync(outside)).toEqual(['secret']);
  expect(fs.readFileSync(path.join(outside, 'secret'), 'utf8')).toBe(SECRET);
  fs.rmSync(root, { recursive: true });
});

/** Paths that lead out by themselves. */
const leadingOut = [
  '..',
  '../outside/secret',
  'a/../../outside/secret',
  'a/b/../../../outside/secret',
  './../outside/secret',
  'a/./b/.././../../outside/secret',
  '/',
  '//',
  '/etc/passwd',
  '/file',
  '/../outside/secret',
];

describe.each(leadingOut)('the path %s', (way) => {
  test.each([true, false])('cannot be opened, following links: %s', (follow) => {
    expect(guest.open(way, { follow })).toBe(-ERRNO.notcapable);
  });

  test('creates nothing', () => {
    const rights = RIGHTS.readWrite;
    expect(guest.open(way, { oflags: O.creat | O.trunc, rights })).toBe(-ERRNO.notcapable);
    expect(guest.path('path_create_directory', way)).toBe(ERRNO.notcapable);
  });

  test('is not listed, removed, renamed, linked or looked at', () => {
    expect(guest.path('path_remove_directory', way)).toBe(ERRNO.notcapable);
    expect(guest.path('path_unlink_file', way)).toBe(ERRNO.notcapable);
    expect(guest.rename(way, 'stolen')).toBe(ERRNO.notcapable);
    expect(guest.rename('file', way)).toBe(ERRNO.notcapable);
    expect(guest.link(way, 'stolen')).toBe(ERRNO.notcapable);
    expect(guest.link('file', way)).toBe(ERRNO.notcapable);
    expect(guest.stat(way)).toBe(-ERRNO.notcapable);
    expect(guest.readlink(way)).toBe(-ERRNO.notcapable);
    expect(guest.symlink('file', way)).toBe(ERRNO.notcapable);
    expect(guest.setTimes(way, 0n, 0n, 5)).toBe(ERRNO.notcapable);
    expect(fs.readFileSync(path.join(inside, 'file'), 'utf8')).toBe('content');
  });
});

/** Symbolic links that the host has left inside, and a path through each to the secret. */
const links: readonly [what: string, target: () => string, through: string][] = [
  ['an absolute link to a file', () => path.join(outside, 'secret'), 'link'],
  ['an absolute link to a folder', () => outside, 'link/secret'],
  ['a relative link to a file', () => '../outside/secret', 'link'],
  ['a relative link to a folder', () => '../outside', 'link/secret'],
  ['a link to the parent', () => '..', 'link/outside/secret'],
  ['a link that goes down and up', () => 'a/b/../../../outside', 'link/secret'],
  ['a link with a trailing slash', () => '../outside/', 'link/secret'],
  ['an absolute link to the own folder', () => inside, 'link/file'],
  ['a link to a magic link', () => '/proc/self/root', 'link/etc/passwd'],
];

describe.each(links)('%s', (_what, target, through) => {
  beforeEach(() => fs.symlinkSync(target(), path.join(inside, 'link')));

  test('is not followed to open', () => {
    expect(guest.readFile(through)).toBe(-ERRNO.notcapable);
    expect(guest.open(through, { rights: RIGHTS.readWrite, oflags: O.creat | O.trunc })).toBe(-ERRNO.notcapable);
  });

  test('is not followed when the last component is not', () => {
    const isLast = !through.includes('/');
    expect(guest.readFile(through, { follow: false })).toBe(isLast ? -ERRNO.loop : -ERRNO.notcapable);
    expect(guest.readFile(`${through}/`, { follow: false })).toBe(-ERRNO.notcapable);
  });

  test('is not followed through other links', () => {
    fs.symlinkSync('link', path.join(inside, 'second'));
    fs.symlinkSync('../second', path.join(inside, 'a/third'));
    expect(guest.readFile(through.replace('link', 'second'))).toBe(-ERRNO.notcapable);
    expect(guest.readFile(through.replace('link', 'a/third'))).toBe(-ERRNO.notcapable);
  });

  test('is not followed to look, change or link', () => {
    expect(guest.stat(through)).toBe(-ERRNO.notcapable);
    expect(guest.setTimes(through, 0n, 0n, 5)).toBe(ERRNO.notcapable);
    expect(guest.link(through, 'stolen', true)).toBe(ERRNO.notcapable);
    expect(guest.rename('file', `${through}/new`)).toBe(ERRNO.notcapable);
    expect(guest.path('path_create_directory', `${through}/new`)).toBe(ERRNO.notcapable);
    expect(guest.path('path_unlink_file', `${through}/x`)).toBe(ERRNO.notcapable);
  });

  test('can itself be looked at, read and removed', () => {
    expect(guest.stat('link', false)).toMatchObject({ type: 7 });
    expect(guest.readlink('link')).toBe(target());
    expect(guest.path('path_unlink_file', 'link')).toBe(ERRNO.success);
  });
});

test('a program cannot make absolute links', () => {
  expect(guest.symlink(path.join(outside, 'secret'), 'link')).toBe(ERRNO.notcapable);
  expect(guest.symlink('/', 'link')).toBe(ERRNO.notcapable);
  expect(fs.readdirSync(inside).sort()).toEqual(['a', 'file']);
});

test('links that a program makes lead nowhere outside', () => {
  expect(guest.symlink('../outside/secret', 'link')).toBe(ERRNO.success);
  expect(guest.readFile('link')).toBe(-ERRNO.notcapable);
  expect(guest.symlink('../..', 'a/up')).toBe(ERRNO.success);
  expect(guest.readFile('a/up/outside/secret')).toBe(-ERRNO.notcapable);
  // Harmless where it was made, leading out where it is moved to.
  expect(guest.symlink('../../file', 'a/b/link')).toBe(ERRNO.success);
  expect(guest.readFile('a/b/link')).toBe('content');
  expect(guest.rename('a/b/link', 'moved')).toBe(ERRNO.success);
  expect(guest.readFile('moved')).toBe(-ERRNO.notcapable);
});

test('nothing is created through a dangling link that leads out', () => {
  fs.symlinkSync('../outside/new', path.join(inside, 'dangling'));
  const rights = RIGHTS.readWrite;
  expect(guest.open('dangling', { oflags: O.creat, rights })).toBe(-ERRNO.notcapable);
  expect(guest.open('dangling', { oflags: O.creat, rights, follow: false })).toBe(-ERRNO.loop);
  expect(guest.open('dangling', { oflags: O.creat | O.excl, rights })).toBe(-ERRNO.exist);
  expect(guest.path('path_create_directory', 'dangling')).toBe(ERRNO.exist);
});

test('a dangling link that stays inside creates its target', () => {
  fs.symlinkSync('a/new', path.join(inside, 'dangling'));
  const fd = guest.open('dangling', { oflags: O.creat, rights: RIGHTS.readWrite });
  expect(guest.write(fd, 'made')).toBe(4);
  expect(fs.readFileSync(path.join(inside, 'a/new'), 'utf8')).toBe('made');
});

test('links and paths that stay inside work', () => {
  fs.symlinkSync('../b/deep', path.join(inside, 'a/b/again'));
  fs.symlinkSync('a/b', path.join(inside, 'short'));
  expect(guest.readFile('a/b/../../file')).toBe('content');
  expect(guest.readFile('./a//b/./deep')).toBe('deep');
  expect(guest.readFile('short/again')).toBe('deep');
  expect(guest.readFile('short/../../file')).toBe('content');
});

test('loops of links end', () => {
  fs.symlinkSync('y', path.join(inside, 'x'));
  fs.symlinkSync('x', path.join(inside, 'y'));
  fs.symlinkSync('self/self', path.join(inside, 'self'));
  expect(guest.readFile('x')).toBe(-ERRNO.loop);
  expect(guest.readFile('self')).toBe(-ERRNO.loop);
  expect(guest.readFile('x/file')).toBe(-ERRNO.loop);
});

test('a folder opened inside is a border of its own', () => {
  const a = guest.open('a', { oflags: O.directory });
  expect(guest.readFile('b/deep', { at: a })).toBe('deep');
  expect(guest.readFile('../file', { at: a })).toBe(-ERRNO.notcapable);
  expect(guest.readFile('b/../../file', { at: a })).toBe(-ERRNO.notcapable);
});

test.runIf(process.platform === 'linux')('a folder that was moved is still the same, and no way out', () => {
  const b = guest.open('a/b', { oflags: O.directory });
  expect(guest.rename('a', 'moved')).toBe(ERRNO.success);
  expect(guest.readFile('deep', { at: b })).toBe('deep');
  expect(guest.readFile('../../file', { at: b })).toBe(-ERRNO.notcapable);
});

test.runIf(process.platform === 'linux')(
  'a folder replaced by a link behind the back of its user stays the folder',
  () => {
    const a = guest.open('a', { oflags: O.directory });
    fs.renameSync(path.join(inside, 'a'), path.join(inside, 'old'));
    fs.symlinkSync(outside, path.join(inside, 'a'));
    fs.mkdirSync(path.join(outside, 'b'));
    fs.writeFileSync(path.join(outside, 'b/deep'), SECRET);
    expect(guest.readFile('b/deep', { at: a })).toBe('deep');
    expect(guest.readFile('a/b/deep')).toBe(-ERRNO.notcapable);
    fs.rmSync(path.join(outside, 'b'), { recursive: true });
  },
);

test('a folder is not entered through a link, also if it became one only now', () => {
  fs.symlinkSync('a', path.join(inside, 'link'));
  const dir = HostDir.open(inside);
  expect(() => dir.enter('link')).toThrow('ENOTDIR');
  expect(() => dir.enter('file')).toThrow('ENOTDIR');
  const a = dir.enter('a');
  expect(fs.readdirSync(a.entry('.'))).toEqual(['b']);
  a.close();
  dir.close();
});

test('two preopened folders do not open each other', () => {
  const other = path.join(inside, 'a');
  const both = new Guest({
    preopens: [
      { host: inside, guest: '/' },
      { host: other, guest: '/other' },
    ],
  });
  expect(both.readFile('../file', { at: 4 })).toBe(-ERRNO.notcapable);
  expect(both.rename('b/deep', 'taken', [4, 3])).toBe(ERRNO.success);
  expect(both.readFile('taken')).toBe('deep');
  both.system.close();
});

test('nothing is preopened by default', () => {
  const none = new Guest();
  expect(none.calls.fd_prestat_get(3, 0)).toBe(ERRNO.badf);
  expect(none.open('file')).toBe(-ERRNO.badf);
  // Descriptors of the host are not those of the guest.
  for (let fd = 3; fd < 64; fd++) expect(none.write(fd, 'x')).toBe(-ERRNO.badf);
});

test('strange paths are refused', () => {
  expect(guest.open('')).toBe(-ERRNO.noent);
  expect(guest.open('file\0../outside')).toBe(-ERRNO.inval);
  expect(guest.open(Uint8Array.of(0x66, 0xff, 0xfe))).toBe(-ERRNO.ilseq);
  expect(guest.open('x'.repeat(300))).toBe(-ERRNO.nametoolong);
  expect(guest.open('a/'.repeat(2500))).toBe(-ERRNO.nametoolong);
  expect(guest.open('file/')).toBe(-ERRNO.notdir);
  expect(guest.open('file/../../outside/secret')).toBe(-ERRNO.notdir);
});
