/** The last so many of a stream of things. */
export class Ring<T> {
  private readonly items: T[] = [];
  private next = 0;
  private readonly size: number;
  /** All that were added. */
  count = 0;

  constructor(size: number) {
    this.size = size;
  }

  add(item: T): void {
    this.count++;
    if (this.items.length < this.size) this.items.push(item);
    else this.items[this.next] = item;
    this.next = (this.next + 1) % this.size;
  }

  /** In the order in which they were added. */
  toArray(): T[] {
    if (this.items.length < this.size) return [...this.items];
    return [...this.items.slice(this.next), ...this.items.slice(0, this.next)];
  }
}
