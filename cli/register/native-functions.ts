/** Functions of wiz in tables of native modules, which take functions of the host only. */

import { internals, valtype } from '../../engine/index.ts';
import { hostWasm } from './host.ts';

type Callable = (...args: unknown[]) => unknown;

const { I32, I64, F32, F64, V128, FUNCREF, EXTERNREF } = valtype;

/** Value types as the binary format writes them; others cannot cross. */
const codes: ReadonlyMap<number, number> = new Map([
  [I32, 0x7f],
  [I64, 0x7e],
  [F32, 0x7d],
  [F64, 0x7c],
  [V128, 0x7b],
  [FUNCREF, 0x70],
  [EXTERNREF, 0x6f],
]);

/** The function of the host that stands for one of ours, and back. */
const natives = new WeakMap<Callable, Callable>();
const originals = new WeakMap<Callable, Callable>();

/** Lets the program put functions of wiz into a table of the host, and get them out again. */
export function openTable(table: object): void {
  for (const name of ['set', 'grow'] as const) {
    replaceMethod(table, name, (call, args) => {
      try {
        return call(args);
      } catch (error) {
        const [first, ...rest] = args;
        const native = rest.map(nativeOf);
        if (native.every((value, i) => value === rest[i])) throw error;
        return call([first, ...native]);
      }
    });
  }
  replaceMethod(table, 'get', (call, args) => {
    const value = call(args);
    return originals.get(value as Callable) ?? value;
  });
}

type Call = (args: readonly unknown[]) => unknown;

/** An own method in the place of that of the prototype, which is Node's, too. */
function replaceMethod(table: object, name: string, apply: (call: Call, args: unknown[]) => unknown): void {
  if (Object.hasOwn(table, name)) return;
  const method = Reflect.get(table, name) as Callable;
  const value = new Proxy(method, {
    apply: (target, self, args) => apply((given) => Reflect.apply(target, self, given), args),
  });
  Object.defineProperty(table, name, { value, writable: true, configurable: true });
}

/** The function of the host for one of ours; every other value stays as it is. */
function nativeOf(value: unknown): unknown {
  const signature = signatureOf(value);
  if (signature === undefined) return value;
  const ours = value as Callable; // has a signature
  const known = natives.get(ours);
  if (known !== undefined) return known;
  const { exports } = new hostWasm.Instance(new hostWasm.Module(forwarder(signature)), { '': { '': ours } });
  const native = exports[''] as Callable;
  natives.set(ours, native);
  originals.set(native, ours);
  return native;
}

interface Signature {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

/** The type of an exported function of ours, if its values can cross. */
function signatureOf(value: unknown): Signature | undefined {
  if (typeof value !== 'function') return undefined;
  try {
    const { signature } = internals.functionOf(value);
    const [params, results] = [signature.params, signature.results].map((types) =>
      types.map((type) => codes.get(type)),
    );
    if (params === undefined || results === undefined || [...params, ...results].includes(undefined)) return undefined;
    return { params: params as number[], results: results as number[] }; // none is undefined
  } catch {
    return undefined; // no function of ours
  }
}

/** A module that exports the function that it imports: `(func (export "") (import "" ""))`. */
function forwarder({ params, results }: Signature): Uint8Array<ArrayBuffer> {
  const type = [1, 0x60, ...vector(params), ...vector(results)];
  const sections = [
    [1, ...vector(type)],
    [2, ...vector([1, 0, 0, 0, 0])],
    [7, ...vector([1, 0, 0, 0])],
  ];
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
}

/** Bytes behind their number; a function has at most 1,000 parameters and results, so that two digits are enough. */
function vector(bytes: readonly number[]): number[] {
  const { length } = bytes;
  return [(length & 0x7f) | 0x80, length >> 7, ...bytes];
}
