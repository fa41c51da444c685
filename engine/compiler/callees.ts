/** How compiled code finds and calls other functions. */

import {
  callerOf,
  rawCallerOf,
  readF32,
  readText,
  returnsValue,
  shapeOf,
  writeF32,
  writeText,
} from '../interpreter/callers.ts';
import { MAX_NESTED, type Machine } from '../interpreter/machine.ts';
import { Trap } from '../isa/trap.ts';
import { isRef, V128, type ValType } from '../isa/valtype.ts';
import type { CompiledCode, CompiledFunction } from '../runtime/compiled-function.ts';
import type { FuncInstance } from '../runtime/function.ts';
import { CALL } from '../runtime/tier.ts';
import { SLOT_I32, Slots } from '../runtime/value.ts';
import type { CompiledUnit } from './unit.ts';

/** `entry` of functions by index, where that is known. */
export type EntryList = (CompiledCode | undefined)[];

/** What the tier knows of a function. */
export class TierState implements CompiledFunction {
  readonly func: FuncInstance;
  readonly machine: Machine;
  /** Runs the function some other way than by compiled code. */
  readonly stub: CompiledCode;
  /** Runs it, and all that it calls, in the interpreter: where the host's stack is nearly used up. */
  readonly deepStub: CompiledCode;
  entry: CompiledCode;
  body: CompiledCode | null = null;
  /**
   * What compiled code calls; undefined where it is to ask for it by `ready`. A call that met another way to run the function first would be
   * a call of one of many functions for V8 ever after, or make the caller's machine code wrong.
   */
  code: CompiledCode | undefined;
  /** Where calls through tables find `entry`. */
  private readonly places = new Map<EntryList, Set<number>>();
  /** Compiled code that can be called, and code that is entered at loops, by the unit of the loop. */
  unit: CompiledUnit | null = null;
  readonly loops = new Map<number, CompiledUnit>();
  /** Code of other functions that relies on this one being quiet. */
  readonly dependents = new Set<CompiledUnit>();
  /** Why it is not compiled; undefined if it may be. */
  refused: string | undefined;
  /** How often its code became wrong. */
  invalidations = 0;
  /** Has it been left to the interpreter for some time, since it has many probes? */
  wasWatched = false;
  /** How often there was no room on the host's stack to compile it. */
  postponed = 0;

  constructor(func: FuncInstance, machine: Machine) {
    this.func = func;
    this.machine = machine;
    this.stub = stubOf(func, machine, runnerOf(func, machine));
    this.deepStub = stubOf(func, machine, deepRunner(func, machine));
    this.entry = this.stub;
    this.code = func.host !== null || func.instance?.executor !== machine ? this.stub : undefined;
  }

  /** From now on the function is called by this code of it. */
  setEntry(entry: CompiledCode, body: CompiledCode | null): void {
    this.forgetPlaces();
    this.entry = entry;
    this.body = body;
    this.code = entry;
  }

  /** The function has no code, for the time being. */
  unsetEntry(): void {
    this.forgetPlaces();
    this.entry = this.stub;
    this.body = null;
    this.code = undefined;
  }

  private forgetPlaces(): void {
    for (const [list, indices] of this.places) for (const index of indices) list[index] = undefined;
    this.places.clear();
  }

  /** What is called from compiled code; makes the function's code if it is time. */
  ready(): CompiledCode {
    if (this.code === undefined) this.machine.calledFromCode(this.func);
    return this.code ?? this.stub;
  }

  /** The place is to become undefined when `entry` changes. */
  isFoundAt(list: EntryList, index: number): void {
    let indices = this.places.get(list);
    if (indices === undefined) {
      indices = new Set();
      this.places.set(list, indices);
    }
    indices.add(index);
  }
}

/** States of functions of other machines, and of host functions that another machine knew first. */
const foreign = new WeakMap<Machine, WeakMap<FuncInstance, TierState>>();

/** The state of a function for the code of a machine; made when first asked for. */
export function compiledOf(func: FuncInstance, machine: Machine): TierState {
  const { compiled } = func;
  if (compiled instanceof TierState && compiled.machine === machine) return compiled;
  if (compiled === null && (func.instance === null || func.instance.executor === machine)) {
    const state = new TierState(func, machine);
    func.compiled = state;
    return state;
  }
  let states = foreign.get(machine);
  if (states === undefined) {
    states = new WeakMap();
    foreign.set(machine, states);
  }
  let state = states.get(func);
  if (state === undefined) {
    state = new TierState(func, machine);
    states.set(func, state);
  }
  return state;
}

/** The callee behind a reference. */
export function calleeOfReference(machine: Machine): (ref: FuncInstance | null) => CompiledFunction {
  return (ref) => {
    if (ref === null) throw new Trap('null');
    return compiledOf(ref, machine);
  };
}

/** What code returns that asks its caller to go on with a tail call, whose arguments lie at the frame's base. */
export const TAIL = Object.freeze({ tail: 'call' });

/** What code that was entered at a loop returns when it has given the activation back to the interpreter. */
export const LEFT = Object.freeze({ left: 'compiled code' });

/** Notes the callee of a tail call. */
export function tailTo(machine: Machine): (callee: CompiledFunction) => typeof TAIL {
  return (callee) => {
    machine.tailCallee = callee;
    return TAIL;
  };
}

/** Goes on with tail calls until there is a result. */
export function followTails(machine: Machine, depth: number, fp: number): unknown {
  let result: unknown = TAIL;
  while (result === TAIL) {
    const { func, body, entry } = machine.tailCallee as TierState;
    result = rawCallerOf(func.signature)(machine.slots, body ?? entry, depth, fp);
  }
  return result;
}

type Run = (depth: number, fp: number) => void;

/** Runs a function whose parameters lie at `fp`, in a way other than its compiled code. */
function runnerOf(func: FuncInstance, machine: Machine): Run {
  const { instance, signature, paramUnits } = func;
  if (func.host !== null) {
    return (depth, fp) => {
      machine.depth = depth - 1;
      machine.callHost(func, fp + paramUnits);
    };
  }
  if (instance?.executor !== machine) return foreignRunner(func, machine);
  return (depth, fp) => {
    machine.depth = depth - 1;
    if (--func.budget < 0 && machine.gate(func, false) === CALL.compiled) {
      callerOf(signature)(machine.slots, (func.compiled as CompiledFunction).entry, depth, fp);
    } else interpretNested(func, machine, { depth, fp, levels: 1 });
  };
}

interface Place {
  readonly depth: number;
  readonly fp: number;
  /** How many levels it counts for. */
  readonly levels: number;
}

function interpretNested(func: FuncInstance, machine: Machine, { depth, fp, levels }: Place): void {
  machine.nested += levels;
  try {
    machine.interpret(func, depth, fp);
  } finally {
    machine.nested -= levels;
  }
}

function deepRunner(func: FuncInstance, machine: Machine): Run {
  return (depth, fp) => {
    machine.depth = depth - 1;
    interpretNested(func, machine, { depth, fp, levels: MAX_NESTED + 1 });
  };
}

/** A function that another machine runs: it has its own stack. */
function foreignRunner(func: FuncInstance, machine: Machine): Run {
  const { params, results } = func.signature;
  return (depth, fp) => {
    machine.depth = depth - 1;
    machine.sp = fp + func.paramUnits;
    const area = new Slots(Math.max(params.length, results.length));
    copy(machine.slots, fp / SLOT_I32, area, 0, params.length);
    func.instance?.executor.invoke(func, area, area);
    copy(area, 0, machine.slots, fp / SLOT_I32, results.length);
  };
}

function copy(from: Slots, first: number, to: Slots, target: number, count: number): void {
  for (let i = 0; i < count * SLOT_I32; i++) to.i32[target * SLOT_I32 + i] = from.i32[first * SLOT_I32 + i] as number;
  for (let i = 0; i < count; i++) to.refs[target + i] = from.refs[first + i];
}

type StubMaker = (
  slots: Slots,
  run: Run,
  read: typeof readF32,
  write: typeof writeF32,
  grow: (fp: number) => void,
) => CompiledCode;

const makers = new Map<string, StubMaker>();

/** Code in the calling convention of compiled code that puts the arguments into slots and runs the function. */
function stubOf(func: FuncInstance, machine: Machine, run: Run): CompiledCode {
  const { params, results } = func.signature;
  const resultShape = results.length === 1 && returnsValue(results) ? shapeOf(results[0] as ValType) : '';
  const key = `${params.map(shapeOf).join('')}:${resultShape}`;
  let maker = makers.get(key);
  if (maker === undefined) {
    maker = makeStubMaker(params, resultShape);
    makers.set(key, maker);
  }
  const count = Math.max(params.length, results.length) * SLOT_I32;
  return maker(machine.slots, run, readF32, writeF32, (fp) => machine.growRefs(fp + count));
}

function makeStubMaker(params: readonly ValType[], result: string): StubMaker {
  const names = params.flatMap((type, k) => (type === V128 ? [] : [`a${k}`]));
  const writes = params.flatMap((type, k) => (type === V128 ? [] : [writeText(shapeOf(type), k, `a${k}`)]));
  const grow = params.some(isRef) || result === 'r' ? 'growRefs(fp); ' : '';
  const end = result === '' ? '' : ` return ${readText(result, 0)};`;
  const text = `return (${[...names, 'd', 'fp'].join(', ')}) => { ${grow}${writes.join(' ')} run(d, fp);${end} };`;
  // The text is written for this type.
  return new Function('S', 'run', 'readF32', 'writeF32', 'growRefs', text) as StubMaker;
}
