/** The file that `wiz new-probe` writes. */

import path from 'node:path';

/** The text of the file of that name, a probe that runs as it is: it counts calls, and shows where options, events and reports go. */
export function newProbeText(file: string): string {
  const id = path.parse(file).name.replace(/[^\w-]/g, '-');
  return `// A probe: wiz --probe ./${file} app.wasm
// With options:  wiz --probe './${file}:top=5,only=parse*' app.wasm
// Types for your editor are there in a clone of wiz; elsewhere: npm install --save-dev path/to/wiz
import { defineProbe, functionName, onEntry } from 'wiz';

export default defineProbe({
  name: '${id}',
  summary: 'counts the calls of each function',

  // What may follow the colon. The type of the default is the type of the option.
  options: {
    top: { help: 'how many functions to show', default: 10 },
    only: { help: 'functions to look at: a name, a glob, #12, export:*, /regex/', default: '*' },
  },

  // Called once for each run; state lives here, so that runs do not see each other.
  start({ options, log }) {
    const counts = new Map<string, number>();

    return {
      // Called for each instance, before its start function runs. What is returned is detached at the end.
      instance(instance) {
        const { module } = instance;
        return onEntry(
          instance,
          (event) => {
            const called = functionName(module, event.func);
            counts.set(called, (counts.get(called) ?? 0) + 1);
            // event.args holds the arguments; log(text) prints at once.
          },
          { functions: options.only },
        );
      },

      // Called when the program has ended, in whatever way.
      finished(outcome) {
        if (outcome.kind === 'trap') log(\`the program trapped: \${String(outcome.error)}\`);
      },

      // Text, or plain data: maps, objects and lists of objects are printed as tables, or as JSON with --format json.
      result() {
        return [...counts]
          .sort((a, b) => b[1] - a[1])
          .slice(0, options.top)
          .map(([called, calls]) => ({ function: called, calls }));
      },
    };
  },
});
`;
}
