/** The engine on one instruction, interpreted or compiled, beside V8 in `native.ts`. */

import { insertGlobalProbe, internals, type ModuleInstance, removeGlobalProbe } from '../../engine/index.ts';
import type { Instruction } from '../../engine/isa/instructions.ts';
import { instructionModule, resultSlot } from './build.ts';
import { type Bytes, sizeOf } from './edge-values.ts';
import { type Outcome, operandBase } from './native.ts';
import { engineIn } from './tiers.ts';

const small = { stackSlots: 64, maxFrames: 8 };
const engines = { interpreter: engineIn('interpreter', small), js: engineIn('js', small) };

export type InstructionTier = keyof typeof engines;
export const instructionTiers = Object.keys(engines) as InstructionTier[];

const silent = { fire: () => undefined };

/** An instruction with its immediates, compiled by the engine. */
export class InterpretedInstruction {
  readonly instruction: Instruction;
  /** The memory that the instruction accesses, one page. */
  readonly memory: Bytes;
  /** Where operands and result are: the same memory, unless the instruction accesses memory 1. */
  readonly #staging: Bytes;
  readonly #run: (base: number) => void;
  readonly #instance: ModuleInstance;
  readonly #tier: InstructionTier;

  /** `immediates` are in their binary encoding; `memory` is the one that they name. */
  constructor(
    instruction: Instruction,
    immediates: readonly number[] = [],
    memory: 0 | 1 = 0,
    tier: InstructionTier = 'interpreter',
  ) {
    const { Module, Instance } = engines[tier].WebAssembly;
    this.#tier = tier;
    const object = new Instance(new Module(instructionModule(instruction, immediates, 1 + memory)));
    const { exports } = object;
    this.instruction = instruction;
    this.#staging = new Uint8Array(exports.memory.buffer);
    this.memory = memory === 0 ? this.#staging : new Uint8Array(exports.memory1.buffer);
    this.#run = exports.run as (base: number) => void;
    this.#instance = internals.instanceOf(object);
  }

  run(operands: readonly Bytes[]): Outcome {
    operands.forEach((operand, slot) => {
      this.#staging.set(operand, operandBase + 16 * slot);
    });
    // What earlier code left on the stack must not matter.
    engines[this.#tier].machine.slots.u8.fill(0xa5);
    try {
      this.#run(operandBase);
    } catch (error) {
      return { trap: (error as Error).message };
    }
    const [type] = this.instruction.results;
    const start = operandBase + 16 * resultSlot;
    return { result: this.#staging.slice(start, start + (type === undefined ? 0 : sizeOf(type))) };
  }

  /** The same in the loop that tells global probes of every instruction. */
  runTraced(operands: readonly Bytes[]): Outcome {
    insertGlobalProbe(this.#instance, silent);
    try {
      return this.run(operands);
    } finally {
      removeGlobalProbe(this.#instance, silent);
    }
  }
}
