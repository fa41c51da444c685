/** The list of functions: search, order, weights. */

import { bytesText, valueText } from '../../values.ts';
import { percent } from '../../words.ts';
import { byId, element } from './dom.ts';
import type { AnnotationModel, ModuleModel } from './model.ts';
import { ITEM_HEIGHT } from './sizes.ts';
import { VirtualRows } from './virtual-rows.ts';

export interface ListInput {
  readonly module: ModuleModel;
  /** Gives the weights. */
  readonly annotation: AnnotationModel | undefined;
}

export class FunctionList {
  private readonly search = byId<HTMLInputElement>('search');
  private readonly order = byId<HTMLSelectElement>('order');
  private readonly list = byId('list');
  private readonly body = element('div', { class: 'list-body' });
  private readonly rows: VirtualRows;
  private readonly chosen: (place: number) => void;
  private input: ListInput | undefined;
  /** Places of the functions that are listed, in order. */
  private places: number[] = [];
  /** Entry that the keyboard is at. */
  private active = 0;
  /** Place of the function that is shown. */
  private current = -1;

  /** `chosen` is called with the place of a function. */
  constructor(chosen: (place: number) => void) {
    this.chosen = chosen;
    this.list.append(this.body);
    this.rows = new VirtualRows({ scroller: this.list, body: this.body }, ITEM_HEIGHT, {
      // It has a search of its own.
      whole: 0,
      render: (first, last) => this.render(first, last),
    });
    this.search.addEventListener('input', () => this.update());
    this.order.addEventListener('change', () => this.update());
    for (const target of [this.search, this.list]) target.addEventListener('keydown', (event) => this.key(event));
    this.body.addEventListener('click', (event) => {
      const item = (event.target as Element).closest<HTMLElement>('[data-row]');
      if (item !== null) this.choose(Number(item.dataset.row));
    });
  }

  show(input: ListInput): void {
    this.input = input;
    this.update();
  }

  /** Marks a function as the one that is shown. */
  select(place: number): void {
    this.current = place;
    const row = this.places.indexOf(place);
    if (row >= 0) {
      this.active = row;
      this.rows.reveal(row);
    }
    this.rows.refresh();
  }

  focusSearch(): void {
    this.search.focus();
    this.search.select();
  }

  /** The function before or behind the one that is shown, in the order of the list. */
  step(by: 1 | -1): void {
    const row = this.places.indexOf(this.current) + by;
    if (row >= 0 && row < this.places.length) this.choose(row);
  }

  private choose(row: number): void {
    const place = this.places[row];
    if (place === undefined) return;
    this.active = row;
    this.chosen(place);
  }

  private key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.list.clientHeight / ITEM_HEIGHT) - 1);
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    const step = steps[event.key];
    if (step !== undefined) this.activate(this.active + step);
    else if (event.key === 'Enter') this.choose(this.active);
    else if (event.currentTarget === this.list && event.key === 'Home') this.activate(0);
    else if (event.currentTarget === this.list && event.key === 'End') this.activate(this.places.length - 1);
    else return;
    event.preventDefault();
  }

  private activate(row: number): void {
    this.active = Math.max(0, Math.min(row, this.places.length - 1));
    this.rows.reveal(this.active);
    this.rows.refresh();
  }

  private update(): void {
    if (this.input === undefined) return;
    const { module, annotation } = this.input;
    const words = this.search.value.trim().toLowerCase();
    const all = module.functions.map((_, place) => place);
    this.places = all.filter((place) => isFound(module, place, words)).sort(this.comparison(this.input));
    this.active = Math.max(0, words === '' ? this.places.indexOf(this.current) : 0);
    const marked = annotation?.functions.size ?? 0;
    const count = (n: number): string => n.toLocaleString('en-US');
    byId('list-state').textContent =
      words === ''
        ? `${count(all.length)} functions, ${count(marked)} with marks`
        : `${count(this.places.length)} of ${count(all.length)} functions`;
    this.list.scrollTop = 0;
    this.rows.reset(this.places.length);
  }

  private comparison({ module, annotation }: ListInput): (a: number, b: number) => number {
    const { functions } = module;
    const of = (place: number) => functions[place] ?? { name: '', size: 0 };
    const weight = (place: number): number => annotation?.functions.get(place)?.weight ?? -1;
    switch (this.order.value) {
      case 'name':
        return (a, b) => of(a).name.localeCompare(of(b).name, 'en', { numeric: true }) || a - b;
      case 'size':
        return (a, b) => of(b).size - of(a).size || a - b;
      case 'index':
        return (a, b) => a - b;
      default:
        return (a, b) => weight(b) - weight(a) || a - b;
    }
  }

  private render(first: number, last: number): void {
    const { active } = this;
    const holder = element('div', { class: 'list-rows', attributes: { role: 'presentation' } });
    holder.style.top = `${first * ITEM_HEIGHT}px`;
    for (let row = first; row < last; row++) holder.append(this.item(row));
    this.body.replaceChildren(holder);
    this.list.setAttribute('aria-activedescendant', `item-${active}`);
    this.search.setAttribute('aria-activedescendant', `item-${active}`);
  }

  private item(row: number): HTMLElement {
    const { module, annotation } = this.input as ListInput;
    const place = this.places[row] as number;
    const func = module.functions[place] as ModuleModel['functions'][number];
    const weight = annotation?.functions.get(place)?.weight;
    const isCurrent = place === this.current;
    const states = ['item', isCurrent ? 'current' : '', weight === undefined ? 'unmarked' : ''];
    if (row === this.active) states.push('active');
    const facts = element('span', { class: 'item-facts', text: `#${func.index} · ${bytesText(func.size)}` });
    const name = element('span', { class: 'item-name', text: func.name });
    const value = element('span', {
      class: 'item-weight',
      text: weight === undefined ? '–' : weightText(annotation, weight),
    });
    const bar = element('span', { class: 'item-bar' });
    const greatest = annotation?.greatestWeight ?? 0;
    bar.style.width = `${greatest > 0 ? (100 * (weight ?? 0)) / greatest : 0}%`;
    return element('div', {
      class: states.filter((state) => state !== '').join(' '),
      attributes: {
        role: 'option',
        id: `item-${row}`,
        'data-row': String(row),
        'aria-selected': String(isCurrent),
        'aria-setsize': String(this.places.length),
        'aria-posinset': String(row + 1),
        title: `${func.name} #${func.index}${weight === undefined ? ': no marks' : `: ${weight} ${annotation?.data.weightTitle ?? ''}`}`,
      },
      children: [name, facts, value, bar],
    });
  }
}

/** `1.23M · 4.5%` */
export function weightText(annotation: AnnotationModel | undefined, weight: number): string {
  if (annotation === undefined) return '';
  const text = valueText(weight, annotation.data.weightKind);
  return annotation.hasShares ? `${text} · ${percent({ covered: weight, all: annotation.totalWeight })}` : text;
}

/** By a part of the name, or by the index as digits with or without `#`. */
function isFound({ functions }: ModuleModel, place: number, words: string): boolean {
  const func = functions[place];
  if (words === '' || func === undefined) return true;
  return func.name.toLowerCase().includes(words) || String(func.index) === words.replace(/^#/, '');
}
