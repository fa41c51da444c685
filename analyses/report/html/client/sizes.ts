/** Sizes that the style sheet has too: `--row` and `--item`. */

/** Height of a line of code, pixels. */
export const ROW_HEIGHT = 20;
/** Height of an entry of the list of functions, pixels. */
export const ITEM_HEIGHT = 44;
/** Height of the titles of columns, pixels. */
export const HEAD_HEIGHT = 26;
/** Colours of heat, `--heat-1` to this. */
export const HEAT_STEPS = 7;

/** Which colour a heat from 0 to 1 has; 0 for none. */
export function heatStep(heat: number): number {
  return heat <= 0 ? 0 : Math.min(HEAT_STEPS, 1 + Math.floor(heat * HEAT_STEPS));
}
