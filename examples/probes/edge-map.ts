// A map of edges as fuzzers use it: which way control went, hashed.  wiz --probe ./edge-map.ts --format json app.wasm
import { defineProbe, onBranch } from 'wiz';

const MAP_SIZE = 65536;

export default defineProbe({
  name: 'edge-map',
  summary: 'AFL-style map of branch edges: buckets and their hit counts',
  start() {
    const map = new Uint8Array(MAP_SIZE);
    return {
      instance: (instance) =>
        onBranch(instance, ({ location, target }) => {
          const edge =
            Math.imul(location.offset, 0x9e3779b1) ^ Math.imul(location.offset - location.pc + target, 0x85ebca6b);
          const bucket = (edge >>> 8) % MAP_SIZE;
          if (map[bucket] !== 255) map[bucket] = (map[bucket] as number) + 1;
        }),
      result() {
        const hits = [...map.entries()].filter(([, count]) => count > 0);
        return { edges: hits.length, map: Object.fromEntries(hits) };
      },
    };
  },
});
