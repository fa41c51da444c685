/** A real program as a benchmark: SQL queries by `sql.js`, which is SQLite compiled by Emscripten. */

import { createRequire } from 'node:module';
import type { WasmNamespace } from '../wasm-tests/diff/namespace.ts';
import { fileOf, loadWith } from '../wasm-tests/diff/packages/load.ts';
import { type EngineName, namespaceOf, type Run } from './engines.ts';

interface Database {
  run(sql: string, parameters?: readonly unknown[]): void;
  exec(sql: string): readonly { readonly values: readonly (readonly unknown[])[] }[];
}
type InitSqlJs = (options: object) => Promise<{ Database: new () => Database }>;

const ROWS = 2000;

const queries = [
  'select count(*), sum(price), max(name) from items',
  'select substr(name, 1, 6) start, count(*) c from items group by start order by c desc, start limit 10',
  'select a.id, b.id from items a join items b on b.id = a.id * 2 where a.name < b.name order by a.price desc limit 10',
  "select count(*) from items where name like '%77%' or upper(name) like 'ITEM 1_3'",
  'with recursive f(n, a, b) as (select 1, 1, 1 union all select n + 1, b, a + b from f where n < 80) select max(b % 1000) from f',
  'select sum(place * price) from (select price, row_number() over (partition by id % 7 order by name) place from items)',
];

/** The package itself with another namespace in its place. */
function withNamespace(W: WasmNamespace): InitSqlJs {
  return loadWith(W, 'sql.js/dist/sql-wasm.js') as InitSqlJs;
}

/** A number that depends on all values of a result. */
function checksum(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
  return sum;
}

/** `run(n)` asks all queries n times. For `wasm2js` it is the package's own build by that tool, with Emscripten's options. `W` takes the place of the engine's namespace. */
export async function loadSql(name: EngineName, W?: WasmNamespace): Promise<Run> {
  const init =
    name === 'wasm2js'
      ? (createRequire(import.meta.url)('sql.js/dist/sql-asm.js') as InitSqlJs)
      : withNamespace(W ?? (await namespaceOf(name)));
  const { Database } = await init({ locateFile: (file: string) => fileOf(`sql.js/dist/${file}`) });
  const database = new Database();
  database.run('create table items (id integer primary key, name text, price real)');
  for (let i = 0; i < ROWS; i++) {
    database.run('insert into items values (?, ?, ?)', [i, `item ${(i * 7919) % 1000}`, i % 13 === 0 ? null : i / 7]);
  }
  return (n) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      for (const query of queries) sum = (Math.imul(sum, 31) + checksum(JSON.stringify(database.exec(query)))) | 0;
    }
    return sum;
  };
}
