// Uses packages that have WebAssembly in them as their documentation shows, and prints what comes of it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const results = {};

const SQL = await require('sql.js')();
const database = new SQL.Database();
database.run('CREATE TABLE t (a INTEGER, b TEXT)');
for (let i = 0; i < 40; i++) database.run('INSERT INTO t VALUES (?, ?)', [i * i, `row ${i}`]);
database.create_function('twice', (x) => 2 * x);
results.sql = database.exec("SELECT count(*), sum(a), max(b), twice(21) FROM t WHERE b LIKE '%1%' OR a > 900");
results.file = createHash('md5').update(database.export()).digest('hex');
database.close();

const { sha1, xxhash64, createCRC32 } = require('hash-wasm');
results.hashes = [await sha1('abc'), await xxhash64('abc', 1, 2), (await createCRC32()).update('abc').digest()];

const { SourceMapConsumer } = require('source-map');
const map = { version: 3, sources: ['a.ts'], names: ['x'], mappings: 'AAAAA,SAAS;AACT,IAAI;;KACE' };
await SourceMapConsumer.with(map, null, (consumer) => {
  const lines = [];
  consumer.eachMapping((mapping) => lines.push([mapping.generatedLine, mapping.generatedColumn, mapping.originalLine]));
  results.map = [lines, consumer.originalPositionFor({ line: 2, column: 5 })];
});

const { init, parse } = await import('es-module-lexer');
await init;
const source = "import a from 'b'; import('c'); export { a as d }; export const e = import.meta.url;";
const [imports, exports] = parse(source);
results.lexer = [imports, exports];

const oniguruma = require('vscode-oniguruma');
await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
const scanner = new oniguruma.OnigScanner(['(\\w+)\\s+(?=two)', 'th?ree']);
results.onig = scanner.findNextMatchSync('zero one two tree', 3);

console.log(JSON.stringify(results));
