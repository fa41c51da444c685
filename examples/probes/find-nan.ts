// Which instruction makes the first NaN out of numbers?  wiz --probe ./find-nan.ts app.wasm
import { defineProbe, onAfter, placeText } from 'wiz';

export default defineProbe({
  name: 'find-nan',
  summary: 'the instructions that turn numbers into NaN',
  options: { limit: { help: 'how many to show', default: 5 } },
  start({ options }) {
    const found = new Map<string, number>();
    return {
      instance: (instance) =>
        onAfter(instance, 'f32 arithmetic, f64 arithmetic', ({ frame, location, results }) => {
          if (!results.some(({ value }) => Number.isNaN(value))) return;
          const place = `${location.instruction.mnemonic} before ${placeText(frame)}`;
          found.set(place, (found.get(place) ?? 0) + 1);
        }),
      result: () => [...found].slice(0, options.limit).map(([instruction, times]) => ({ instruction, times })),
    };
  },
});
