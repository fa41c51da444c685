// What is the largest block that the program asks for?  wiz --probe ./largest-allocation.ts:func=malloc app.wasm
import { defineProbe, onEntry, STACK_TEXT_NEEDS, stackText } from 'wiz';

export default defineProbe({
  name: 'largest-allocation',
  summary: 'the largest size passed to malloc, and who asked for it',
  options: {
    func: { help: 'the function that allocates', default: 'malloc' },
    param: { help: 'which parameter is the size, from 0', default: 0 },
  },
  start({ options }) {
    let calls = 0;
    let bytes = 0;
    let largest = { bytes: 0, stack: 'none' };
    return {
      instance: (instance) =>
        onEntry(
          instance,
          ({ frame, args }) => {
            const size = Number(args[options.param]?.value ?? 0) >>> 0;
            calls++;
            bytes += size;
            if (size > largest.bytes) largest = { bytes: size, stack: stackText(frame) };
          },
          { functions: options.func, needs: STACK_TEXT_NEEDS },
        ),
      result: () => `${calls} allocations, ${bytes} bytes; the largest has ${largest.bytes} bytes:\n${largest.stack}`,
    };
  },
});
