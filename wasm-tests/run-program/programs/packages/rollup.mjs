// A bundler whose parser and digests are Rust (wasm-bindgen).
import { rollup } from '@rollup/wasm-node';

const files = {
  'main.js':
    "import { used, value as v } from 'lib'; export default class { async *m() { yield used(v ?? `x${1n}`); } }",
  lib: 'export const value = /a+/u; export function used(x) { return x?.y; } export function unused() { return 1; }',
};
const bundle = await rollup({
  input: 'main.js',
  plugins: [{ name: 'files', resolveId: (id) => id, load: (id) => files[id] }],
});
const { output } = await bundle.generate({ format: 'cjs', entryFileNames: '[name]-[hash].js', exports: 'named' });
await bundle.close();
const results = output.map(({ fileName, code, exports }) => ({ fileName, code, exports }));
try {
  await rollup({ input: 'bad', plugins: [{ name: 'bad', resolveId: (id) => id, load: () => 'const = 1' }] });
} catch (error) {
  results.push([error.code, error.message, error.pos]);
}
console.log(JSON.stringify(results));
