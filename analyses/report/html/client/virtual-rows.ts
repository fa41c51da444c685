/** A long list of rows of one height, of which only those in sight are in the document. */

/** Rows beyond the edges that are made already. */
const MARGIN = 40;

export interface RowSource {
  /** Up to so many rows are in the document as a whole: the browser's own search finds everything in them. */
  readonly whole: number;

  /** Makes the rows from `first` to before `last`; they replace all others. */
  render(first: number, last: number): void;
}

export class VirtualRows {
  private readonly scroller: HTMLElement;
  private readonly body: HTMLElement;
  private readonly rowHeight: number;
  private readonly source: RowSource;
  private count = 0;
  private first = -1;
  private last = -1;
  private isWhole = false;

  /** Of `scroller`, `body` has the height of all rows. */
  constructor(
    { scroller, body }: { readonly scroller: HTMLElement; readonly body: HTMLElement },
    rowHeight: number,
    source: RowSource,
  ) {
    this.scroller = scroller;
    this.body = body;
    this.rowHeight = rowHeight;
    this.source = source;
    scroller.addEventListener('scroll', () => this.update(), { passive: true });
    new ResizeObserver(() => this.update()).observe(scroller);
  }

  /** Other rows. */
  reset(count: number): void {
    this.count = count;
    this.body.style.height = `${count * this.rowHeight}px`;
    this.refresh();
  }

  /** The same rows, with other content. */
  refresh(): void {
    this.first = -1;
    this.update();
  }

  /** All rows, for printing; or those in sight again. */
  showAll(isWhole: boolean): void {
    this.isWhole = isWhole;
    this.refresh();
  }

  private update(): void {
    const { scrollTop, clientHeight } = this.scroller;
    const isWhole = this.isWhole || this.count <= this.source.whole;
    const top = Math.floor(scrollTop / this.rowHeight);
    const bottom = Math.ceil((scrollTop + clientHeight) / this.rowHeight);
    // Rows are made again only when what is in sight comes to the edge of what there is.
    const isEnough =
      this.first >= 0 && this.first <= Math.max(top - 5, 0) && this.last >= Math.min(bottom + 5, this.count);
    if (isEnough) return;
    this.first = isWhole ? 0 : Math.max(0, Math.min(top, this.count) - MARGIN);
    this.last = isWhole ? this.count : Math.min(this.count, bottom + MARGIN);
    this.source.render(this.first, this.last);
  }

  /** Scrolls so that a row is in sight; `center` where it was not. `above` is what covers the top, in pixels. */
  reveal(row: number, above = 0): void {
    const { scrollTop, clientHeight } = this.scroller;
    const top = row * this.rowHeight;
    const isInSight = top >= scrollTop && top + this.rowHeight + above <= scrollTop + clientHeight;
    if (!isInSight) this.scroller.scrollTop = Math.max(0, top - (clientHeight - above) / 3);
    this.update();
  }
}
