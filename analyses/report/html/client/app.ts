/** Brings list, code and address together. */

import { bytesText } from '../../values.ts';
import type { FunctionData, PageData } from '../page-data.ts';
import { CodeView, type Shown } from './code-view.ts';
import { byId, element } from './dom.ts';
import { FunctionList, weightText } from './function-list.ts';
import { Minimap } from './minimap.ts';
import { type AnnotationModel, ModuleModel } from './model.ts';
import { hashOfPlace, placeOfHash } from './place.ts';
import { showReading } from './reading.ts';
import type { Stop } from './stops.ts';
import { StopTools } from './stop-tools.ts';
import { watchTheme } from './theme.ts';

export class App {
  private readonly modules: readonly ModuleModel[];
  private readonly list = new FunctionList((place) => this.open(place));
  private readonly code = new CodeView({
    chosen: (line) => this.note(line),
    scrolled: () => this.minimap.draw(),
  });
  private readonly minimap = new Minimap(this.code.scroller);
  private readonly stops = new StopTools({
    place: () => ({ function: this.code.place, line: this.code.line }),
    go: ({ function: place, line }) => this.goToStop(place, line),
  });
  private readonly theme = watchTheme(() => this.minimap.draw());
  private readonly moduleChoice = byId<HTMLSelectElement>('module-choice');
  private readonly heatChoice = byId<HTMLSelectElement>('heat-choice');
  /** Place of the module that is shown; -1 before the first. */
  private module = -1;

  constructor(data: PageData) {
    this.modules = data.modules.map((module) => new ModuleModel(module, data));
    showReading(this.modules);
    fill(
      this.moduleChoice,
      this.modules.map(({ data: { title } }) => title),
    );
    byId('module-tool').hidden = this.modules.length < 2;
    this.moduleChoice.addEventListener('change', () => {
      this.showModule(Number(this.moduleChoice.value));
      location.hash = '#overview';
    });
    this.heatChoice.addEventListener('change', () => this.showHeat());
    byId('function-next').addEventListener('click', () => this.list.step(1));
    byId('function-previous').addEventListener('click', () => this.list.step(-1));
    byId('menu').addEventListener('click', () => this.toggleMenu());
    addEventListener('hashchange', () => this.follow());
    addEventListener('keydown', (event) => this.key(event));
    this.follow();
  }

  /** What the address says. */
  private follow(): void {
    const { module, func, pc } = placeOfHash(location.hash);
    const place = func === undefined ? undefined : this.modules[module]?.placeOf(func);
    const next = this.modules[module] === undefined ? 0 : module;
    if (this.modules.length > 0 && (this.module < 0 || (place !== undefined && next !== this.module))) {
      this.showModule(next);
    }
    byId('overview').hidden = place !== undefined;
    byId('code').hidden = place === undefined;
    document.body.classList.remove('with-menu');
    if (place === undefined) return;
    if (this.code.place !== place || this.code.function?.modulePlace !== module) this.showFunction(place);
    if (pc !== undefined) this.code.goToPc(pc);
    this.minimap.draw();
  }

  private get current(): ModuleModel | undefined {
    return this.modules[this.module];
  }

  /** The annotation that gives heat and weights. */
  private get annotation(): AnnotationModel | undefined {
    return this.current?.annotations[Number(this.heatChoice.value)];
  }

  private showModule(module: number): void {
    this.module = module;
    this.moduleChoice.value = String(module);
    const names = this.current?.annotations.map(({ name }) => name) ?? [];
    fill(this.heatChoice, names);
    byId('heat-tool').hidden = names.length < 2;
    this.showAnnotation();
  }

  private showAnnotation(): void {
    const { current: module, annotation } = this;
    if (module === undefined) return;
    this.list.show({ module, annotation });
    this.stops.show(annotation);
  }

  private showHeat(): void {
    const { place, line } = this.code;
    this.showAnnotation();
    if (place < 0 || this.code.function?.module !== this.current) return;
    this.showFunction(place);
    if (line >= 0) this.code.goTo(line);
  }

  private showFunction(place: number): void {
    const { current: module, annotation } = this;
    if (module === undefined) return;
    const shown = this.code.show({ module, modulePlace: this.module, place }, annotation);
    byId('code-title').replaceChildren(...titleNodes(shown));
    byId('code-facts').textContent = facts(shown, annotation);
    this.minimap.show(shown);
    this.list.select(place);
  }

  /** A function of the list, or of a stop. */
  private open(place: number, line?: number): void {
    const func = this.current?.functions[place];
    if (func === undefined) return;
    const target = { module: this.module, func: func.index, pc: undefined };
    const hash = hashOfPlace(target);
    if (location.hash === hash) this.follow();
    else if (line === undefined) location.hash = hash;
    else {
      history.pushState(undefined, '', hash);
      this.follow();
    }
  }

  private goToStop(place: number, line: Stop['line']): void {
    if (this.code.place !== place || byId('code').hidden || this.code.function?.modulePlace !== this.module) {
      this.open(place, line);
    }
    this.code.goTo(line);
    this.note(line);
  }

  /** The address follows the current line, without an entry in the history for each. */
  private note(line: number): void {
    const { function: shown } = this.code;
    if (shown === undefined) return;
    const place = { module: shown.modulePlace, func: shown.func.index, pc: shown.code.pcs[line] };
    history.replaceState(undefined, '', hashOfPlace(place));
  }

  private toggleMenu(): void {
    const isOpen = document.body.classList.toggle('with-menu');
    byId('menu').setAttribute('aria-expanded', String(isOpen));
    if (isOpen) this.list.focusSearch();
  }

  private key(event: KeyboardEvent): void {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === 'Escape') document.body.classList.remove('with-menu');
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    const actions: Readonly<Record<string, () => void>> = {
      '/': () => {
        document.body.classList.add('with-menu');
        this.list.focusSearch();
      },
      n: () => this.stops.step(1),
      p: () => this.stops.step(-1),
      '[': () => this.list.step(-1),
      ']': () => this.list.step(1),
      o: () => {
        location.hash = '#overview';
      },
      t: () => this.theme.toggle(),
    };
    const action = Object.hasOwn(actions, key) ? actions[key] : undefined;
    if (action === undefined) return;
    event.preventDefault();
    action();
  }
}

function fill(select: HTMLSelectElement, titles: readonly string[]): void {
  select.replaceChildren(...titles.map((text, i) => element('option', { text, attributes: { value: String(i) } })));
}

function titleNodes({ func, module }: Shown): Node[] {
  const { index, name }: FunctionData = func;
  return [
    element('span', { class: 'title-name', text: `$${name}` }),
    element('span', { class: 'title-index', text: ` #${index} ` }),
    element('span', { class: 'title-signature', text: module.signature(func) }),
  ];
}

function facts({ func, code, place }: Shown, annotation: AnnotationModel | undefined): string {
  const count = code.pcs.length - (code.hasEntry ? 1 : 0);
  const size = `${count.toLocaleString('en-US')} instructions, ${bytesText(func.size)}`;
  const weight = annotation?.functions.get(place)?.weight;
  if (annotation === undefined || weight === undefined) return `${size}, no marks`;
  return `${weightText(annotation, weight)} ${annotation.data.weightTitle} · ${size}`;
}
