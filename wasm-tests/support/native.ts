/** V8's own WebAssembly as the oracle: executes one instruction on operands given as bytes. */

import type { Instruction } from '../../engine/isa/instructions.ts';
import { instructionModule, resultSlot } from './build.ts';
import { type Bytes, sizeOf } from './edge-values.ts';

/** What an execution came to: the bytes of the result (none for an instruction without one), or the trap's message. */
export type Outcome = { readonly result: Bytes } | { readonly trap: string };

/** Where `NativeInstruction.run` puts operands and result, in bytes; other places of the memory are free. */
export const operandBase = 1024;

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly run: (base: number) => void;
}

/** As much of the host's namespace as is used here; the type libraries of this project do not declare it. */
interface HostWebAssembly {
  readonly Module: new (bytes: Bytes) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

const { Module, Instance } = (globalThis as unknown as { WebAssembly: HostWebAssembly }).WebAssembly;

/** An instruction with its immediates, compiled by V8. */
export class NativeInstruction {
  readonly instruction: Instruction;
  /** The whole memory, one page. */
  readonly memory: Bytes;
  readonly #run: (base: number) => void;

  /** `immediates` are in their binary encoding. */
  constructor(instruction: Instruction, immediates: readonly number[] = []) {
    const module = new Module(instructionModule(instruction, immediates));
    // The module's text is fixed by `instructionModule`, which exports these.
    const exports = new Instance(module).exports as Exports;
    this.instruction = instruction;
    this.memory = new Uint8Array(exports.memory.buffer);
    this.#run = exports.run;
  }

  run(operands: readonly Bytes[]): Outcome {
    operands.forEach((operand, slot) => {
      this.memory.set(operand, operandBase + 16 * slot);
    });
    try {
      this.#run(operandBase);
    } catch (error) {
      return { trap: (error as Error).message };
    }
    const [type] = this.instruction.results;
    const start = operandBase + 16 * resultSlot;
    return { result: this.memory.slice(start, start + (type === undefined ? 0 : sizeOf(type))) };
  }
}
