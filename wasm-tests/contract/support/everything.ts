/** Every kind of probe, attached to everything of an instance; none of them writes. */

import { Coverage } from '../../../analyses/index.ts';
import {
  type Engine,
  type ExitProbe,
  type Frame,
  functionLocations,
  type LocalProbe,
  type Location,
  type ModuleInstance,
  valtype,
} from '../../../engine/index.ts';
import {
  type Attachment,
  atEntry,
  BigRangeProbe,
  CountMoreProbe,
  CountProbe,
  everyInstruction,
  HistogramProbe,
  Insertions,
  LastValueProbe,
  OneShotProbe,
  onAfter,
  onBefore,
  onBlockEntry,
  onBranch,
  onCall,
  onCallReturn,
  onEntry,
  onExit,
  onGlobalAccess,
  onHostCall,
  onLoop,
  onMemoryAccess,
  onMemoryGrow,
  onTableAccess,
  onTrap,
  RangeProbe,
  SampleProbe,
  SwitchProbe,
  TakenProbe,
} from '../../../probes/index.ts';

export interface Watch extends Attachment {
  /** Events that were seen: none would mean that nothing was attached. */
  readonly events: () => number;
}

export type Watcher = (instance: ModuleInstance) => Watch;

const NEEDS = { operands: 'all', locals: true, results: true, stack: true } as const;
/** Reading everything is slow: after so many events the probes only count. */
const MOST_READINGS = 2000;
const DEEPEST_STACK = 20;
/** After so many events the slow kinds go, in the middle of the program, which must not notice that either. */
const MOST_EVENTS = 20_000;

/** Reads locals and operands. */
function readValues(frame: Frame): void {
  for (let i = 0; i < frame.localTypes.length; i++) frame.local(i);
  for (let i = 0; i < frame.operandTypes.length; i++) frame.operand(i);
}

/** Reads all that a frame shows. */
function readAll(frame: Frame): void {
  readValues(frame);
  if (frame.depth >= DEEPEST_STACK) return;
  for (const entry of frame.stack) if (!('kind' in entry)) readValues(entry);
}

function ownFunctions(instance: ModuleInstance): number[] {
  return instance.funcs.flatMap((func, index) =>
    func.host === null && func.instance === instance && func.index === index ? [index] : [],
  );
}

function locationsOf(instance: ModuleInstance): Location[] {
  return ownFunctions(instance).flatMap((func) => functionLocations(instance.module, func));
}

/** Reads and counts; goes when it has seen enough. */
class Reader implements LocalProbe, ExitProbe {
  readonly needs = NEEDS;
  readonly insertions = new Insertions();
  count = 0;

  fire(frame: Frame): void {
    this.count++;
    if (this.count <= MOST_READINGS) readAll(frame);
    if (this.count === MOST_EVENTS) this.insertions.detach();
  }

  exit(frame: Frame): void {
    this.fire(frame);
  }

  get watch(): Watch {
    return { detach: () => this.insertions.detach(), events: () => this.count };
  }
}

function local(instance: ModuleInstance): Watch {
  const probe = new Reader();
  for (const { func, pc } of locationsOf(instance)) probe.insertions.local(instance, func, pc, probe);
  for (const func of ownFunctions(instance)) probe.insertions.local(instance, func, 0, probe);
  return probe.watch;
}

function global(instance: ModuleInstance): Watch {
  const probe = new Reader();
  probe.insertions.everywhere(instance, probe);
  return probe.watch;
}

function exits(instance: ModuleInstance): Watch {
  const probe = new Reader();
  for (const func of ownFunctions(instance)) probe.insertions.exit(instance, func, probe);
  return probe.watch;
}

/** The fast probes that fit the topmost operand of an instruction. */
function fastProbes({ instruction }: Location): LocalProbe[] {
  const probes: LocalProbe[] = [new CountMoreProbe(2), new OneShotProbe(new CountProbe())];
  const top = instruction.params.at(-1);
  const isCondition = instruction.name === 'if' || instruction.name === 'br_if';
  if (isCondition || top === valtype.I32)
    probes.push(new TakenProbe(), new HistogramProbe(8), new SampleProbe(3, new RangeProbe()));
  if (top === valtype.F32 || top === valtype.F64) probes.push(new SwitchProbe(new RangeProbe()));
  if (top === valtype.I64) probes.push(new BigRangeProbe());
  if (isCondition || top !== undefined) probes.push(new LastValueProbe());
  return probes;
}

function fast(instance: ModuleInstance): Watch {
  const insertions = new Insertions();
  const count = new CountProbe();
  for (const location of locationsOf(instance)) {
    for (const probe of [count, ...fastProbes(location)]) insertions.local(instance, location.func, location.pc, probe);
  }
  return { detach: () => insertions.detach(), events: () => count.count };
}

/** All kinds of events, with handlers that look at every field. */
function events(instance: ModuleInstance): Watch {
  const insertions = new Insertions();
  let count = 0;
  const see = (event: object): void => {
    count++;
    if (count <= MOST_READINGS) Object.values(event);
    if (count === MOST_EVENTS) insertions.detach();
  };
  const all = [
    atEntry(instance, see),
    everyInstruction(instance, see),
    onAfter(instance, () => true, see),
    onBefore(instance, () => true, see),
    onBlockEntry(instance, see),
    onBranch(instance, see),
    onCall(instance, see),
    onCallReturn(instance, see),
    onEntry(instance, see),
    onExit(instance, see),
    onGlobalAccess(instance, see),
    onHostCall(instance, see),
    onLoop(instance, see),
    onMemoryAccess(instance, see),
    onMemoryGrow(instance, see),
    onTableAccess(instance, see),
    onTrap(instance, see),
  ];
  for (const attachment of all) insertions.add(attachment);
  return { detach: () => insertions.detach(), events: () => count };
}

function analyses(instance: ModuleInstance): Watch {
  const coverage = new Coverage();
  coverage.attach(instance);
  const covered = (): number => coverage.result().modules.reduce((sum, m) => sum + m.totals.instructions.covered, 0);
  return { detach: () => coverage.detach(), events: covered };
}

function together(instance: ModuleInstance): Watch {
  const all = [local, global, exits, fast, events, analyses].map((watch) => watch(instance));
  return {
    detach: () => {
      for (const watch of all) watch.detach();
    },
    events: () => Math.min(...all.map((watch) => watch.events())),
  };
}

/** The kinds, and all of them together. */
export const watchers: Readonly<Record<string, Watcher>> = { local, global, exits, fast, events, analyses, together };

/** Attaches to every instance that an engine makes. */
export function watchEngine(engine: Engine, watcher: Watcher): { readonly watches: readonly Watch[] } {
  const watches: Watch[] = [];
  engine.observe({ onInstance: (instance) => watches.push(watcher(instance)) });
  return { watches };
}
