/**
 * What analyses cost on a real program: `npm run bench:analyses -- [analysis...] [--rounds N --size N --tier auto|js --program NAME]`.
 *
 * A session over `sql.js`, SQLite compiled by Emscripten (640 kB): load it, fill a table, ask queries, make the report in its default format. Each
 * session has a process of its own; they take turns, and medians of wall-clock times within the process are compared with a session without probes.
 * `--program` names a kernel of `bench/assemblyscript/` in its place: `fib` and `queens` do nothing but call.
 */

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { analysisKinds } from '../analyses/index.ts';
import type { Engine } from '../engine/index.ts';
import type { WasmNamespace } from '../wasm-tests/diff/namespace.ts';
import { inChild, serve } from './child.ts';
import { engineOf, type Run, type TierName } from './engines.ts';
import { type Kernel, kernelFile, kernels } from './kernels.ts';
import { median } from './measure.ts';
import { hostText } from './options.ts';
import { loadSql } from './sql.ts';
import { textTable } from './table.ts';

interface Session {
  /** Empty: no probes. */
  readonly analysis: string;
  readonly program: string;
  /** Rounds of queries; of a kernel the argument. */
  readonly size: number;
  readonly tier: TierName;
}

interface Measured {
  /** Loading, queries, report. */
  readonly ms: readonly [load: number, run: number, report: number];
  /** Processor time of all threads, which other work on the machine disturbs less. */
  readonly cpuMs: number;
  /** Characters or bytes of the report. */
  readonly size: number;
  /** Checksum of the answers. */
  readonly sum: number;
}

const SQL = 'sql.js';
/** Rounds of queries. */
const QUERIES = 10;
/** Microseconds of a millisecond. */
const MICROS = 1000;

/** The program in an engine; how it is run. */
async function load({ program, tier }: Session, engine: Engine): Promise<Run> {
  // The cast is the border: the tests' description of the namespace is smaller.
  if (program === SQL) return loadSql(tier, engine.WebAssembly as unknown as WasmNamespace);
  const { Module, Instance } = engine.WebAssembly;
  const bytes = new Uint8Array(readFileSync(await kernelFile(kernelOf(program))));
  return new Instance(new Module(bytes)).exports.run as Run;
}

function kernelOf(program: string): Kernel {
  const kernel = kernels.find(({ name }) => name === program);
  if (kernel !== undefined) return kernel;
  throw new Error(
    `there is no program "${program}": there are ${[SQL, ...kernels.map(({ name }) => name)].join(', ')}`,
  );
}

async function session(asked: Session): Promise<Measured> {
  const { analysis, program, size: n, tier } = asked;
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  const engine = engineOf(tier);
  const kind = analysisKinds.find(({ name }) => name === analysis);
  const running = kind?.start(engine);
  const run = await load(asked, engine);
  running?.started();
  const loaded = performance.now();
  const sum = run(n);
  const done = performance.now();
  running?.finished({ kind: 'returned' });
  running?.stop();
  const format = kind?.formats[0] ?? 'text';
  const out = kind?.fileFormats.includes(format) ? `${kind.name}.out` : undefined;
  const report = running?.report(format, { program, width: 100, colors: false, out });
  const size = report?.bytes?.length ?? report?.text.length ?? 0;
  const ms = [loaded - start, done - loaded, performance.now() - done] as const;
  const { user, system } = process.cpuUsage(cpuStart);
  return { ms, cpuMs: (user + system) / MICROS, size, sum };
}

function total({ ms }: Measured): number {
  return ms.reduce((a, b) => a + b, 0);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '3' },
      size: { type: 'string' },
      tier: { type: 'string', default: 'auto' },
      program: { type: 'string', default: SQL },
    },
  });
  const known = analysisKinds.map(({ name }) => name);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`there is no analysis "${unknown}": there are ${known.join(', ')}`);
  const names = ['', ...(positionals.length > 0 ? positionals : known)];
  const { program } = values;
  const size = Number(values.size ?? (program === SQL ? QUERIES : kernelOf(program).long));
  const tier = values.tier as TierName;
  const measured = new Map<string, Measured[]>(names.map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const analysis of names) {
      const one = await inChild<Session, Measured>(import.meta.url, { analysis, program, size, tier });
      measured.get(analysis)?.push(one);
    }
  }
  const plain = measured.get('') as Measured[];
  const base = median(plain.map(total));
  const baseCpu = median(plain.map(({ cpuMs }) => cpuMs));
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
      `${(median(all.map(({ cpuMs }) => cpuMs)) / baseCpu).toFixed(2)}x`,
      String(all[0]?.size),
    ];
  });
  console.log(`${hostText()}, tier ${tier}, ${program} (${size}), medians of ${values.rounds}, in ms`);
  console.log(textTable(['analysis', 'load', 'run', 'report', 'all', 'ratio', 'cpu', 'report size'], rows));
}

if (!(await serve(session))) await main();
