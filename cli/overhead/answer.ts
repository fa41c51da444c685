/** One run, in a process of its own: nothing that another one left in V8, in memory or in the file system's own buffers of the process changes it. */

import fs from 'node:fs';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { RunningAnalysis } from '../../analyses/index.ts';
import { decodeModule, type Engine, type Module, type WebAssemblyNamespace } from '../../engine/index.ts';
import { InsertionRecorder, insertEmptyProbes, type InsertionLog } from '../../probes/index.ts';
import { createEngine } from '../engine.ts';
import { CliError, messageOf } from '../errors.ts';
import { isTrap } from '../failure.ts';
import { initialize } from '../invoke.ts';
import { printResult } from '../output.ts';
import { type ProbeRequest, resolveProbe } from '../probes.ts';
import { compile, instantiate, outcomeOf, prepareProgram } from '../program.ts';
import { naming, readSymbols } from '../symbols.ts';
import type { Answer, Counted, Ending, Measured, Order } from './order.ts';

/** The border: V8's own namespace has the shape of ours. */
const native = (globalThis as unknown as { readonly WebAssembly: WebAssemblyNamespace }).WebAssembly;

export async function answered(order: Order): Promise<Answer> {
  try {
    return await measured(order);
  } catch (error) {
    return { failure: messageOf(error), isUsage: error instanceof CliError };
  }
}

/** What runs the program, and what stands ready to observe it. */
interface Stage {
  readonly wasm: WebAssemblyNamespace;
  readonly engine: Engine | undefined;
  readonly running: RunningAnalysis | undefined;
  readonly counted: (() => Counted) | undefined;
}

async function measured(order: Order): Promise<Measured> {
  const { program, wasmFile } = order;
  const bytes = new Uint8Array(fs.readFileSync(wasmFile));
  const nameModule = await naming(bytes, order.symbols === undefined ? undefined : await readSymbols(order.symbols));
  const request = order.probe === undefined ? undefined : await resolveProbe(order.probe.text);
  const log = order.probe?.use === 'empty' ? readLog(order.probe.logFile) : undefined;
  const module = decodeModule(bytes);

  const start = performance.now();
  const stage = prepareStage(order, request, { nameModule, log });
  const { wasm, running } = stage;
  const compiled = compile(wasm, program.file, bytes);
  const prepared = prepareProgram(wasm, module, program);
  let loaded = Number.NaN;
  const ending = endingOf(() => {
    const exports = instantiate(wasm, compiled, prepared, program.file);
    loaded = performance.now();
    initialize(module, exports);
    running?.started();
    printResult(prepared.invocation(exports));
  });
  const ended = performance.now();
  prepared.linked.wasi?.close();
  const counted = stage.counted?.();
  const reportMs = running === undefined || request === undefined ? undefined : report(running, request, ending);
  // A program whose start function ended it was never instantiated.
  if (Number.isNaN(loaded)) loaded = start;
  return {
    ending: ending.ending,
    loadMs: loaded - start,
    runMs: ended - loaded,
    ...(reportMs === undefined ? {} : { reportMs }),
    peakBytes: process.resourceUsage().maxRSS * 1024,
    ...compiledOf(stage.engine),
    ...(counted === undefined ? {} : { counted }),
  };
}

function readLog(file: string): InsertionLog {
  return deserialize(fs.readFileSync(file)) as InsertionLog; // written by a run of ours
}

function prepareStage(
  { engine: name, threshold, probe }: Order,
  request: ProbeRequest | undefined,
  { nameModule, log }: { readonly nameModule: (module: Module) => void; readonly log: InsertionLog | undefined },
): Stage {
  if (name === 'native') {
    return { wasm: native, engine: undefined, running: undefined, counted: undefined };
  }
  const engine = createEngine({ tier: name, threshold: name === 'auto' ? threshold : undefined });
  engine.observe({ onModule: nameModule });
  const observed = { wasm: engine.WebAssembly, engine };
  if (log !== undefined) {
    engine.observe({ onInstance: (instance) => void insertEmptyProbes(instance, log) });
    return { ...observed, running: undefined, counted: undefined };
  }
  // What probes say while the program runs is no part of its output.
  const running = request?.kind.start(engine, { options: request.options, log: () => {} });
  if (probe?.use !== 'count') return { ...observed, running, counted: undefined };
  return { ...observed, running, counted: counting(engine, probe.logFile) };
}

/** The events of what was started before. A first count tells whether probes change while the program runs; a second one notes when. */
function counting(engine: Engine, logFile: string): () => Counted {
  const recorder = new InsertionRecorder(engine, { hasMoments: fs.existsSync(logFile) });
  return () => {
    const { events, insertions, changes } = recorder;
    recorder.stop();
    fs.writeFileSync(logFile, serialize(recorder.log()));
    return { events, insertions, changes };
  };
}

interface Ended {
  readonly ending: Ending;
  readonly error: unknown;
}

/** Runs the program; how it ended. Mistakes of the user are thrown. */
function endingOf(action: () => void): Ended {
  try {
    action();
    return { ending: { kind: 'returned' }, error: undefined };
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { kind, code } = outcomeOf(error);
    if (kind === 'exit') return { ending: { kind, code: (code ?? 0) & 0xff }, error };
    const isOfWasm = isTrap(error) || error instanceof native.RuntimeError;
    return { ending: { kind: isOfWasm ? 'trap' : 'error', message: messageOf(error) }, error };
  }
}

/** Ends the analysis and makes its report; how long that took, undefined if it has none to give. */
function report(running: RunningAnalysis, { kind }: ProbeRequest, { ending, error }: Ended): number | undefined {
  const start = performance.now();
  running.finished({ ...ending, error });
  running.stop();
  const format = kind.formats[0] ?? 'text';
  const out = kind.fileFormats.includes(format) ? path.resolve(`${kind.name}.out`) : undefined;
  try {
    running.report(format, { program: 'program', width: 100, colors: false, out });
  } catch {
    return undefined; // the run is what is measured
  }
  return performance.now() - start;
}

function compiledOf(engine: Engine | undefined): Pick<Measured, 'compiled'> {
  if (engine === undefined) return {};
  const { compilations, invalidations, deoptimisations, disabled } = engine.tierReport();
  return {
    compiled: {
      ...compilations,
      invalidations: invalidations.total,
      deoptimisations: deoptimisations.total,
      ...(disabled === undefined ? {} : { disabled }),
    },
  };
}
