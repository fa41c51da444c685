/**
 * Accesses that are kept, the first or the last so many of them, in an array for each field: an object for each of
 * millions of accesses, most of which are forgotten soon after, is what collectors of garbage are slowest with.
 */

import type { Location, Module, TypedValue } from '../../engine/index.ts';

/** What accesses of one instruction have in common; accesses name it by its number. */
export interface Place {
  readonly module: Module;
  readonly location: Location;
  /** Is the value in `numbers`, in `bigints` or in `details`? */
  readonly form: 'number' | 'bigint' | 'details';
}

/** What an access has where it is more than a number at an address. */
export interface Details {
  readonly access: 'read' | 'write';
  /** Index of the memory. */
  readonly memory: number;
  readonly width: number;
  readonly value: TypedValue | undefined;
  readonly traps: boolean;
}

export interface KeptAccess {
  readonly number: number;
  readonly place: Place;
  readonly address: number;
  readonly value: number | bigint | Details;
}

const FIRST_CAPACITY = 1024;

export class KeptAccesses {
  private readonly limit: number;
  private readonly keepsFirst: boolean;
  private readonly onFull: () => void;
  private readonly places: Place[] = [];
  private capacity = 0;
  private atPlace = new Uint32Array(0);
  private addresses = new Float64Array(0);
  private numbers = new Float64Array(0);
  /** Allocated with the first value that needs it. */
  private bigints: BigInt64Array | undefined;
  private details: Details[] | undefined;
  /** Where the next access goes. */
  private next = 0;
  /** Accesses that were ever added. */
  added = 0;

  /** `limit` is at least 1. `onFull` is called when the first ones are kept, and are complete. */
  constructor(limit: number, keep: 'first' | 'last', onFull: () => void) {
    this.limit = limit;
    this.keepsFirst = keep === 'first';
    this.onFull = onFull;
  }

  get isFull(): boolean {
    return this.keepsFirst && this.added >= this.limit;
  }

  /** The number of a place. */
  place(place: Place): number {
    return this.places.push(place) - 1;
  }

  /** Adds an access of a place whose values are numbers. */
  addNumber(place: number, address: number, value: number): void {
    const slot = this.slot(place, address);
    this.numbers[slot] = value;
    if (this.isFull) this.onFull();
  }

  addBigint(place: number, address: number, value: bigint): void {
    const slot = this.slot(place, address);
    this.bigints ??= new BigInt64Array(this.capacity);
    this.bigints[slot] = value;
    if (this.isFull) this.onFull();
  }

  addDetails(place: number, address: number, details: Details): void {
    const slot = this.slot(place, address);
    this.details ??= [];
    this.details[slot] = details;
    if (this.isFull) this.onFull();
  }

  private slot(place: number, address: number): number {
    if (this.next === this.capacity) this.makeRoom();
    const slot = this.next++;
    this.atPlace[slot] = place;
    this.addresses[slot] = address;
    this.added++;
    return slot;
  }

  /** Longer arrays, or the oldest access is overwritten. */
  private makeRoom(): void {
    if (this.capacity === this.limit) {
      this.next = 0;
      return;
    }
    this.capacity = Math.min(this.limit, Math.max(FIRST_CAPACITY, this.capacity * 2));
    this.atPlace = longer(this.atPlace, new Uint32Array(this.capacity));
    this.addresses = longer(this.addresses, new Float64Array(this.capacity));
    this.numbers = longer(this.numbers, new Float64Array(this.capacity));
    if (this.bigints !== undefined) this.bigints = longer(this.bigints, new BigInt64Array(this.capacity));
  }

  /** The oldest first. */
  list(): KeptAccess[] {
    const count = Math.min(this.added, this.limit);
    const first = this.added > this.limit ? this.next % this.limit : 0;
    return Array.from({ length: count }, (_, i) => this.at((first + i) % this.limit, this.added - count + i));
  }

  private at(slot: number, number: number): KeptAccess {
    const place = this.places[this.atPlace[slot] as number] as Place;
    return { number, place, address: this.addresses[slot] as number, value: this.valueAt(slot, place.form) };
  }

  private valueAt(slot: number, form: Place['form']): KeptAccess['value'] {
    if (form === 'number') return this.numbers[slot] as number;
    return (form === 'bigint' ? this.bigints?.[slot] : this.details?.[slot]) as bigint | Details;
  }
}

function longer<A extends Uint32Array | Float64Array | BigInt64Array>(from: A, to: A): A {
  to.set(from as never); // both are of the same class
  return to;
}
