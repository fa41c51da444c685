/**
 * Sequences of paths, compressed while they grow: what repeats becomes a group with a number. `A A B A A B A A B C` is kept as
 * `(Ax2 B)x3 C`, exactly; where a sequence does not repeat itself and gets too long, its beginning is kept.
 */

/** A path, or a group of items, so many times in a row. */
export interface Item {
  /** Number of the path; of a group -1. */
  readonly path: number;
  /** Of a group. */
  readonly body: readonly Item[] | undefined;
  times: number;
  /** Items in it, itself included. */
  readonly size: number;
}

/** Longest group that is looked for, in items. */
const WINDOW = 64;

function isSame(a: Item, b: Item): boolean {
  if (a.times !== b.times || a.path !== b.path || a.size !== b.size) return false;
  const [x, y] = [a.body, b.body];
  return x === y || (x !== undefined && y !== undefined && areSame(x, 0, y, { from: 0, count: x.length }));
}

/** Are `count` items of both lists the same, from these places on? */
function areSame(
  a: readonly Item[],
  aFrom: number,
  b: readonly Item[],
  { from, count }: { readonly from: number; readonly count: number },
): boolean {
  if (a.length < aFrom + count || b.length < from + count) return false;
  // What was added last differs most often.
  for (let i = count - 1; i >= 0; i--) if (!isSame(a[aFrom + i] as Item, b[from + i] as Item)) return false;
  return true;
}

export class Fold {
  /** The sequence so far. Its last item may still grow. */
  items: Item[] = [];
  private size = 0;
  private readonly limit: number;
  /** Paths behind those that are kept. */
  dropped = 0;

  /** At most `limit` items are kept, those in groups included. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** The same, to go on with. */
  copy(): Fold {
    const copy = new Fold(this.limit);
    copy.items = this.items.map((item) => ({ ...item }));
    copy.size = this.size;
    copy.dropped = this.dropped;
    return copy;
  }

  add(path: number): void {
    if (this.dropped > 0) {
      this.dropped++;
      return;
    }
    const last = this.items[this.items.length - 1];
    if (last !== undefined && last.path === path && last.body === undefined) {
      last.times++;
      return;
    }
    this.fold();
    if (this.size >= this.limit) {
      this.dropped++;
      return;
    }
    this.items.push({ path, body: undefined, times: 1, size: 1 });
    this.size++;
  }

  /** Ends the sequence. */
  finish(): void {
    if (this.dropped === 0) this.fold();
  }

  /** Makes groups of what repeats at the end, until nothing does. */
  private fold(): void {
    while (this.foldOnce());
  }

  private foldOnce(): boolean {
    const { items } = this;
    const { length } = items;
    for (let count = 1; count <= WINDOW && count < length; count++) {
      const from = length - count;
      const before = items[from - 1] as Item;
      // Once more what the group in front of it is.
      if (before.body?.length === count && areSame(before.body, 0, items, { from, count })) {
        before.times++;
        this.cut(from);
        return true;
      }
      if (count < 2 || from < count || !areSame(items, from - count, items, { from, count })) continue;
      const body = items.slice(from);
      const size = body.reduce((sum, item) => sum + item.size, 1);
      this.cut(from - count);
      items.push({ path: -1, body, times: 2, size });
      this.size += size;
      return true;
    }
    return false;
  }

  private cut(from: number): void {
    for (let i = from; i < this.items.length; i++) this.size -= (this.items[i] as Item).size;
    this.items.length = from;
  }
}

/** The same text for the same items, and no others. */
export function itemsKey(items: readonly Item[]): string {
  return items
    .map(({ path, body, times }) => `${body === undefined ? path : `(${itemsKey(body)})`}x${times}`)
    .join(' ');
}
