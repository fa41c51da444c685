/** What the references are made of: one global probe, and the instruction that stands at each pc. */

import {
  type Frame,
  functionLocations,
  insertGlobalProbe,
  type Location,
  type ModuleInstance,
  type TypedValue,
  valtype,
} from '../../../engine/index.ts';
import { describeValue } from '../../diff/transcript.ts';

/** Called before each instruction; what it gives to `later` is called when the same activation comes to its next instruction. */
export type Step = (frame: Frame, location: Location, later: (action: (frame: Frame) => void) => void) => void;

export function everyStep(instance: ModuleInstance, step: Step): void {
  const functions = new Map<number, Map<number, Location>>();
  const waiting = new Map<Frame, (frame: Frame) => void>();
  insertGlobalProbe(instance, {
    needs: { operands: 'all', stack: true },
    fire: (frame) => {
      const action = waiting.get(frame);
      waiting.delete(frame);
      action?.(frame);
      const { index } = frame.func;
      if (!functions.has(index)) {
        functions.set(index, new Map(functionLocations(instance.module, index).map((l) => [l.pc, l])));
      }
      const location = functions.get(index)?.get(frame.pc) as Location;
      step(frame, location, (next) => waiting.set(frame, next));
    },
  });
}

/** `i32 5`, `f64 1.5 (3ff8000000000000)`, `v128 00112233...`. */
export function valueText(typed: TypedValue | undefined): string {
  if (typed === undefined) return '-';
  const { type, value, bits } = typed;
  const name = valtype.typeName(type);
  if (value instanceof Uint8Array) return `${name} ${Buffer.from(value).toString('hex')}`;
  if (bits !== undefined) return `${name} ${describeValue(value)} (${bits.toString(16)})`;
  return `${valtype.isRef(type) ? '' : `${name} `}${describeValue(value)}`;
}

export function placeText({ func, pc, instruction }: Location): string {
  return `${func}:${pc} ${instruction.name}`;
}
