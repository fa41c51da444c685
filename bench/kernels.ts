/**
 * The kernels of `bench/assemblyscript/`: programs without imports that export `run(n)`, which gives a checksum.
 * They read and write memory as C does, without bounds checks of their own.
 */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectPath } from './places.ts';

export type KernelGroup =
  /** Of the kind of PolyBench/C: linear algebra, stencils, dynamic programming; f64 but for two. */
  | 'polybench'
  /** Others that compute with i32, f32 and f64. */
  | 'others'
  /** Those that compute with i64. */
  | 'i64';

export interface Kernel {
  /** Name of the file without its ending and folder. */
  readonly name: string;
  readonly group: KernelGroup;
  /** Argument of `run` with which V8's WebAssembly takes 20 to 60 ms. */
  readonly n: number;
  /** What `run(small.n)` gives: the same in every engine. */
  readonly small: { readonly n: number; readonly result: number };
  /** Argument of `run` with which V8's WebAssembly takes about 0.2 s. */
  readonly long: number;
}

// name: n, n that takes 0.2 s, small n, its result
type Row = readonly [name: string, n: number, long: number, smallN: number, smallResult: number];

const polybench: readonly Row[] = [
  ['gemm', 380, 700, 8, 650.2125],
  ['2mm', 280, 510, 8, 2111.8500000000004],
  ['3mm', 280, 510, 8, 4186],
  ['atax', 610, 1500, 16, 0.00047409816665201386],
  ['bicg', 520, 1300, 16, 4276.4453125],
  ['mvt', 440, 1100, 16, 11572.1875],
  ['gemver', 640, 1600, 16, 464081.08769531245],
  ['gesummv', 580, 1500, 16, 299264807373807360],
  ['syrk', 460, 860, 10, 821.0650000000002],
  ['syr2k', 400, 740, 10, 1372.26],
  ['trmm', 300, 550, 10, 745.3500000000003],
  ['symm', 410, 760, 10, 1300.3500000000006],
  ['cholesky', 430, 800, 12, 264.3352071308785],
  ['lu', 340, 630, 12, 726.6083257964116],
  ['ludcmp', 570, 1050, 12, 1.3922874236901903],
  ['durbin', 3600, 9000, 40, -5.9110708445103715],
  ['trisolv', 550, 1400, 20, 1.7565235777677164],
  ['gramschmidt', 270, 480, 10, 527.0749454994848],
  ['doitgen', 90, 140, 8, 2565.875],
  ['jacobi-1d', 81_000, 510_000, 50, 107.87563023311387],
  ['jacobi-2d', 570, 1400, 12, 2169.97717942887],
  ['seidel-2d', 470, 1200, 10, 1244.4000000000003],
  ['heat-3d', 76, 136, 8, 29418.75],
  ['fdtd-2d', 490, 1200, 12, 21122.817376016723],
  ['adi', 390, 970, 12, 569.8316447335154],
  ['deriche', 430, 1050, 16, 0.000005469049858044961],
  ['floyd-warshall', 360, 660, 16, -1022131450],
  ['nussinov', 670, 1200, 24, -1324902850],
  ['covariance', 290, 530, 12, 1569.1085858585857],
  ['correlation', 390, 730, 12, 277.8292461570424],
];

const others: readonly Row[] = [
  ['fib', 34, 38, 15, 610],
  ['queens', 13, 14, 8, 92],
  ['sieve', 4_000_000, 16_000_000, 1000, 672],
  ['quicksort', 500_000, 2_800_000, 500, -469812260],
  ['hash-map', 90_000, 400_000, 300, -169934698],
  ['base64', 1200, 7500, 1, -1149429126],
  ['bytecode-switch', 34_000, 200_000, 30, 441],
  ['bytecode-indirect', 12_000, 70_000, 30, 441],
  ['matrix-f32', 390, 710, 10, 716.8499145507812],
  ['mandelbrot', 600, 1500, 16, 6322],
  ['n-body', 650_000, 4_000_000, 40, -0.1690660751347485],
  ['sha256', 580, 3600, 1, -1110157147],
  ['crc32', 1000, 6300, 1, -45553505],
];

const i64: readonly Row[] = [
  ['sha512', 790, 4900, 1, 1849936286],
  ['siphash', 730_000, 4_600_000, 64, 746151298],
  ['xorshift', 22_000_000, 140_000_000, 100, -1140508311],
  ['bignum', 3800, 9500, 12, -95770564],
];

function kernelsOf(group: KernelGroup, rows: readonly Row[]): Kernel[] {
  return rows.map(([name, n, long, smallN, result]) => ({ name, group, n, long, small: { n: smallN, result } }));
}

export const kernels: readonly Kernel[] = [
  ...kernelsOf('polybench', polybench),
  ...kernelsOf('others', others),
  ...kernelsOf('i64', i64),
];

const folder = projectPath('bench', 'assemblyscript');
/** What was compiled is kept between runs, by a hash of all that it is made of. */
export const cacheFolder = projectPath('.cache', 'bench');

// 64 MB of memory, enough for every kernel: it never grows.
const options = ['-O3', '--noAssert', '--runtime', 'stub', '--initialMemory', '1024'];

/** Makes the folder. Whoever writes into it renames a finished file, so that processes that read at the same time see all of it. */
export function prepareCache(): void {
  mkdirSync(cacheFolder, { recursive: true });
}

function sourcesHash(): string {
  const hash = createHash('sha256').update(options.join(' '));
  hash.update(readFileSync(fileURLToPath(import.meta.resolve('assemblyscript/package.json'))));
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (file.endsWith('.ts')) hash.update(file).update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

let sources: string | undefined;

/** The file of a kernel's module, which is compiled if need be. */
export async function kernelFile({ name, group }: Kernel): Promise<string> {
  sources ??= sourcesHash();
  const file = join(cacheFolder, `${name}-${sources}.wasm`);
  if (existsSync(file)) return file;
  const source = group === 'polybench' ? `polybench/${name}.ts` : `${name}.ts`;
  // The compiler is WebAssembly with a memory that grows: not in a process that measures.
  const { compileAssemblyScript } = await import('../examples/build.ts');
  prepareCache();
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, await compileAssemblyScript(folder, source, options));
  renameSync(draft, file);
  return file;
}
