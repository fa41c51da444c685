// Regular expressions (C, Emscripten).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import oniguruma from 'vscode-oniguruma';

const require = createRequire(import.meta.url);
await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
const scanner = new oniguruma.OnigScanner(['(\\w+)\\s+(?=two)', 'th?ree', '(?<=x)[\\p{Lu}]{2,}']);
const text = 'zero one two tree, xÄÖ';
const results = [];
for (let at = 0; at < text.length; at += 3) results.push(scanner.findNextMatchSync(text, at));
console.log(JSON.stringify(results));
