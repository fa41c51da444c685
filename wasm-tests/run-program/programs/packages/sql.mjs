// SQLite (C, Emscripten): tables, functions of JavaScript, queries, the file. The argument is how often queries are asked.
import { createHash } from 'node:crypto';
import initSqlJs from 'sql.js';

const ROWS = 400;
const times = Number(process.argv[2] ?? 1);

const SQL = await initSqlJs();
const database = new SQL.Database();
database.run('CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price REAL)');
database.run('BEGIN');
const insert = database.prepare('INSERT INTO items VALUES (?, ?, ?)');
for (let i = 0; i < ROWS; i++) insert.run([i, `item ${(i * 7919) % 1000}`, i % 13 === 0 ? null : i / 7]);
insert.free();
database.run('COMMIT');
database.create_function('twice', (x) => 2 * x);

const queries = [
  "SELECT count(*), sum(price), max(name), twice(21) FROM items WHERE name LIKE '%1%' OR price > 20",
  'SELECT substr(name, 1, 6) start, count(*) c FROM items GROUP BY start ORDER BY c DESC, start LIMIT 5',
  'SELECT a.id, b.id FROM items a JOIN items b ON b.id = a.id * 2 WHERE a.name < b.name ORDER BY a.price DESC LIMIT 5',
  'SELECT sum(place * price) FROM (SELECT price, row_number() OVER (PARTITION BY id % 7 ORDER BY name) place FROM items)',
];
let results = [];
for (let i = 0; i < times; i++) results = queries.map((query) => database.exec(query)[0].values);
const file = database.export();
results.push(file.length, createHash('md5').update(file).digest('hex'));
database.close();
console.log(JSON.stringify(results));
