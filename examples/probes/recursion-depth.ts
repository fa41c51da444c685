// How deep does each function recurse?  wiz --probe ./recursion-depth.ts app.wasm
import { defineProbe, functionName, onEntry, onExit } from 'wiz';

export default defineProbe({
  name: 'recursion-depth',
  summary: 'the most activations of each function that were alive at once',
  start() {
    const alive = new Map<string, number>();
    const deepest = new Map<string, number>();
    return {
      instance(instance) {
        const name = (func: number): string => functionName(instance.module, func);
        return [
          onEntry(instance, ({ func }) => {
            const depth = (alive.get(name(func)) ?? 0) + 1;
            alive.set(name(func), depth);
            deepest.set(name(func), Math.max(depth, deepest.get(name(func)) ?? 0));
          }),
          // Every activation ends exactly once: also by traps and tail calls.
          onExit(instance, ({ func }) => {
            alive.set(name(func), (alive.get(name(func)) ?? 0) - 1);
          }),
        ];
      },
      result: () => [...deepest].sort((a, b) => b[1] - a[1]).map(([func, depth]) => ({ function: func, depth })),
    };
  },
});
