/** Arrows beside the code as SVG. */

import { valueText } from '../../values.ts';
import { svgElement } from './dom.ts';
import type { LaidArrow, Lanes } from './lanes.ts';
import { ROW_HEIGHT } from './sizes.ts';

const LANE_WIDTH = 9;
/** Between the lanes and the code: room for the head of an arrow. */
const HEAD = 9;

/** Pixels that lanes take. */
export function gutterWidth(lanes: number): number {
  return lanes === 0 ? 0 : lanes * LANE_WIDTH + HEAD + 4;
}

/** Rows in the document. */
export interface Window {
  readonly first: number;
  readonly last: number;
}

/** One of the two gutters: arrows of one direction, whatever of them is in the window. */
export function drawArrows(svg: SVGSVGElement, { arrows, up, down }: Lanes, isUp: boolean, rows: Window): void {
  const width = gutterWidth(isUp ? up : down);
  const height = (rows.last - rows.first) * ROW_HEIGHT;
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  const greatest = arrows.reduce((max, { count }) => Math.max(max, count), 0);
  const shown = arrows.filter(
    (arrow) =>
      arrow.isUp === isUp && Math.max(arrow.from, arrow.to) >= rows.first && Math.min(arrow.from, arrow.to) < rows.last,
  );
  // The hottest last, on top of the others.
  const sorted = [...shown].sort((a, b) => a.count - b.count);
  svg.replaceChildren(...sorted.map((arrow) => drawn(arrow, { width, height, greatest, first: rows.first })));
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly greatest: number;
  readonly first: number;
}

function drawn(arrow: LaidArrow, { width, height, greatest, first }: Frame): SVGGElement {
  const { from, to, lane, count, isUp, id } = arrow;
  // What leaves stands a little below the middle of its row, what arrives a little above: both may meet in a row.
  const y1 = (from - first) * ROW_HEIGHT + ROW_HEIGHT * (isUp ? 0.4 : 0.6);
  const y2 = (to - first) * ROW_HEIGHT + ROW_HEIGHT * (isUp ? 0.6 : 0.4);
  const end = width - 1;
  const x = width - HEAD - 4 - lane * LANE_WIDTH;
  // Very long lines outside the document are cut.
  const clip = (y: number): number => Math.max(-ROW_HEIGHT, Math.min(height + ROW_HEIGHT, y));
  const bend = Math.min(4, Math.abs(y2 - y1) / 2) * (y2 > y1 ? 1 : -1);
  // A branch to its own row is a loop of one line.
  const path =
    from === to
      ? `M${end} ${y1} H${x} V${y2} H${end - 4}`
      : `M${end} ${clip(y1)} H${x + 4} Q${x} ${clip(y1)} ${x} ${clip(y1) + bend} V${clip(y2) - bend} Q${x} ${clip(y2)} ${x + 4} ${clip(y2)} H${end - 4}`;
  const thickness = thicknessOf(count, greatest);
  const y = clip(y2);
  const size = 3 + thickness * 0.6;
  const title = svgElement('title', {});
  title.textContent = `${valueText(count, 'exact')} times`;
  const group = svgElement('g', {
    class: `arrow ${isUp ? 'up' : 'down'}${count === 0 ? ' never' : ''}`,
    'data-arrow': String(id),
  });
  group.append(
    title,
    svgElement('path', { class: 'reach', d: path }),
    svgElement('path', { class: 'stroke', d: path, 'stroke-width': thickness.toFixed(2) }),
    svgElement('path', { class: 'head', d: `M${end} ${y} l${-size - 3} ${-size} v${2 * size} z` }),
  );
  return group;
}

/** By orders of magnitude, as heat is. */
function thicknessOf(count: number, greatest: number): number {
  return count <= 0 || greatest <= 0 ? 1 : 1 + (2.5 * Math.log1p(count)) / Math.log1p(greatest);
}
