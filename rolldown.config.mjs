/**
 * Puts what `tsc` wrote into one file for each layer, `dist/lib/`: a program of 300 files takes Node longer to load than to run.
 * The layers stay apart, since errors of probes are told by the layer in which they were thrown.
 */

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** What the package offers, and what starts a process or a thread. */
const entries = [
  'index',
  'engine/index',
  'probes/index',
  'analyses/index',
  'cli/bin',
  'cli/register/register',
  'cli/register/eval-worker',
  'cli/register/interrupt-worker',
  'cli/vitest/setup',
  'cli/vitest/plugin',
];
/** Started by files of the command line that look for them beside themselves, which is beside `cli.js`. */
const started = ['progress-worker', 'overhead-run'];

/** What takes the place of files and packages that need Node. */
const withoutNode = {
  filter: { id: /^(\.\/libraries\.js|csv-stringify\/sync|@colors\/colors\/safe)$/ },
  handler(id, importer) {
    if (id === './libraries.js') return importer.replace(/[^\\/]*$/, 'no-libraries.js');
    // Tables in a page have no colours of a terminal.
    return id === 'csv-stringify/sync' ? this.resolve('csv-stringify/browser/esm/sync', importer) : '\0nothing';
  },
};

/** One file with everything in it, dependencies as well: a page can load it as it is. */
const browser = {
  input: 'dist/browser/index.js',
  platform: 'browser',
  plugins: [
    { name: 'without-node', resolveId: withoutNode, load: { filter: { id: /^\0nothing$/ }, handler: () => '' } },
  ],
  // An import that stayed would be one of Node, or of a package that a page cannot find.
  onwarn(warning) {
    throw new Error(warning.message);
  },
  output: { file: 'dist/lib/browser.js', format: 'es', minify: true },
};

/** What a registered process needs in any case: the files that the one named imports, and those imported by them; imports that are awaited do not count. */
function closureOf(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, name] of readFileSync(file, 'utf8').matchAll(
    /(?:^import|^export|^\}) [^;]*?from '(\.[^']*)'|^import '(\.[^']*)'/gm,
  )) {
    if (name !== undefined) closureOf(resolve(dirname(file), name), found);
  }
  return found;
}
const registering = closureOf(resolve('dist/cli/register/register.js'));

const node = {
  input: Object.fromEntries([
    ...entries.map((entry) => [entry, `dist/${entry}.js`]),
    ...started.map((entry) => [entry, `dist/cli/${entry}.js`]),
  ]),
  // Dependencies stay packages.
  external: (id) => !/^[./]|^[A-Za-z]:\\/.test(id),
  treeshake: false,
  // The layers export to each other what the package does not offer.
  preserveEntrySignatures: 'allow-extension',
  logLevel: 'warn',
  output: {
    dir: 'dist/lib',
    format: 'es',
    chunkFileNames: '[name].js',
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        ...['engine', 'probes', 'analyses'].map((layer) => ({
          name: layer,
          test: new RegExp(`[\\\\/]dist[\\\\/]${layer}[\\\\/]`),
        })),
        {
          name: 'registering',
          test: (id) => registering.has(id) && /[\\/]dist[\\/]cli[\\/](?!register[\\/]register\.js)/.test(id),
        },
        {
          name: 'cli',
          test: /[\\/]dist[\\/]cli[\\/](?!bin|progress-|overhead-run|register[\\/](register|eval-worker|interrupt-worker)\.js|vitest[\\/](setup|plugin)\.js)/,
        },
      ],
    },
  },
};

export default [node, browser];
