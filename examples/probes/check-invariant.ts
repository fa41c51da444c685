// Does something hold after each call?  wiz --probe ./check-invariant.ts:global=0,max=100 app.wasm
import { defineProbe, functionName, onExit } from 'wiz';

export default defineProbe({
  name: 'check-invariant',
  summary: 'checks after each call that a global stays within bounds, and traps when it does not',
  options: {
    func: { help: 'after calls of which functions', default: '*' },
    global: { help: 'index of an i32 global', default: 0 },
    min: { help: 'the least value', default: 0 },
    max: { help: 'the greatest value', default: 2 ** 31 - 1 },
  },
  start({ options }) {
    let checks = 0;
    return {
      instance: (instance) =>
        onExit(
          instance,
          ({ frame, func, reason }) => {
            if (reason !== 'return') return;
            checks++;
            const value = instance.globals[options.global]?.i32[0] ?? 0;
            if (value >= options.min && value <= options.max) return;
            frame.trap(`global ${options.global} is ${value} after ${functionName(instance.module, func)}`);
          },
          { functions: options.func },
        ),
      result: () => ({ checks }),
    };
  },
});
