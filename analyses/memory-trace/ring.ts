/**
 * A list that keeps the last so many items. Items are overwritten in place: new objects for each of millions of events, most of
 * which are forgotten soon after, are what collectors of garbage are slowest with.
 */
export class Ring<T> {
  private readonly limit: number;
  private readonly make: () => T;
  private readonly items: T[] = [];
  /** Where the next item goes. */
  private next = 0;
  /** Items that were ever added. */
  added = 0;

  /** `limit` is at least 1. */
  constructor(limit: number, make: () => T) {
    this.limit = limit;
    this.make = make;
  }

  /** The item that is added, a new one or the oldest: to be filled. */
  add(): T {
    let item = this.items[this.next];
    if (item === undefined) {
      item = this.make();
      this.items.push(item);
    }
    this.next = this.next + 1 === this.limit ? 0 : this.next + 1;
    this.added++;
    return item;
  }

  /** The oldest first. */
  list(): T[] {
    if (this.added <= this.limit) return [...this.items];
    return [...this.items.slice(this.next), ...this.items.slice(0, this.next)];
  }
}
