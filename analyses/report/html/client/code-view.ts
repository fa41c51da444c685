/** The code of one function with its marks. */

import type { FunctionData } from '../page-data.ts';
import { drawArrows } from './arrows-view.ts';
import { type CodeColumn, columnsOf, gridOf, type MarkedBy } from './code-layout.ts';
import { headRow, lineRow } from './code-rows.ts';
import { byId, element, svgElement } from './dom.ts';
import { type Lanes, lanesOf } from './lanes.ts';
import { type AnnotationModel, type Code, lineAt, type ModuleModel } from './model.ts';
import { HEAD_HEIGHT, ROW_HEIGHT } from './sizes.ts';
import { VirtualRows } from './virtual-rows.ts';

/** Functions of so many lines are in the document as a whole. */
const WHOLE = 2000;

const narrow = matchMedia('(max-width: 760px)');

/** A function as it is shown. */
export interface Shown {
  readonly module: ModuleModel;
  /** Place of the module in the page. */
  readonly modulePlace: number;
  readonly place: number;
  readonly func: FunctionData;
  readonly code: Code;
  readonly marked: readonly MarkedBy[];
  /** Gives heat and, if it has any, arrows. */
  readonly main: MarkedBy | undefined;
  readonly columns: readonly CodeColumn[];
  /** Analyses with a status column. */
  readonly statuses: readonly MarkedBy[];
  readonly lanes: Lanes;
}

export interface CodeEvents {
  /** A line was chosen by hand. */
  chosen(line: number): void;
  /** Something else is in sight. */
  scrolled(): void;
}

export class CodeView {
  readonly scroller = byId('code-scroll');
  private readonly head = element('div', { class: 'code-head', attributes: { role: 'row', 'aria-rowindex': '1' } });
  private readonly body = element('div', { class: 'code-body', attributes: { role: 'rowgroup' } });
  private readonly lines = element('div', { class: 'code-rows', attributes: { role: 'presentation' } });
  private readonly up = svgElement('svg', { class: 'gutter up', 'aria-hidden': 'true' });
  private readonly down = svgElement('svg', { class: 'gutter down', 'aria-hidden': 'true' });
  private readonly rows: VirtualRows;
  private readonly events: CodeEvents;
  private shown: Shown | undefined;
  private current = -1;

  constructor(events: CodeEvents) {
    this.events = events;
    this.body.append(this.lines);
    const attributes = { role: 'presentation' };
    this.scroller.append(element('div', { class: 'code-sheet', attributes, children: [this.head, this.body] }));
    this.rows = new VirtualRows({ scroller: this.scroller, body: this.body }, ROW_HEIGHT, {
      whole: WHOLE,
      render: (first, last) => this.render(first, last),
    });
    this.scroller.addEventListener('scroll', () => events.scrolled(), { passive: true });
    this.scroller.addEventListener('keydown', (event) => this.key(event));
    this.lines.addEventListener('click', (event) => this.clicked(event));
    this.lines.addEventListener('mouseover', (event) => this.highlight(event.target as Element));
    this.lines.addEventListener('mouseleave', () => this.highlight(undefined));
    addEventListener('beforeprint', () => this.rows.showAll(true));
    addEventListener('afterprint', () => this.rows.showAll(false));
  }

  get place(): number {
    return this.shown?.place ?? -1;
  }

  get line(): number {
    return this.current;
  }

  get function(): Shown | undefined {
    return this.shown;
  }

  /** Shows a function; `main` gives the heat. */
  show(
    { module, modulePlace, place }: Pick<Shown, 'module' | 'modulePlace' | 'place'>,
    main: AnnotationModel | undefined,
  ): Shown {
    const func = module.functions[place] as FunctionData;
    const code = module.code(func);
    const marked = module.annotations.flatMap((annotation): MarkedBy[] => {
      const marks = annotation.marks(place);
      return marks === undefined ? [] : [{ annotation, marks }];
    });
    const hot = marked.find(({ annotation }) => annotation === main);
    const withArrows = [hot, ...marked].find((m) => (m?.marks.arrows.length ?? 0) > 0);
    const statuses = marked.filter(({ annotation }) => annotation.data.hasStatus);
    const lanes = lanesOf(withArrows?.marks.arrows ?? []);
    // Code needs the room of a narrow screen: other analyses are a choice away.
    const columns = columnsOf(hot !== undefined && narrow.matches ? [hot] : marked);
    const shown = { module, modulePlace, place, func, code, marked, main: hot, columns, statuses, lanes };
    this.shown = shown;
    this.current = -1;
    const lastOffset = func.offset + func.size;
    const grid = gridOf({ code, columns, statuses: statuses.length, lanes, lastOffset });
    this.scroller.style.setProperty('--grid', grid);
    this.scroller.setAttribute('aria-rowcount', String(code.pcs.length + 1));
    this.head.replaceChildren(...headRow(shown));
    this.scroller.scrollTo(0, 0);
    this.rows.reset(code.pcs.length);
    return shown;
  }

  /** Makes the line at a pc, or the one before it, the current one, and brings it in sight. */
  goToPc(pc: number): void {
    if (this.shown !== undefined) this.goTo(lineAt(this.shown.code, pc));
  }

  goTo(line: number): void {
    this.setCurrent(line);
    this.rows.reveal(line, HEAD_HEIGHT);
  }

  private setCurrent(line: number): void {
    this.row(this.current)?.setAttribute('aria-selected', 'false');
    this.current = line;
    this.row(line)?.setAttribute('aria-selected', 'true');
    this.scroller.setAttribute('aria-activedescendant', `line-${line}`);
  }

  private row(line: number): Element | null {
    return this.lines.querySelector(`#line-${line}`);
  }

  private render(first: number, last: number): void {
    const { shown } = this;
    if (shown === undefined) return;
    this.lines.style.top = `${first * ROW_HEIGHT}px`;
    const rows = Array.from({ length: last - first }, (_, i) => lineRow(shown, first + i));
    this.lines.replaceChildren(this.up, this.down, ...rows);
    drawArrows(this.up, shown.lanes, true, { first, last });
    drawArrows(this.down, shown.lanes, false, { first, last });
    this.placeGutters();
    if (this.current >= 0) this.setCurrent(this.current);
  }

  /** Arrows stand where the titles of their columns do. */
  private placeGutters(): void {
    for (const svg of [this.up, this.down]) {
      const title = this.head.querySelector<HTMLElement>(svg === this.up ? '.gutter-up' : '.gutter-down');
      svg.style.left = `${title?.offsetLeft ?? 0}px`;
    }
  }

  private clicked(event: MouseEvent): void {
    const target = event.target as Element;
    if (target.closest('a') !== null) return;
    const arrow = target.closest<SVGElement>('[data-arrow]');
    if (arrow !== null) {
      const found = this.shown?.lanes.arrows.find(({ id }) => String(id) === arrow.dataset.arrow);
      if (found === undefined) return;
      // To the other end of the arrow.
      this.choose(this.current === found.to ? found.from : found.to);
      return;
    }
    const row = target.closest<HTMLElement>('[data-line]');
    if (row !== null) this.choose(Number(row.dataset.line));
  }

  private choose(line: number): void {
    this.goTo(line);
    this.events.chosen(line);
  }

  private key(event: KeyboardEvent): void {
    const { shown } = this;
    if (shown === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / ROW_HEIGHT) - 3);
    const end = shown.code.pcs.length - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: this.current + 1,
      ArrowUp: this.current - 1,
      PageDown: this.current + page,
      PageUp: this.current - page,
      Home: 0,
      End: end,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.choose(Math.max(0, Math.min(target, end)));
  }

  /** Both ends of an arrow that the pointer is at; of a line, all arrows that begin or end there. */
  private highlight(target: Element | undefined): void {
    for (const old of this.lines.querySelectorAll('.linked')) old.classList.remove('linked');
    const { shown } = this;
    if (target === undefined || shown === undefined) return;
    const id = target.closest<SVGElement>('[data-arrow]')?.dataset.arrow;
    const line = Number(target.closest<HTMLElement>('[data-line]')?.dataset.line ?? -1);
    for (const arrow of shown.lanes.arrows) {
      const isMeant = id === undefined ? arrow.from === line || arrow.to === line : String(arrow.id) === id;
      if (!isMeant) continue;
      this.lines.querySelector(`[data-arrow="${arrow.id}"]`)?.classList.add('linked');
      for (const end of [arrow.from, arrow.to]) this.row(end)?.classList.add('linked');
    }
  }
}
