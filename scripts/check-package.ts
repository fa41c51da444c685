/**
 * Packs the project, installs the tarball in an empty folder and uses it there as a stranger would:
 * `npx wiz`, an import of every entry point under a strict TypeScript with the package's own types, and what the
 * README shows of the library.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAX_TARBALL_BYTES = 1_000_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'wiz-package-'));

/** Variables of the tests mean nothing to a stranger, and wiz takes those that look like its own for mistakes. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WIZ_')));

function run(cwd: string, command: string, ...args: string[]): string {
  console.log(`$ ${command} ${args.join(' ')}`);
  return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function expectThat(claim: string, isTrue: boolean): void {
  if (!isTrue) throw new Error(`not so: ${claim}`);
  console.log(`ok: ${claim}`);
}

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** The tarball, made from a clean build. */
function pack(): Packed {
  // Lifecycle scripts print before the JSON, which begins at the first line that is a bracket alone.
  const output = run(root, 'npm', 'pack', '--json', '--pack-destination', folder);
  const [packed] = JSON.parse(output.slice(output.search(/^\[$/m))) as Packed[];
  if (packed === undefined) throw new Error('npm pack told nothing');
  return packed;
}

/** Source that imports every entry point and uses it. */
function consumer(entries: readonly string[]): string {
  const imports = entries.map((entry, i) => `import * as entry${i} from '${entry}';`);
  const uses = entries.map(
    (entry, i) => `if (Object.keys(entry${i}).length === 0) throw new Error('${entry} exports nothing');`,
  );
  return `${imports.join('\n')}
import { WebAssembly as Wasm } from 'wiz';

${uses.join('\n')}
const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
const isValid: boolean = Wasm.validate(bytes);
if (!isValid) throw new Error('the empty module is valid');
if (Object.keys(new Wasm.Instance(new Wasm.Module(bytes)).exports).length > 0) throw new Error('it exports nothing');
// Where types were missing, everything would be allowed.
// @ts-expect-error
export const wrong = (): boolean => Wasm.validate('text');
`;
}

/** The TypeScript of the README: its probe, and its use of the library. */
function readmeSources(): { probe: string; library: string } {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```/gms)].map((m) => m[1] as string);
  const probe = blocks.find((block) => block.includes('defineProbe'));
  const library = blocks.find((block) => block.includes('WebAssembly.instantiate'));
  if (probe === undefined || library === undefined)
    throw new Error('the README shows no probe, or no use of the library');
  return { probe, library };
}

/** Type-checks and compiles `NAME.mts` in the folder and runs the result, from the root of the project. */
function compileAndRun(name: string, source: string, options: object): string {
  writeFileSync(join(folder, `${name}.mts`), source);
  const project = join(folder, `${name}.json`);
  const compilerOptions = { target: 'ES2022', lib: ['ES2023'], module: 'NodeNext', strict: true, ...options };
  writeFileSync(project, JSON.stringify({ compilerOptions, files: [`${name}.mts`] }));
  run(folder, process.execPath, join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project);
  return run(root, process.execPath, join(folder, `${name}.mjs`)).trim();
}

function checkTarball(packed: Packed): void {
  expectThat(`the tarball has ${packed.size} of at most ${MAX_TARBALL_BYTES} bytes`, packed.size <= MAX_TARBALL_BYTES);
  const strays = packed.files
    .map((file) => file.path)
    .filter((path) => !/^(dist\/.*\.(js|d\.ts)|package\.json|README\.md|LICENSE)$/.test(path));
  expectThat(`the tarball holds nothing but the build (${strays.join(', ') || 'no strays'})`, strays.length === 0);
}

function checkCommand(version: string): void {
  expectThat(`npx wiz --version prints ${version}`, run(folder, 'npx', 'wiz', '--version').trim() === version);
  const fib = join(root, 'examples', 'fib.wasm');
  const result = run(folder, 'npx', 'wiz', '--invoke', 'fib', fib, '20').trim();
  expectThat('npx wiz --invoke fib fib.wasm 20 prints 6765', result === '6765');
}

/** A program of Node, whose module runs in the installed package in both ways. */
function checkRegister(): void {
  const fib = JSON.stringify(join(root, 'examples', 'fib.wasm'));
  const compile = `new WebAssembly.Module(require('node:fs').readFileSync(${fib}))`;
  writeFileSync(join(folder, 'app.cjs'), `console.log(new WebAssembly.Instance(${compile}).exports.fib(20));\n`);
  const options = ['--probe', 'icount', '--format', 'json', '--out', 'run/'];
  const printed = run(folder, 'npx', 'wiz', 'run', ...options, '--', process.execPath, 'app.cjs').trim();
  expectThat('npx wiz run runs a program of Node', printed === '6765');
  expectThat('and reports on it', readdirSync(join(folder, 'run')).length === 1);
  const registered = run(folder, process.execPath, '--import', 'wiz/register', 'app.cjs').trim();
  expectThat('node --import wiz/register runs it as well', registered === '6765');
}

function check(): void {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly version: string;
    readonly exports: Readonly<Record<string, unknown>>;
  };
  const packed = pack();
  checkTarball(packed);
  writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }\n');
  run(folder, 'npm', 'install', '--no-audit', '--no-fund', join(folder, packed.filename));
  checkCommand(manifest.version);
  checkRegister();

  // The setup file for Vitest can be imported by Vitest only, which is not installed here; a test of the example does it.
  const entries = Object.keys(manifest.exports)
    .filter((key) => !key.endsWith('.json') && key !== './vitest')
    .map((key) => key.replace(/^\./, 'wiz'));
  // The package's own types are checked too (no skipLibCheck), without the types of Node or of browsers.
  compileAndRun('consumer', consumer(entries), { types: [] });
  expectThat(`${entries.join(', ')} can be imported, with types`, true);
  const nodeTypes = { types: ['node'], typeRoots: [join(root, 'node_modules', '@types')], skipLibCheck: true };
  const { probe, library } = readmeSources();
  expectThat('the README prints fib(20)', compileAndRun('readme', library, nodeTypes) === '6765');
  checkProbe(probe, nodeTypes);
}

/** The probe of the README passes the type check and runs, without a build step, where only the package is installed. */
function checkProbe(source: string, types: object): void {
  compileAndRun('probe', source, types);
  writeFileSync(join(folder, 'break.ts'), source);
  const fib = join(root, 'examples', 'fib.wasm');
  const args = ['wiz', '--probe', './break.ts', '--out', 'report.txt', '--invoke', 'fib', fib, '5'];
  expectThat('the probe of the README runs', run(folder, 'npx', ...args).trim() === '5');
  expectThat('the probe of the README reports', readFileSync(join(folder, 'report.txt'), 'utf8') === 'done\n');
}

try {
  check();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
