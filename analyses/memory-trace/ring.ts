/** A list that keeps the last so many items. */
export class Ring<T> {
  private readonly limit: number;
  private readonly items: T[] = [];
  /** Items that were ever added. */
  added = 0;

  /** `limit` is at least 1. */
  constructor(limit: number) {
    this.limit = limit;
  }

  add(item: T): void {
    this.items[this.added % this.limit] = item;
    this.added++;
  }

  /** The oldest first. */
  list(): T[] {
    const start = this.added > this.limit ? this.added % this.limit : 0;
    return [...this.items.slice(start), ...this.items.slice(0, start)];
  }
}
