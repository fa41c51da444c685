// A bundler written in Go, which runs as a process of its own and answers this one. The argument is a file to bundle in place of a small one.
import { readFileSync } from 'node:fs';
import { build, stop, transform } from 'esbuild-wasm';

const file = process.argv[2];
const contents =
  file === undefined ? 'export const a: number = 1 + 2; console.log(`x${a}`)' : readFileSync(file, 'utf8');
const { outputFiles, warnings } = await build({
  stdin: { contents, loader: 'ts' },
  bundle: true,
  minify: true,
  write: false,
  format: 'cjs',
  platform: 'node',
  external: ['./*', '../*'],
  logLevel: 'silent',
});
const results = [outputFiles[0].hash, outputFiles[0].contents.length, warnings.length];
const { code } = await transform('let x: number | undefined = y?.z; enum E { A, B = 5 }', {
  loader: 'ts',
  target: 'es2019',
});
results.push(code);
try {
  await transform('let x =', { logLevel: 'silent' });
} catch (error) {
  results.push(error.errors);
}
await stop();
console.log(JSON.stringify(results));
