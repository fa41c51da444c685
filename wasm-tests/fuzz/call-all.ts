/** Instantiates a generated module, calls all its functions, and writes down everything that can be observed. */

import type { Exports, Imports, WasmNamespace } from '../diff/namespace.ts';
import { describeError, describeValue, Transcript } from '../diff/transcript.ts';
import { Random } from './random.ts';

/** Calls of exports from inside of imports go no deeper, in no engine. */
const DEEPEST_CALLBACK = 4;
/**
 * The generator's own limit of loops and recursion starts anew after each trap, so callbacks that catch traps could go on
 * for ever: after this many lines every import fails, and that is not caught.
 */
const MOST_LINES = 5000;
const CALLS_PER_FUNCTION = 3;

/** Texts of whole numbers are valid for all number types: the JS API turns them into numbers and bigints alike. */
const argumentTexts = [
  '0',
  '1',
  '-1',
  '7',
  '255',
  '-128',
  '65536',
  '2147483647',
  '-2147483648',
  '4294967295',
  '9007199254740993',
  '-9223372036854775808',
  '-0',
] as const;

type Callable = (...args: unknown[]) => unknown;

/** Thrown by the host functions: an ordinary error of the host that passes through WebAssembly. */
class HostError extends Error {}

class Host {
  exports: Exports = {};
  private depth = 0;
  private readonly t: Transcript;
  private readonly W: WasmNamespace;

  constructor(W: WasmNamespace, t: Transcript) {
    this.W = W;
    this.t = t;
  }

  private call(what: string, target: unknown): void {
    if (typeof target !== 'function') throw new HostError(`${what}: no function`);
    if (this.depth >= DEEPEST_CALLBACK) throw new HostError(`${what}: too deep`);
    this.depth++;
    try {
      const result = (target as Callable)(...new Array(target.length).fill('1'));
      this.t.note(`${what} gives ${describeValue(result)}`);
    } finally {
      this.depth--;
    }
  }

  private checkLength(): void {
    if (this.t.lines.length > MOST_LINES) throw new HostError('too many lines');
  }

  private attempt(what: string, target: unknown): number {
    this.checkLength();
    try {
      this.call(what, target);
      return 0;
    } catch (error) {
      this.t.note(`${what} ! ${describeError(this.W, error)}`);
      return 1;
    }
  }

  private exported(index: number): unknown {
    const functions = Object.values(this.exports).filter((item) => typeof item === 'function');
    return functions[(index >>> 0) % Math.max(functions.length, 1)];
  }

  private importFunction(name: string): Callable {
    switch (name) {
      case 'call-export':
        return (index) => this.call(`call-export ${index}`, this.exported(index as number));
      case 'call-export-catch':
        return (index) => this.attempt(`call-export-catch ${index}`, this.exported(index as number));
      case 'call-ref':
        return (target) => this.call('call-ref', target);
      case 'call-ref-catch':
        return (target) => this.attempt('call-ref-catch', target);
      default:
        return (...args) => {
          this.t.note(`${name} ${args.map(describeValue).join(', ')}`);
          this.checkLength();
          return 1;
        };
    }
  }

  /** Something for each import; globals of the generator's modules are externref. */
  imports(descriptors: readonly { module: string; name: string; kind: string }[]): Imports {
    const imports: Imports = {};
    for (const { module, name, kind } of descriptors) {
      imports[module] ??= {};
      if (kind === 'function') imports[module][name] = this.importFunction(name);
      else if (kind === 'global') imports[module][name] = `value of ${name}`;
      else throw new Error(`the generator made an import of a ${kind}: ${module}.${name}`);
    }
    return imports;
  }
}

/** The transcript of a module in an engine. The same seed gives the same arguments. */
export function callAll(W: WasmNamespace, bytes: Uint8Array, seed: number): string[] {
  const t = new Transcript(W);
  const host = new Host(W, t);
  const module = new W.Module(bytes);
  const imports = host.imports(W.Module.imports(module));
  const instantiated = t.attempt('instantiate', () => {
    host.exports = new W.Instance(module, imports).exports;
    return Object.keys(host.exports).length;
  });
  if (!instantiated) return t.lines;
  const random = new Random(seed);
  for (const [name, item] of Object.entries(host.exports)) {
    if (typeof item !== 'function') continue;
    const calls = item.length === 0 ? 1 : CALLS_PER_FUNCTION;
    for (let i = 0; i < calls; i++) {
      t.call(host.exports, name, ...Array.from({ length: item.length }, () => random.pick(argumentTexts)));
    }
  }
  t.state(host.exports);
  return t.lines;
}
