/** Buttons that jump from one line of interest to the next. */

import { byId, element } from './dom.ts';
import type { AnnotationModel } from './model.ts';
import { firstBehind, lastBefore, STOP_KINDS, type Stop, type StopKind, stopsOf } from './stops.ts';

const TITLES: Readonly<Record<StopKind, string>> = { hot: 'hottest', miss: 'missed', part: 'in part', note: 'noted' };

export interface StopEvents {
  /** Where the page is: stops in the order of the code are found from there. */
  place(): Stop;
  go(stop: Stop): void;
}

export class StopTools {
  private readonly kind = byId<HTMLSelectElement>('stop-kind');
  private readonly output = byId('stop-place');
  private readonly events: StopEvents;
  private annotation: AnnotationModel | undefined;
  private stops: readonly Stop[] = [];
  private current = -1;

  constructor(events: StopEvents) {
    this.events = events;
    this.kind.addEventListener('change', () => this.choose());
    byId('stop-next').addEventListener('click', () => this.step(1));
    byId('stop-previous').addEventListener('click', () => this.step(-1));
  }

  /** Offers the kinds of which the annotation has any. */
  show(annotation: AnnotationModel | undefined): void {
    this.annotation = annotation;
    const kinds = annotation === undefined ? [] : STOP_KINDS.filter((kind) => stopsOf(annotation, kind).length > 0);
    this.kind.replaceChildren(
      ...kinds.map((kind) => element('option', { text: TITLES[kind], attributes: { value: kind } })),
    );
    byId('stop-tool').hidden = kinds.length === 0;
    this.choose();
  }

  private choose(): void {
    const { annotation } = this;
    // The options are the kinds that there are.
    const kind = this.kind.value as StopKind | '';
    this.stops = annotation === undefined || kind === '' ? [] : stopsOf(annotation, kind);
    this.current = -1;
    this.say();
  }

  /** To the next stop or the one before: of the hottest by rank, of all others from where the page is. */
  step(by: 1 | -1): void {
    if (this.stops.length === 0) return;
    const { length } = this.stops;
    let next: number;
    if (this.kind.value === 'hot') next = Math.max(0, this.current + by);
    else next = by > 0 ? firstBehind(this.stops, this.events.place()) : lastBefore(this.stops, this.events.place());
    // Behind the last comes the first.
    if (next < 0 && by < 0) next = length - 1;
    this.current = next < 0 || next >= length ? 0 : next;
    this.say();
    this.events.go(this.stops[this.current] as Stop);
  }

  private say(): void {
    const count = this.stops.length.toLocaleString('en-US');
    this.output.textContent = this.current < 0 ? count : `${(this.current + 1).toLocaleString('en-US')} / ${count}`;
  }
}
