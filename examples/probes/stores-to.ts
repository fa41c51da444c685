// Who writes to this address?  wiz --probe ./stores-to.ts:address=1024 app.wasm
import { defineProbe, onMemoryAccess, placeText, valueText } from 'wiz';

export default defineProbe({
  name: 'stores-to',
  summary: 'logs stores to an address of memory 0',
  options: {
    address: { help: 'the address, in bytes', default: 0 },
    length: { help: 'how many bytes from there on', default: 4 },
  },
  start({ options, log }) {
    let stores = 0;
    const end = options.address + options.length;
    return {
      instance: (instance) =>
        onMemoryAccess(
          instance,
          ({ frame, address, width, value }) => {
            if (address >= end || address + width <= options.address) return;
            stores++;
            log(`${placeText(frame)}: ${width} bytes at ${address}${value ? ` = ${valueText(value)}` : ''}`);
          },
          { access: 'write', memory: 0, value: true },
        ),
      result: () => ({ stores }),
    };
  },
});
