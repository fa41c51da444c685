/** Growth of memories: the result is on the stack next. */

import type { MemoryInstance, ModuleInstance } from '../../../engine/index.ts';
import { everyStep, placeText } from './every-step.ts';

export interface GrowEntry {
  place: string;
  memory: number;
  delta: number;
  oldPages: number;
  newPages: number;
  result: number;
}

const PAGE = 65536;

export function growReference(instance: ModuleInstance): GrowEntry[] {
  const log: GrowEntry[] = [];
  everyStep(instance, (frame, location, later) => {
    if (location.instruction.name !== 'memory.grow') return;
    const index = location.immediates.index as number;
    const { native } = instance.memories[index] as MemoryInstance;
    const delta = (frame.operand(0).value as number) >>> 0;
    const oldPages = native.buffer.byteLength / PAGE;
    later((next) => {
      const newPages = native.buffer.byteLength / PAGE;
      const result = next.operand(0).value as number;
      log.push({ place: placeText(location), memory: index, delta, oldPages, newPages, result });
    });
  });
  return log;
}
