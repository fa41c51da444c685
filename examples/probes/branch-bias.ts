// Which branches nearly always go the same way?  wiz --probe ./branch-bias.ts app.wasm
import { defineProbe, functionName, onBranch } from 'wiz';

export default defineProbe({
  name: 'branch-bias',
  summary: 'how often each if and br_if is taken',
  options: { min: { help: 'leave out branches that ran less often', default: 10 } },
  start({ options }) {
    const tallies = new Map<string, { taken: number; all: number }>();
    return {
      instance: (instance) =>
        onBranch(instance, ({ location, taken, condition }) => {
          if (condition === undefined) return; // unconditional
          const place = `${functionName(instance.module, location.func)}+${location.pc} ${location.instruction.mnemonic}`;
          const tally = tallies.get(place) ?? { taken: 0, all: 0 };
          tallies.set(place, tally);
          tally.all++;
          if (taken) tally.taken++;
        }),
      result: () =>
        [...tallies]
          .filter(([, { all }]) => all >= options.min)
          .map(([branch, { taken, all }]) => ({ branch, executed: all, taken: `${((100 * taken) / all).toFixed(1)}%` }))
          .sort((a, b) => b.executed - a.executed),
    };
  },
});
