/**
 * A map of control-flow edges for fuzzers, as AFL has it: each basic block has a number, and an edge from one block to the next is counted in the
 * element `(previous >> 1) ^ number` of a map of bytes. Different edges may share an element; two orders of two blocks do not.
 */

import { functionInstructions, type LocalProbe, type ModuleInstance, type Needs } from '../../engine/index.ts';
import { type Attachment, Insertions } from '../../probes/index.ts';
import { basicBlocks } from '../blocks/division.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { chosenFunctions, type FunctionChoice } from '../function-choice.ts';

export const DEFAULT_MAP_SIZE = 65536;

const ALL: FunctionChoice = { only: [], except: [] };

/** Counts stay at the greatest byte: they never seem to be 0 again. */
const MOST = 255;

/** Mixes the bits of a place, so that neighbouring blocks have unrelated numbers. The same in every run and on every machine. */
function numberOf(func: number, pc: number): number {
  let hash = Math.imul(func ^ 0x9e3779b9, 0x85ebca6b) ^ pc;
  hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 13), 0x27d4eb2f);
  return (hash ^ (hash >>> 16)) >>> 0;
}

class BlockProbe implements LocalProbe {
  readonly name = 'edges';
  readonly needs: Needs = { frame: false };
  private readonly map: EdgeMap;
  private readonly number: number;

  constructor(map: EdgeMap, number: number) {
    this.map = map;
    this.number = number;
  }

  fire(): void {
    const { map, number } = this;
    const place = map.previous ^ number;
    const count = map.counts[place] as number;
    if (count < MOST) map.counts[place] = count + 1;
    map.previous = number >>> 1;
  }
}

/** For scripts that drive a fuzzer: `attach` once, then `reset` before each input, and look at `counts` behind it. */
export class EdgeMap {
  /** Times that each edge was gone, at most 255. */
  readonly counts: Uint8Array;
  /** Half of the number of the block that was entered last. */
  previous = 0;
  private readonly choice: FunctionChoice;

  /** `size` is a power of two, from 256 to 2^24. */
  constructor(size = DEFAULT_MAP_SIZE, choice: FunctionChoice = ALL) {
    if (!isMapSize(size)) throw new RangeError(`the size of a map is a power of two from 256 to 16777216, not ${size}`);
    this.counts = new Uint8Array(size);
    this.choice = choice;
  }

  attach(instance: ModuleInstance): Attachment {
    const functions = chosenFunctions(instance.module, this.choice);
    return whenEntered(instance, { functions, name: 'edges' }, (func) => {
      const insertions = new Insertions();
      for (const { pc } of basicBlocks(functionInstructions(instance.module, func))) {
        insertions.local(instance, func, pc, new BlockProbe(this, numberOf(func, pc) & (this.counts.length - 1)));
      }
      return insertions;
    });
  }

  /** Forgets all edges, as before the first block. */
  reset(): void {
    this.counts.fill(0);
    this.previous = 0;
  }
}

export function isMapSize(size: number): boolean {
  return Number.isInteger(size) && size >= 256 && size <= 2 ** 24 && (size & (size - 1)) === 0;
}
