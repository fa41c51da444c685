/** What is done with each package: a good part of what it can do, with results as plain data. */

import { readFileSync } from 'node:fs';
import type * as EsModuleLexer from 'es-module-lexer';
import type * as HashWasm from 'hash-wasm';
import type * as SourceMap from 'source-map';
import type * as Oniguruma from 'vscode-oniguruma';
import type { WasmNamespace } from '../namespace.ts';
import { fileOf, loadWith } from './load.ts';

/** The results, in order, to be compared between two engines. */
export type Results = unknown[];

// The types of the packages describe what they export; the casts below are the border to what was loaded by hand.

/** Mappings of generated JavaScript: Rust compiled to Wasm, which calls back for each mapping. */
export async function useSourceMap(W: WasmNamespace): Promise<Results> {
  const sourceMap = loadWith(W, 'source-map') as typeof SourceMap;
  const raw = JSON.parse(readFileSync(fileOf('assemblyscript/dist/asc.js.map'), 'utf8'));
  const results: Results = [];
  await sourceMap.SourceMapConsumer.with(raw, null, (consumer) => {
    for (let line = 1; line < 9000; line += 97) {
      for (const column of [0, 5, 31]) {
        results.push(consumer.originalPositionFor({ line, column }));
        const bias = sourceMap.SourceMapConsumer.LEAST_UPPER_BOUND;
        results.push(consumer.originalPositionFor({ line, column, bias }));
      }
    }
    const source = consumer.sources[1] as string;
    for (let line = 1; line < 400; line += 13) {
      results.push(consumer.generatedPositionFor({ source, line, column: 0 }));
      results.push(consumer.allGeneratedPositionsFor({ source, line, column: 0 }));
    }
    consumer.computeColumnSpans();
    let count = 0;
    consumer.eachMapping((mapping) => {
      count++;
      if (count % 1000 === 0) results.push({ ...mapping });
    });
    results.push(count);
  });
  const broken = { ...raw, mappings: 'A,!,B' };
  await new sourceMap.SourceMapConsumer(broken)
    .then((consumer) => consumer.eachMapping(() => undefined))
    .catch((error: Error) => results.push(error.message));
  const merged = await sourceMap.SourceMapConsumer.with(raw, null, (consumer) => {
    const generator = new sourceMap.SourceMapGenerator({ file: 'merged.js' });
    generator.addMapping({ generated: { line: 1, column: 0 }, original: { line: 2, column: 3 }, source: 'a.ts' });
    generator.applySourceMap(consumer, 'a.ts');
    return generator.toString().length;
  });
  results.push(merged);
  return results;
}

interface SqlDatabase {
  run(sql: string, parameters?: unknown): void;
  exec(sql: string): unknown;
  prepare(sql: string): SqlStatement;
  create_function(name: string, implementation: (...args: never[]) => unknown): void;
  export(): Uint8Array;
  getRowsModified(): number;
  close(): void;
}
interface SqlStatement {
  bind(parameters: unknown): boolean;
  step(): boolean;
  get(): unknown[];
  getAsObject(): unknown;
  run(parameters: unknown): void;
  free(): void;
}
type InitSqlJs = (options: object) => Promise<{ Database: new (data?: Uint8Array) => SqlDatabase }>;

/** SQLite, compiled by Emscripten: tables of functions, growing memory, JavaScript called from SQL. */
export async function useSqlJs(W: WasmNamespace): Promise<Results> {
  const initSqlJs = loadWith(W, 'sql.js/dist/sql-wasm.js') as InitSqlJs;
  const { Database } = await initSqlJs({ locateFile: (file: string) => fileOf(`sql.js/dist/${file}`) });
  const results: Results = [];
  const database = new Database();
  database.run('create table items (id integer primary key, name text, price real, data blob)');
  database.run('begin');
  const insert = database.prepare('insert into items values (?, ?, ?, ?)');
  for (let i = 0; i < 800; i++) {
    insert.run([i, `item ${(i * 7919) % 1000} ü`, i % 13 === 0 ? null : i / 7, new Uint8Array([i, i >> 8, 255])]);
  }
  insert.free();
  database.run('commit');
  results.push(database.getRowsModified());
  const queries = [
    'select count(*), sum(price), avg(price), max(name), min(length(data)) from items',
    'select name, count(*) c from items group by substr(name, 1, 6) order by c desc, name limit 20',
    'select a.id, b.id from items a join items b on a.name < b.name and b.id = a.id * 2 order by a.id desc limit 15',
    "select upper(name), hex(data), round(price, 2), typeof(price) from items where name like '%77%' order by name",
    'with recursive f(n, a, b) as (select 1, 1, 1 union all select n + 1, b, a + b from f where n < 80) select max(b) from f',
    'select 9223372036854775807 % 10, 1e308 * 10, -1 << 62, 7 / 2, 7 / 2.0, abs(-5), random() is not null',
    "select json_extract('{\"a\": [1, {\"b\": 2}]}', '$.a[1].b'), printf('%.17g', 0.1), date(1e9, 'unixepoch')",
    'select id, row_number() over (partition by id % 3 order by price) from items where id < 30 order by 1',
    'explain query plan select * from items where id in (1, 2, 3)',
  ];
  for (const query of queries) results.push(database.exec(query));
  database.create_function('twice', (x: number) => 2 * x);
  results.push(database.exec('select twice(id), twice(price) from items where id between 5 and 9'));
  for (const wrong of ['select * from nothing', 'selec', 'insert into items (id) values (1)']) {
    try {
      database.exec(wrong);
    } catch (error) {
      results.push((error as Error).message);
    }
  }
  const select = database.prepare('select * from items where price > $price order by price limit 5');
  select.bind({ $price: 100.5 });
  while (select.step()) results.push(select.getAsObject());
  select.free();
  database.run('create index by_name on items (name)');
  database.run("delete from items where name like '%1%'");
  results.push(database.exec('pragma integrity_check'), database.exec('vacuum'));
  const file = database.export();
  results.push(file.length, Buffer.from(file).toString('base64'));
  database.close();
  const again = new Database(file);
  results.push(again.exec('select count(*), total(price) from items'));
  again.close();
  return results;
}

/** Hash functions, each a small module; SIMD in some, much i64 in others. */
export async function useHashWasm(W: WasmNamespace): Promise<Results> {
  const hashes = loadWith(W, 'hash-wasm') as typeof HashWasm;
  const results: Results = [];
  const inputs = ['', 'abc', 'The quick brown fox jumps over the lazy dog', new Uint8Array(5000).map((_, i) => i * 31)];
  const simple = [
    'adler32',
    'blake2b',
    'blake2s',
    'blake3',
    'crc32',
    'crc64',
    'keccak',
    'md4',
    'md5',
    'ripemd160',
    'sha1',
    'sha224',
    'sha256',
    'sha3',
    'sha384',
    'sha512',
    'sm3',
    'whirlpool',
    'xxhash32',
    'xxhash64',
    'xxhash3',
    'xxhash128',
  ] as const;
  for (const name of simple) {
    for (const input of inputs) results.push(`${name} ${await hashes[name](input)}`);
  }
  const salt = new Uint8Array(16).fill(7);
  results.push(
    await hashes.argon2id({ password: 'secret', salt, parallelism: 1, iterations: 2, memorySize: 64, hashLength: 24 }),
  );
  results.push(
    await hashes.scrypt({ password: 'secret', salt, costFactor: 16, blockSize: 4, parallelism: 1, hashLength: 24 }),
  );
  results.push(
    await hashes.pbkdf2({
      password: 'secret',
      salt,
      iterations: 20,
      hashLength: 24,
      hashFunction: hashes.createSHA256(),
    }),
  );
  const bcrypt = await hashes.bcrypt({ password: 'secret', salt, costFactor: 4 });
  results.push(
    bcrypt,
    await hashes.bcryptVerify({ password: 'secret', hash: bcrypt }),
    await hashes.bcryptVerify({ password: 'wrong', hash: bcrypt }),
  );
  const hasher = await hashes.createXXHash64(1, 2);
  hasher.init();
  for (let i = 0; i < 100; i++) hasher.update(`part ${i}`);
  const saved = hasher.save();
  results.push(hasher.digest());
  hasher.load(saved);
  hasher.update('more');
  results.push(hasher.digest());
  const hmac = await hashes.createHMAC(hashes.createSHA512(), 'key');
  results.push(hmac.init().update('message').digest());
  return results;
}

/** Regular expressions of editors' grammars: C compiled by Emscripten, `memory.grow` through JavaScript. */
export async function useOniguruma(W: WasmNamespace): Promise<Results> {
  const onig = loadWith(W, 'vscode-oniguruma') as typeof Oniguruma;
  const bytes = readFileSync(fileOf('vscode-oniguruma/release/onig.wasm'));
  await onig.loadWASM(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const results: Results = [];
  const scanner = new onig.OnigScanner([
    '\\b(function|class|const|return)\\b',
    '"(?:[^"\\\\]|\\\\.)*"',
    '(?<number>0x[\\da-f]+|\\d+(?:\\.\\d+)?)',
    '(?<=\\.)[\\p{L}_]\\w*(?=\\s*\\()',
    '//.*$',
    '(\\w+)\\s*=(?!=)\\s*(?=\\S)',
    '[\\p{Lu}\\p{Nd}]{3,}',
  ]);
  const text = new onig.OnigString(
    readFileSync(fileOf('source-map'), 'utf8').slice(0, 3000) +
      readFileSync(fileOf('vscode-oniguruma'), 'utf8').slice(500, 6000) +
      ' ÄÖÜ 日本語 = 0xff 🎉 .naïve (x)',
  );
  for (let at = 0; ; ) {
    const match = scanner.findNextMatchSync(text, at);
    if (match === null) break;
    const [whole] = match.captureIndices;
    results.push([match.index, ...match.captureIndices.map(({ start, end }) => [start, end])]);
    if (whole === undefined) break;
    at = Math.max(whole.end, at + 1);
  }
  // None, NotBeginString, NotEndString, NotBeginPosition: the enumeration has no values at run time.
  const flags: Oniguruma.FindOption[] = [0, 1, 2, 4];
  const anchored = new onig.OnigScanner(['\\Aconst', '\\Gx', 'end\\z', '(a+)+\\1b?']);
  for (const subject of ['const x', 'xconst', 'the end', 'aaaaaaaac']) {
    for (const flag of flags) results.push(anchored.findNextMatchSync(subject, 0, [flag]));
  }
  for (const pattern of ['(', '[a', '(?<x>a)\\k<y>', 'a{2,1}']) {
    try {
      const bad = new onig.OnigScanner([pattern]);
      results.push(bad.findNextMatchSync('aaa', 0));
    } catch (error) {
      results.push((error as Error).message);
    }
  }
  text.dispose();
  scanner.dispose();
  return results;
}

/** Imports and exports of ES modules. */
export async function useEsModuleLexer(W: WasmNamespace): Promise<Results> {
  const lexer = loadWith(W, 'es-module-lexer') as typeof EsModuleLexer;
  await lexer.init;
  const results: Results = [];
  const sources = [
    "import a, { b as c } from './x.js'; export const d = 1, e = 2; export default function f() {}; import('y' + z);",
    'export * from "q"; export * as r from "s"; export { t as "u v" } from "w"; import.meta.url; import x from "y" with { type: "json" }',
    '/* import no from "no" */ const s = `$' + '{import("inner")}`; const r = /import "x"/; export class K {}',
    readFileSync(fileOf('assemblyscript/dist/asc.js'), 'utf8'),
    readFileSync(fileOf('assemblyscript/dist/web.js'), 'utf8'),
    'ü'.repeat(100_000) + '; import "large"',
  ];
  for (const source of sources) {
    const [imports, exports, facade, hasSyntax] = lexer.parse(source);
    results.push(imports.length, exports.length, imports, exports.slice(0, 500), facade, hasSyntax);
  }
  for (const wrong of ['import { from "x"', 'export {', 'function(', "import('"]) {
    try {
      results.push(lexer.parse(wrong));
    } catch (error) {
      results.push((error as Error).message, (error as { idx?: number }).idx);
    }
  }
  return results;
}
