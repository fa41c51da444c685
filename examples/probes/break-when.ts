// Stop and look when a parameter has a value:  wiz --probe ./break-when.ts:func=fib,param=0,value=3 fib.wasm
import { defineProbe, onEntry, STACK_TEXT_NEEDS, stackText } from 'wiz';

export default defineProbe({
  name: 'break-when',
  summary: 'prints the stack when a function is called with a certain value',
  options: {
    func: { help: 'the function', default: '*' },
    param: { help: 'which parameter, from 0', default: 0 },
    value: { help: 'the value that it must have', default: '0' },
    limit: { help: 'how many times at most', default: 3 },
  },
  start({ options, log }) {
    let hits = 0;
    return {
      instance: (instance) =>
        onEntry(
          instance,
          ({ frame, args }) => {
            if (String(args[options.param]?.value) !== options.value) return;
            if (++hits <= options.limit) log(`hit ${hits}\n${stackText(frame)}`);
          },
          { functions: options.func, needs: { ...STACK_TEXT_NEEDS, locals: true, operands: 'all' } },
        ),
      result: () => ({ hits }),
    };
  },
});
