// When does a global change?  wiz --probe ./watch-global.ts:global=0 app.wasm
import { defineProbe, onGlobalAccess, placeText, valueText } from 'wiz';

export default defineProbe({
  name: 'watch-global',
  summary: 'logs every change of a global',
  options: {
    global: { help: 'index of the global', default: 0 },
    limit: { help: 'how many changes to log', default: 20 },
  },
  start({ options, log }) {
    let writes = 0;
    let changes = 0;
    return {
      instance: (instance) =>
        onGlobalAccess(
          instance,
          ({ frame, before, after }) => {
            writes++;
            if (valueText(before) === valueText(after)) return;
            if (++changes <= options.limit) log(`${placeText(frame)}: ${valueText(before)} -> ${valueText(after)}`);
          },
          { access: 'write', global: options.global },
        ),
      result: () => ({ writes, changes }),
    };
  },
});
