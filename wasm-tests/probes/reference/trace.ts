/**
 * What a program did, one record for each instruction: the raw material from which the references for events make
 * their logs. Recorded with one global probe on everything, and with marks where JavaScript calls in and is called.
 */

import {
  type Frame,
  insertGlobalProbe,
  type Location,
  type ModuleInstance,
  removeGlobalProbe,
  type TypedValue,
} from '../../../engine/index.ts';
import { functionText } from './function-text.ts';
import type { RunOptions } from './programs.ts';

/** An activation stands before an instruction. */
export interface Step {
  readonly kind: 'step';
  /** Number of the activation. */
  readonly activation: number;
  readonly instance: number;
  readonly location: Location;
  /** The whole operand stack, the topmost last. */
  readonly operands: readonly string[];
  /** The parameters, with the first step of an activation. */
  readonly args: readonly string[] | undefined;
  readonly source: ModuleInstance;
}

export type Mark =
  | { readonly kind: 'enter' }
  | { readonly kind: 'leave'; readonly failure: 'trap' | 'host-error' | undefined }
  | { readonly kind: 'host'; readonly name: string }
  | { readonly kind: 'host-return' };

export type Trace = (Step | Mark)[];

/** A value with its type and all its bits. */
export function text({ type, value, bits }: TypedValue): string {
  if (bits !== undefined) return `${type}:${bits}`;
  if (typeof value === 'function') return `${type}:function ${value.name}`;
  return `${type}:${typeof value === 'object' && value !== null ? Object.prototype.toString.call(value) : String(value)}`;
}

export const texts = (values: readonly TypedValue[]): string => values.map(text).join(' ');

/** Records at most `limit` steps. */
export function recorder(trace: Trace, limit: number): RunOptions {
  const activations = new WeakMap<Frame, number>();
  let count = 0;
  let steps = 0;
  const known = (frame: Frame): { activation: number; isFirst: boolean } => {
    const activation = activations.get(frame);
    if (activation !== undefined) return { activation, isFirst: false };
    activations.set(frame, count);
    return { activation: count++, isFirst: true };
  };
  const record = (kept: Step | Mark): void => {
    if (steps < limit) trace.push(kept);
  };
  return {
    get isDone() {
      return steps >= limit;
    },
    mark: record,
    attach: (source, instance) => {
      const needs = { operands: 'all', locals: true } as const;
      const fire = (frame: Frame): void => {
        if (++steps >= limit) {
          removeGlobalProbe(source, probe);
          return;
        }
        const { activation, isFirst } = known(frame);
        const location = functionText(source.module, frame.func.index).at(frame.pc);
        const operands = frame.operandTypes.map((_, i, { length }) => text(frame.operand(length - 1 - i)));
        const args = isFirst ? frame.func.signature.params.map((_, i) => text(frame.local(i))) : undefined;
        record({ kind: 'step', activation, instance, location, operands, args, source });
      };
      const probe = { name: 'recorder', needs, fire };
      insertGlobalProbe(source, probe);
    },
  };
}
