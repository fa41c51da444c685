// How often is each function called?  wiz --probe ./count-calls.ts app.wasm
import { CountProbe, ENTRY_PC, defineProbe, functionInfos, Insertions } from 'wiz';

export default defineProbe({
  name: 'count-calls',
  summary: 'counts the calls of each function',
  options: { top: { help: 'how many functions to show', default: 10 } },
  start({ options }) {
    const counters: { name: string; probe: CountProbe }[] = [];
    return {
      instance(instance) {
        const insertions = new Insertions();
        for (const info of functionInfos(instance.module)) {
          if (info.import !== undefined) continue;
          const probe = new CountProbe();
          counters.push({ name: info.name, probe });
          insertions.local(instance, info.index, ENTRY_PC, probe);
        }
        return insertions;
      },
      result: () =>
        counters
          .map(({ name, probe }) => ({ function: name, calls: probe.count }))
          .filter((row) => row.calls > 0)
          .sort((a, b) => b.calls - a.calls)
          .slice(0, options.top),
    };
  },
});
