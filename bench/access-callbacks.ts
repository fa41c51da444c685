/** Callbacks at loads and stores, with the address and the value of each access. */

import { type Frame, type LocalProbe, type Location, valtype } from '../engine/index.ts';

const { I64 } = valtype;

/** Elements of the array for each place: accesses of 0, of other values, and all addresses with exclusive or. */
export const NOTED = 3;

/** A place. Counts are modulo 2^32. */
abstract class AccessCallback implements LocalProbe {
  readonly needs = { frame: false, access: true } as const;
  protected readonly noted: Int32Array;
  protected readonly at: number;

  constructor(noted: Int32Array, at: number) {
    this.noted = noted;
    this.at = at;
  }

  abstract fire(frame: Frame, address: number, value: unknown): void;
}

class NumberCallback extends AccessCallback {
  fire(_frame: Frame, address: number, value: number): void {
    const { noted, at } = this;
    (noted[at + 2] as number) ^= address;
    (noted[value === 0 ? at : at + 1] as number)++;
  }
}

class BigCallback extends AccessCallback {
  fire(_frame: Frame, address: number, value: bigint): void {
    const { noted, at } = this;
    (noted[at + 2] as number) ^= address;
    (noted[value === 0n ? at : at + 1] as number)++;
  }
}

/** The callback for an instruction, with the first of its elements; undefined for those that are no load or store of a number. */
export function accessCallbackAt({ instruction }: Location, noted: Int32Array, at: number): AccessCallback | undefined {
  const { params, results, signature, immediates } = instruction;
  if (!immediates.includes('memarg') || signature.includes('v')) return undefined;
  const isBig = (results[0] ?? params[1]) === I64;
  return isBig ? new BigCallback(noted, at) : new NumberCallback(noted, at);
}
