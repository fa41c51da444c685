/** SQL in the page: queries run in SQLite, SQLite runs in wiz, and wiz tells what of it has run. */

import { install } from 'wiz/browser';

// First the engine takes the place of the browser's; then the package is loaded, which knows nothing of it.
const wiz = install({ probes: ['coverage'], program: 'SQLite' });

const examples = {
  select: 'SELECT name, moons FROM planets\nWHERE moons > 2 ORDER BY moons DESC;',
  group: 'SELECT kind, count(*) AS planets, sum(moons) AS moons\nFROM planets GROUP BY kind;',
  recursion:
    'WITH RECURSIVE n(i, fib, next) AS (\n  SELECT 1, 1, 1 UNION ALL SELECT i + 1, next, fib + next FROM n LIMIT 20)\nSELECT i, fib FROM n;',
  json: `SELECT key, value FROM json_each('{"a": [1, 2], "b": null}');`,
  window: 'SELECT name, moons, rank() OVER (ORDER BY moons DESC) AS place\nFROM planets;',
  error: 'SELECT moon FROM planets;',
};

const byId = (id) => document.getElementById(id);

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** Totals and functions as they were shown last. */
let shown = { totals: {}, functions: new Map() };

function showCoverage() {
  const [module] = wiz.result('coverage').modules;
  const functions = new Map(module.functions.map((f) => [f.index, f.instructions.covered]));
  showTotals(module.totals);
  showReached(module.functions);
  shown = { totals: module.totals, functions };
}

function showTotals(totals) {
  const lines = ['functions', 'instructions', 'blocks', 'branches'].map((what) => {
    const { covered, all } = totals[what];
    const before = shown.totals[what]?.covered ?? covered;
    const part = (className, count) => {
      const bar = element('span', className);
      bar.style.width = `${(100 * count) / all}%`;
      return bar;
    };
    const bar = element('span', 'bar', part('old', before), part('new', covered - before));
    bar.title = `${covered.toLocaleString('en')} of ${all.toLocaleString('en')}`;
    const percent = element('span', 'number', `${((100 * covered) / all).toFixed(1)} %`);
    return element('div', 'total', element('span', '', what), bar, percent);
  });
  byId('totals').replaceChildren(...lines);
}

const REACHED_SHOWN = 12;

/** The functions in which most was executed that had not been before. */
function showReached(functions) {
  const grown = functions
    .map((f) => ({ ...f, before: shown.functions.get(f.index) ?? 0 }))
    .map((f) => ({ ...f, more: f.instructions.covered - f.before }))
    .filter(({ more }) => more > 0)
    .sort((a, b) => b.more - a.more);
  const items = grown.slice(0, REACHED_SHOWN).map(({ name, before, more, instructions }) => {
    const bar = element('span', 'bar');
    for (const [className, count] of [
      ['old', before],
      ['new', more],
    ]) {
      const part = element('span', className);
      part.style.width = `${(100 * count) / instructions.all}%`;
      bar.append(part);
    }
    return element(
      'li',
      '',
      element('span', 'name', name),
      bar,
      element('span', 'number', `+${more.toLocaleString('en')}`),
    );
  });
  const rest = grown.length - items.length;
  const foot = grown.length === 0 ? 'nothing new' : rest > 0 ? `and ${rest.toLocaleString('en')} more functions` : '';
  byId('reached').replaceChildren(...items, ...(foot ? [element('li', '', element('span', 'faint', foot))] : []));
}

function showRows(results) {
  if (results.length === 0) {
    byId('rows').replaceChildren(element('p', 'faint', 'no rows'));
    return;
  }
  const tables = results.map(({ columns, values }) => {
    const isNumber = columns.map((_, i) => values.every((row) => typeof row[i] === 'number'));
    const cell = (name) => (value, i) => element(name, isNumber[i] ? 'number' : '', String(value ?? 'NULL'));
    const head = element('thead', '', element('tr', '', ...columns.map(cell('th'))));
    const body = element('tbody', '', ...values.map((row) => element('tr', '', ...row.map(cell('td')))));
    return element('table', '', head, body);
  });
  byId('rows').replaceChildren(...tables);
}

function loadScript(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    Object.assign(script, { src, onload: resolve, onerror: () => reject(new Error(`cannot load ${src}`)) });
    document.head.append(script);
  });
}

async function open() {
  await loadScript('sql.js/sql-wasm-debug.js');
  const SQL = await globalThis.initSqlJs({ locateFile: (file) => `sql.js/${file}` });
  const database = new SQL.Database();
  database.run(`CREATE TABLE planets (name TEXT, kind TEXT, moons INTEGER);
    INSERT INTO planets VALUES ('Mercury', 'rock', 0), ('Venus', 'rock', 0), ('Earth', 'rock', 1), ('Mars', 'rock', 2),
      ('Jupiter', 'gas', 97), ('Saturn', 'gas', 274), ('Uranus', 'ice', 28), ('Neptune', 'ice', 16);`);
  return database;
}

function run(database) {
  const begin = performance.now();
  try {
    showRows(database.exec(byId('sql').value));
  } catch (error) {
    byId('rows').replaceChildren(element('p', 'error', error.message));
  }
  byId('status').textContent = `The last query took ${(performance.now() - begin).toFixed(0)} ms.`;
  showCoverage();
}

for (const [name, sql] of Object.entries(examples)) {
  const button = element('button', '', name);
  button.type = 'button';
  button.addEventListener('click', () => {
    byId('sql').value = sql;
    byId('form').requestSubmit(byId('run'));
  });
  byId('examples').append(button);
}

try {
  const database = await open();
  byId('sql').value = examples.select;
  byId('form').addEventListener('submit', (event) => {
    event.preventDefault();
    run(database);
  });
  byId('show').addEventListener('click', () => {
    byId('code').srcdoc = wiz.report('coverage', 'html');
    byId('code').hidden = false;
  });
  showCoverage();
  for (const id of ['run', 'show']) byId(id).disabled = false;
  byId('status').textContent = 'Ready: opening the database has reached what is shown.';
} catch (error) {
  byId('status').textContent = `It does not start: ${error.message}`;
}
