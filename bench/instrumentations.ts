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
import { accessCallbackAt, NOTED } from './access-callbacks.ts';

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

// Callbacks count modulo 2^32, in a typed array for all of them: a benchmark runs for so long that a plain number would stop being a
// small integer, and an array of a few bytes lies on V8's heap, where its address is no constant.

/** A profile of blocks: each has a count, in one array. */
class BlockCallback implements LocalProbe {
  readonly needs = { frame: false } as const;
  private readonly counts: Int32Array;
  private readonly at: number;

  constructor(counts: Int32Array, at: number) {
    this.counts = counts;
    this.at = at;
  }

  fire(): void {
    (this.counts[this.at] as number)++;
  }
}

function blockCallback(instance: ModuleInstance): Observation {
  const counts = new Int32Array(instructionCount(instance));
  let next = 0;
  const starts = new Set<string>();
  for (const func of ownFunctions(instance)) {
    const code = functionInstructions(instance.module, func);
    for (const i of blockStarts(code)) starts.add(`${func}+${code.pcs[i]}`);
  }
  const inserted = atLocations(instance, ({ func, pc }) => {
    return starts.has(`${func}+${pc}`) ? new BlockCallback(counts, next++) : undefined;
  });
  return observation(inserted, () => [...counts.subarray(0, next)]);
}

/** A profile of branches: each counts how often its condition was 0, and was not. */
class BranchCallback implements LocalProbe {
  readonly needs = { frame: false, operands: 1 } as const;
  /** Not taken, taken. */
  private readonly counts: Int32Array;
  private readonly at: number;

  constructor(counts: Int32Array, at: number) {
    this.counts = counts;
    this.at = at;
  }

  fire(_frame: Frame, condition: number): void {
    (this.counts[condition === 0 ? this.at : this.at + 1] as number)++;
  }
}

function branchCallback(instance: ModuleInstance): Observation {
  const counts = new Int32Array(2 * instructionCount(instance));
  let next = 0;
  const inserted = atLocations(instance, (location) => {
    if (!isConditional(location)) return undefined;
    const callback = new BranchCallback(counts, next);
    next += 2;
    return callback;
  });
  return observation(inserted, () => [...counts.subarray(0, next)]);
}

function accessCallback(instance: ModuleInstance): Observation {
  const noted = new Int32Array(NOTED * instructionCount(instance));
  let next = 0;
  const inserted = atLocations(instance, (location) => {
    const callback = accessCallbackAt(location, noted, next);
    if (callback !== undefined) next += NOTED;
    return callback;
  });
  return observation(inserted, () => [...noted.subarray(0, next)]);
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
    text: 'a callback at every load and store of a number, with address and value',
    limit: 4,
    attach: accessCallback,
  },
  { name: 'coverage', text: 'the coverage analysis, when what runs has been covered', limit: 1.1, attach: coverage },
];
