/**
 * What analyses cost on a real program: `npm run bench:analyses [analysis...] [-- --rounds N --queries N --tier auto|js]`.
 *
 * A session over `sql.js`, SQLite compiled by Emscripten (640 kB): load it, fill a table, ask queries, make the report in its default format. Each
 * session has a process of its own; they take turns, and medians of wall-clock times within the process are compared with a session without probes.
 */

import { parseArgs } from 'node:util';
import { analysisKinds } from '../analyses/index.ts';
import type { WasmNamespace } from '../wasm-tests/diff/namespace.ts';
import { inChild, serve } from './child.ts';
import { engineOf, type TierName } from './engines.ts';
import { median } from './measure.ts';
import { hostText } from './options.ts';
import { loadSql } from './sql.ts';
import { textTable } from './table.ts';

interface Session {
  /** Empty: no probes. */
  readonly analysis: string;
  readonly queries: number;
  readonly tier: TierName;
}

interface Measured {
  /** Loading, queries, report. */
  readonly ms: readonly [load: number, run: number, report: number];
  /** Characters or bytes of the report. */
  readonly size: number;
  /** Checksum of the answers. */
  readonly sum: number;
}

async function session({ analysis, queries, tier }: Session): Promise<Measured> {
  const start = performance.now();
  const engine = engineOf(tier);
  const kind = analysisKinds.find(({ name }) => name === analysis);
  const running = kind?.start(engine);
  // The cast is the border: the tests' description of the namespace is smaller.
  const run = await loadSql(tier, engine.WebAssembly as unknown as WasmNamespace);
  running?.started();
  const loaded = performance.now();
  const sum = run(queries);
  const done = performance.now();
  running?.finished({ kind: 'returned' });
  running?.stop();
  const format = kind?.formats[0] ?? 'text';
  const out = kind?.fileFormats.includes(format) ? `${kind.name}.out` : undefined;
  const report = running?.report(format, { program: 'sql.js', width: 100, colors: false, out });
  const size = report?.bytes?.length ?? report?.text.length ?? 0;
  return { ms: [loaded - start, done - loaded, performance.now() - done], size, sum };
}

function total({ ms }: Measured): number {
  return ms.reduce((a, b) => a + b, 0);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '3' },
      queries: { type: 'string', default: '10' },
      tier: { type: 'string', default: 'auto' },
    },
  });
  const known = analysisKinds.map(({ name }) => name);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`there is no analysis "${unknown}": there are ${known.join(', ')}`);
  const names = ['', ...(positionals.length > 0 ? positionals : known)];
  const queries = Number(values.queries);
  const tier = values.tier as TierName;
  const measured = new Map<string, Measured[]>(names.map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const analysis of names) {
      const one = await inChild<Session, Measured>(import.meta.url, { analysis, queries, tier });
      measured.get(analysis)?.push(one);
    }
  }
  const plain = measured.get('') as Measured[];
  const base = median(plain.map(total));
  const rows = names.map((name) => {
    const all = measured.get(name) as Measured[];
    if (all.some(({ sum }) => sum !== plain[0]?.sum)) throw new Error(`${name} changed what the program computes`);
    const part = (i: 0 | 1 | 2): string => median(all.map(({ ms }) => ms[i])).toFixed(0);
    const time = median(all.map(total));
    return [
      name || '(none)',
      part(0),
      part(1),
      part(2),
      time.toFixed(0),
      `${(time / base).toFixed(2)}x`,
      String(all[0]?.size),
    ];
  });
  console.log(`${hostText()}, tier ${tier}, ${queries} rounds of queries, medians of ${values.rounds}, in ms`);
  console.log(textTable(['analysis', 'load', 'queries', 'report', 'all', 'ratio', 'report size'], rows));
}

if (!(await serve(session))) await main();
