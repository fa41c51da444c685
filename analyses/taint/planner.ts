/** Plans what is done to the shadow at the instructions of a function, from what is known of it before it runs. */

import {
  type ContextualName,
  type FuncInstance,
  functionLocations,
  type Location,
  type ModuleInstance,
} from '../../engine/index.ts';
import { type Block, type FunctionStructure, labelTypes, structureOf } from '../../probes/index.ts';
import { contextual } from './contextual.ts';
import { labelBase, type OperandHeights, operandHeights, UNREACHABLE } from './heights.ts';
import { type CellMove, type Cells, NO_CELLS, StraightValues, unionOf } from './run.ts';
import {
  type Access,
  FillStep,
  GetStep,
  GrowStep,
  LoadStep,
  MoveStep,
  SinkStep,
  type Step,
  StoreStep,
} from './steps.ts';
import type { Tracker, WatchedFunction } from './tracker.ts';

/** Which operands of instructions are sinks. */
export interface InstructionSinks {
  readonly address: boolean;
  readonly branch: boolean;
  readonly call_indirect: boolean;
}

export interface PlanOptions {
  readonly tracker: Tracker;
  readonly instance: ModuleInstance;
  readonly sinks: InstructionSinks;
  readonly watched: WatchedFunction;
  /** Names of functions that calls through tables and references find. */
  readonly nameOf: (func: FuncInstance) => string;
}

export interface FunctionPlan {
  /** By pc, in order. */
  readonly steps: ReadonlyMap<number, readonly Step[]>;
  /** Cells that an activation needs. */
  readonly cellCount: number;
}

export class Planner {
  readonly options: PlanOptions;
  readonly structure: FunctionStructure;
  readonly values: StraightValues;
  /** The instruction that is planned. */
  location: Location;
  private readonly locations: readonly Location[];
  private readonly heights: OperandHeights;
  private readonly steps = new Map<number, Step[]>();
  private index = 0;
  private isOpen = false;

  constructor(options: PlanOptions, localCount: number) {
    const { module } = options.instance;
    const func = options.watched.func.index;
    this.options = options;
    this.structure = structureOf(module, func);
    this.locations = functionLocations(module, func);
    this.location = this.locations[0] as Location;
    this.heights = operandHeights(this.structure, this.locations);
    this.values = new StraightValues(localCount, this.heights.most);
  }

  plan(): FunctionPlan {
    for (const [i, location] of this.locations.entries()) {
      const height = this.heights.heights[i] as number;
      this.index = i;
      this.location = location;
      if (height === UNREACHABLE) this.isOpen = false;
      else this.planLive(location, height);
    }
    const ordered = [...this.steps].sort(([a], [b]) => a - b);
    return { steps: new Map(ordered), cellCount: this.values.cellCount };
  }

  private planLive({ instruction }: Location, height: number): void {
    if (!this.isOpen) this.values.begin(height);
    this.isOpen = true;
    if (instruction.isContextual) contextual[instruction.name as ContextualName](this);
    else this.planPlain();
  }

  /** What has one type wherever it stands: from its signature and its effects. */
  private planPlain(): void {
    const { values } = this;
    const { params, results, access, effects, immediates } = this.location.instruction;
    const operands = values.take(params.length);
    if (immediates.includes('memarg')) this.planAccess(operands);
    else if (access.writes !== undefined) this.planFill(operands);
    else if (effects.has('grow')) this.planGrow(operands);
    else if (immediates.includes('memory')) {
      const shadow = this.memory(this.location.immediates.index);
      this.add(new GetStep(this.tracker, () => shadow.sizeLabel, values.pushNew()));
    } else for (const _ of results) values.push(unionOf(operands));
  }

  private planAccess(operands: readonly Cells[]): void {
    const { location, tracker } = this;
    const { access } = location.instruction;
    const [address = NO_CELLS, ...others] = operands;
    this.sink('address', 'address', address);
    const place: Access = {
      shadow: this.memory(location.immediates.index),
      offset: location.immediates.offset ?? 0,
      bytes: access.reads ?? access.writes ?? 0,
      fromTop: operands.length - 1,
    };
    if (access.reads !== undefined) {
      const to = this.values.pushNew();
      this.add(new LoadStep(tracker, place, { pointer: this.pointer(address, 'load'), to }));
      // A lane of a vector: the others are those of the operand.
      this.values.push(unionOf([this.values.pop(), ...others]));
    } else this.add(new StoreStep(tracker, place, unionOf([...others, this.pointer(address, 'both')])));
  }

  private planFill([address = NO_CELLS, value = NO_CELLS]: readonly Cells[]): void {
    const { instance } = this.options;
    const { instruction, immediates } = this.location;
    this.sink('address', 'address', address);
    const isInit = instruction.immediates[0] === 'data';
    const shadow = this.memory(isInit ? immediates.index2 : immediates.index);
    const segment = immediates.index ?? 0;
    // A segment is constant: what comes from it depends on the place in it only.
    const cells = unionOf([isInit ? this.pointer(value, 'load') : value, this.pointer(address, 'both')]);
    const size = (): number => instance.data[segment]?.length ?? 0;
    this.add(new FillStep(this.tracker, shadow, cells, isInit ? size : undefined));
  }

  private planGrow([size = NO_CELLS]: readonly Cells[]): void {
    const shadow = this.memory(this.location.immediates.index);
    this.add(new GrowStep(this.tracker, shadow, { size, value: NO_CELLS }, this.values.pushNew()));
  }

  // What rules are made of

  get tracker(): Tracker {
    return this.options.tracker;
  }

  memory(index = 0): ReturnType<Tracker['memory']> {
    return this.tracker.memory(this.options.instance.memories[index] as never);
  }

  table(index = 0): ReturnType<Tracker['table']> {
    return this.tracker.table(this.options.instance.tables[index] as never);
  }

  /** The cells of an address, as far as what is loaded, or stored, takes its label. */
  pointer(address: Cells, way: 'load' | 'both'): Cells {
    const { pointers } = this.tracker.options;
    return pointers === 'both' || pointers === way ? address : NO_CELLS;
  }

  /** Adds a step before the instruction at a place; default: the one that is planned. */
  add(step: Step, pc = this.location.pc): void {
    const here = this.steps.get(pc);
    if (here === undefined) this.steps.set(pc, [step]);
    else here.push(step);
  }

  /** If operands of this kind are sinks, this one is. */
  sink(kind: keyof InstructionSinks, operand: string, cells: Cells): void {
    const { sinks, instance } = this.options;
    if (!sinks[kind] || cells.length === 0) return;
    const sink = { module: instance.module, location: this.location, sink: kind, operand };
    this.add(new SinkStep(this.tracker, sink, cells));
  }

  /** The run ends before the instruction, at which control may arrive from elsewhere; another one begins. */
  join(): void {
    const height = this.heights.heights[this.index] as number;
    const before = this.locations[this.index - 1];
    // Everything that happens behind the last instruction before it is known before that instruction.
    if (before !== undefined) this.flush(before.pc);
    this.values.begin(height);
  }

  /** The run ends with the instruction, whose operands were taken. */
  end(): void {
    this.flush(this.location.pc);
    this.isOpen = false;
  }

  /** The activation ends: nothing of it has to be kept. */
  leave(): void {
    this.isOpen = false;
  }

  private flush(pc: number): void {
    const move = this.values.changes();
    if (move !== undefined) this.add(new MoveStep(this.tracker, move), pc);
  }

  /** The next instruction in the text, if it is not the last. */
  get next(): Location | undefined {
    return this.locations[this.index + 1];
  }

  /** How the values that a branch to a block brings, which are on the top of the stack, move; undefined if they do not. */
  branchMove(block: Block): CellMove | undefined {
    const { length } = labelTypes(block);
    const to = labelBase(this.heights, block);
    const from = this.values.height - length;
    if (length === 0 || to === from) return undefined;
    const places = Array.from({ length }, (_, i) => i);
    return {
      to: places.map((i) => this.values.cellOf(to + i)),
      from: places.map((i) => [this.values.cellOf(from + i)]),
    };
  }
}
