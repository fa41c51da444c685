/** What `bench/instrumented.ts` attaches to programs: probes of the library, and callbacks as users write them. */

import { blockStarts } from '../analyses/coverage/blocks.ts';
import { Coverage } from '../analyses/index.ts';
import {
  type Frame,
  functionInstructions,
  functionLocations,
  type LocalProbe,
  type Location,
  type ModuleInstance,
} from '../engine/index.ts';
import { type Attachment, CountProbe, HistogramProbe, Insertions, isBranch, TakenProbe } from '../probes/index.ts';
import { type Accesses, accessProbe } from './access-callbacks.ts';

/** Something that is attached, and what it has seen so far, to be compared with what it sees in another tier. */
export interface Observation extends Attachment {
  /** Number of instructions that have probes, or would have. */
  readonly places: number;
  seen(): unknown;
}

export interface Instrumentation {
  readonly name: string;
  /** What it is, for the table's legend. */
  readonly text: string;
  /** At most this many times the time without it, in the mean. */
  readonly limit: number;
  attach(instance: ModuleInstance): Observation;
}

/** Indices of the functions that have code. */
function ownFunctions({ module }: ModuleInstance): number[] {
  return module.bodies.map((_, i) => module.importCounts.function + i);
}

interface Places {
  readonly attachment: Attachment;
  readonly places: number;
}

/** Inserts a probe at every instruction for which `make` gives one. */
function atLocations(instance: ModuleInstance, make: (location: Location) => LocalProbe | undefined): Places {
  const insertions = new Insertions();
  let places = 0;
  for (const func of ownFunctions(instance)) {
    for (const location of functionLocations(instance.module, func)) {
      const probe = make(location);
      if (probe === undefined) continue;
      insertions.local(instance, func, location.pc, probe);
      places++;
    }
  }
  return { attachment: insertions, places };
}

function observation({ attachment, places }: Places, seen: () => unknown): Observation {
  return { places, seen, detach: () => attachment.detach() };
}

function counters(instance: ModuleInstance): Observation {
  const probes: CountProbe[] = [];
  const inserted = atLocations(instance, () => {
    const probe = new CountProbe();
    probes.push(probe);
    return probe;
  });
  return observation(inserted, () => probes.map(({ count }) => count));
}

/** Does the instruction go one way or another, by an operand? */
function isConditional({ instruction }: Location): boolean {
  return isBranch(instruction) && instruction.name !== 'br';
}

function tallies(instance: ModuleInstance): Observation {
  const probes: (TakenProbe | HistogramProbe)[] = [];
  const inserted = atLocations(instance, (location) => {
    if (!isConditional(location)) return undefined;
    const probe = location.instruction.name === 'br_table' ? HistogramProbe.forTargets(location) : new TakenProbe();
    probes.push(probe);
    return probe;
  });
  return observation(inserted, () =>
    probes.map((probe) => (probe instanceof TakenProbe ? [probe.taken, probe.notTaken] : [...probe.counts])),
  );
}

// Callbacks count modulo 2^32, in typed arrays: a benchmark runs for so long that a plain number would stop being a small integer.
// A field also has V8 read half of what it has just written whole, where the increment is conditional; processors wait for that.

class BlockCallback implements LocalProbe {
  readonly needs = { frame: false } as const;
  readonly counts = new Int32Array(1);

  fire(): void {
    (this.counts[0] as number)++;
  }
}

function blockCallback(instance: ModuleInstance): Observation {
  const callback = new BlockCallback();
  const starts = new Set<string>();
  for (const func of ownFunctions(instance)) {
    const code = functionInstructions(instance.module, func);
    for (const i of blockStarts(code)) starts.add(`${func}+${code.pcs[i]}`);
  }
  const inserted = atLocations(instance, ({ func, pc }) => (starts.has(`${func}+${pc}`) ? callback : undefined));
  return observation(inserted, () => callback.counts[0]);
}

class BranchCallback implements LocalProbe {
  readonly needs = { frame: false, operands: 1 } as const;
  /** Not taken, taken. */
  readonly counts = new Int32Array(2);

  fire(_frame: Frame, condition: number): void {
    (this.counts[condition === 0 ? 0 : 1] as number)++;
  }
}

function branchCallback(instance: ModuleInstance): Observation {
  const callback = new BranchCallback();
  const inserted = atLocations(instance, (location) => (isConditional(location) ? callback : undefined));
  return observation(inserted, () => [...callback.counts]);
}

function accessCallback(instance: ModuleInstance): Observation {
  const callbacks: Accesses[] = [];
  const inserted = atLocations(instance, (location) => {
    const callback = accessProbe(instance, location);
    if (callback !== undefined) callbacks.push(callback);
    return callback;
  });
  return observation(inserted, () => callbacks.map(({ count, zeros, addresses }) => ({ count, zeros, addresses })));
}

function instructionCount(instance: ModuleInstance): number {
  return ownFunctions(instance).reduce((sum, func) => sum + functionInstructions(instance.module, func).pcs.length, 0);
}

function coverage(instance: ModuleInstance): Observation {
  const analysis = new Coverage();
  analysis.attach(instance);
  const places = instructionCount(instance);
  return observation({ attachment: analysis, places }, () => analysis.result());
}

export const instrumentations: readonly Instrumentation[] = [
  { name: 'counters', text: 'a CountProbe at every instruction', limit: 1.6, attach: counters },
  {
    name: 'tallies',
    text: 'a TakenProbe at every br_if and if, a HistogramProbe at every br_table',
    limit: 1.4,
    attach: tallies,
  },
  { name: 'blocks', text: 'a callback at every basic block, without operands', limit: 2, attach: blockCallback },
  {
    name: 'branches',
    text: 'a callback at every br_if, if and br_table, with the condition',
    limit: 2,
    attach: branchCallback,
  },
  {
    name: 'accesses',
    text: 'a callback at every load and store, with address and value; before a load it reads the value from the memory itself',
    limit: 4,
    attach: accessCallback,
  },
  { name: 'coverage', text: 'the coverage analysis, when what runs has been covered', limit: 1.1, attach: coverage },
];
