/** The whole function at a glance: heat and missed lines from top to bottom, beside the code. */

import type { Shown } from './code-view.ts';
import { byId } from './dom.ts';
import { HEAT_STEPS, heatStep, ROW_HEIGHT } from './sizes.ts';

const WIDTH = 16;

export class Minimap {
  private readonly canvas = byId<HTMLCanvasElement>('minimap');
  private readonly scroller: HTMLElement;
  private shown: Shown | undefined;

  /** Of what `scroller` scrolls. */
  constructor(scroller: HTMLElement) {
    this.scroller = scroller;
    const follow = (event: PointerEvent): void => {
      if (event.buttons === 0) return;
      const share = event.offsetY / this.canvas.clientHeight;
      scroller.scrollTop = share * scroller.scrollHeight - scroller.clientHeight / 2;
    };
    this.canvas.addEventListener('pointerdown', (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      follow(event);
    });
    this.canvas.addEventListener('pointermove', follow);
    new ResizeObserver(() => this.draw()).observe(scroller);
  }

  show(shown: Shown): void {
    this.shown = shown;
    this.draw();
  }

  draw(): void {
    const { canvas, scroller, shown } = this;
    const height = scroller.clientHeight;
    const context = canvas.getContext('2d');
    if (shown === undefined || context === null || height === 0) return;
    const scale = devicePixelRatio;
    canvas.width = WIDTH * scale;
    canvas.height = height * scale;
    canvas.style.height = `${height}px`;
    context.scale(scale, scale);
    const styles = getComputedStyle(document.documentElement);
    const color = (name: string): string => styles.getPropertyValue(name);
    const colors = Array.from({ length: HEAT_STEPS + 1 }, (_, i) => color(`--heat-${i}`));
    const count = shown.code.pcs.length;
    const lineHeight = Math.min(ROW_HEIGHT, height / count);
    const heat = shown.main?.marks.heat ?? [];
    const status = shown.main?.marks.status ?? [];
    const missed = color('--miss');
    // Lines share a pixel in long functions: the hottest of them is what one sees.
    const steps = new Uint8Array(height);
    for (let line = 0; line < count; line++) {
      const y = Math.min(height - 1, Math.floor(line * lineHeight));
      steps[y] = Math.max(steps[y] ?? 0, heatStep(heat[line] ?? 0));
      if (status[line] !== 'miss') continue;
      context.fillStyle = missed;
      context.fillRect(WIDTH - 4, y, 4, Math.ceil(lineHeight));
    }
    for (const [y, step] of steps.entries()) {
      if (step === 0) continue;
      context.fillStyle = colors[step] ?? '';
      context.fillRect(0, y, WIDTH - 5, Math.ceil(lineHeight));
    }
    context.strokeStyle = color('--text');
    const top = (scroller.scrollTop / ROW_HEIGHT) * lineHeight;
    const sight = (scroller.clientHeight / ROW_HEIGHT) * lineHeight;
    context.strokeRect(0.5, top + 0.5, WIDTH - 1, Math.max(4, Math.min(sight, height - top) - 1));
  }
}
