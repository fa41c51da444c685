import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(join(root, name), 'utf8')) as T;
}

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  /** Those that a user has, or does not need. */
  readonly peerDependencies: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly resolved?: string; readonly integrity?: string }>
  >;
}

/** Packages that published code imports, statically or not. */
function importedPackages(): Set<string> {
  const found = new Set<string>();
  for (const layer of ['engine', 'probes', 'analyses', 'cli']) {
    for (const name of readdirSync(join(root, layer), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const text = readFileSync(join(root, layer, name), 'utf8');
      for (const [, specifier = ''] of text.matchAll(/(?:\bfrom |\bimport |\bimport\()'([^'.][^']*)'/g)) {
        // The file that new-probe writes imports the package itself.
        if (specifier.startsWith('node:') || builtinModules.includes(specifier) || specifier === 'wiz') continue;
        const parts = specifier.split('/');
        found.add(parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/'));
      }
    }
  }
  return found;
}

describe('package.json and the lock file', () => {
  const manifest = readJson<Manifest>('package.json');
  const lock = readJson<Lock>('package-lock.json');

  test('the dependencies are exactly what published code imports', () => {
    const { dependencies, peerDependencies } = manifest;
    expect([...importedPackages()].sort()).toEqual(Object.keys({ ...dependencies, ...peerDependencies }).sort());
  });

  test('the lock file is of this version, names no registry and has a digest for every package', () => {
    const { '': own, ...packages } = lock.packages;
    expect(own?.version).toBe(manifest.version);
    expect(Object.keys(packages).filter((name) => packages[name]?.resolved !== undefined)).toEqual([]);
    // What a package brings along in its own tarball has no digest of its own.
    const bundled = (name: string) => (packages[name] as { inBundle?: boolean }).inBundle === true;
    const bare = Object.keys(packages).filter((name) => packages[name]?.integrity === undefined && !bundled(name));
    expect(bare).toEqual([]);
  });
});
