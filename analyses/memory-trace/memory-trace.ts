/** A trace of accesses to memory, one by one: who, where, which bytes, which value. */

import { functionName, type Module, type ModuleInstance, type TypedValue } from '../../engine/index.ts';
import { type Attachment, type MemoryAccessEvent, onMemoryAccess, valueText } from '../../probes/index.ts';
import { whenEntered } from '../counting/when-entered.ts';
import { defineProbe } from '../define.ts';
import { chosenFunctions, type FunctionChoice, functionOptions } from '../function-choice.ts';
import { address, oneOf, wholeNumber } from '../option-checks.ts';
import { OptionError } from '../options.ts';
import { PerModule } from '../per-module.ts';
import type { Section } from '../report/presentation.ts';
import type { MemoryTraceResult, TracedAccess } from './data.ts';
import { Ring } from './ring.ts';

interface Choice extends FunctionChoice {
  readonly limit: number;
  readonly keep: 'first' | 'last';
  /** undefined: both. */
  readonly access: 'read' | 'write' | undefined;
  /** Accesses that touch a byte of `from` to `to`, both included. */
  readonly from: number;
  readonly to: number;
}

type Kept = Pick<MemoryAccessEvent, 'location' | 'access' | 'memory' | 'address' | 'width' | 'wouldTrap'> & {
  readonly number: number;
  readonly module: Module;
  /** Made into text at the end, and only what was kept. */
  readonly value: TypedValue | undefined;
};

class MemoryTrace {
  private readonly choice: Choice;
  private readonly kept: Ring<Kept>;
  private readonly modules = new PerModule((module) => module);
  private attachments: Attachment[] = [];

  constructor(choice: Choice) {
    this.choice = choice;
    this.kept = new Ring(choice.limit);
  }

  private get isFull(): boolean {
    return this.choice.keep === 'first' && this.kept.added >= this.choice.limit;
  }

  attach(instance: ModuleInstance): Attachment | undefined {
    const module = this.modules.add(instance);
    const functions = chosenFunctions(module, this.choice);
    if (this.isFull) return undefined;
    const attachment = whenEntered(instance, { functions, name: 'memory-trace' }, (func) =>
      onMemoryAccess(instance, (event) => this.note(module, event), {
        functions: func,
        access: this.choice.access,
        value: true,
        name: 'memory-trace',
      }),
    );
    this.attachments.push(attachment);
    return attachment;
  }

  private note(module: Module, event: MemoryAccessEvent): void {
    const { from, to } = this.choice;
    const { location, access, memory, address: first, width, wouldTrap, value } = event;
    // A bulk operation of no bytes touches none, and is told at its address.
    if (first > to || first + Math.max(width, 1) <= from || this.isFull) return;
    const number = this.kept.added;
    this.kept.add({ number, module, location, access, memory, address: first, width, wouldTrap, value });
    if (this.isFull) this.end();
  }

  /** What comes now is of no interest: the program goes on without probes. */
  private end(): void {
    for (const attachment of this.attachments) attachment.detach();
    this.attachments = [];
  }

  result(): MemoryTraceResult {
    const { keep, limit } = this.choice;
    const order: Module[] = [];
    const modules = this.modules.results((_, module) => {
      order.push(module);
      return {};
    });
    const accesses = this.kept.list().map((kept) => tracedAccess(kept, order));
    const seen = this.kept.added;
    const dropped = this.isFull ? undefined : seen - accesses.length;
    return { analysis: 'memory-trace', version: 1, modules, keep, limit, seen, dropped, accesses };
  }
}

function tracedAccess({ module, location, wouldTrap, ...rest }: Kept, modules: readonly Module[]): TracedAccess {
  const { func, pc, instruction } = location;
  return {
    number: rest.number,
    module: modules.indexOf(module),
    func,
    name: functionName(module, func),
    pc,
    mnemonic: instruction.mnemonic,
    access: rest.access,
    memory: rest.memory,
    address: rest.address,
    width: rest.width,
    value: rest.value === undefined ? undefined : valueText(rest.value),
    traps: wouldTrap,
  };
}

const options = {
  ...functionOptions,
  limit: { help: 'accesses that are kept', default: 10_000 },
  keep: { help: 'which ones, if there are more: first or last', default: 'last' },
  reads: { help: 'reads only', default: false },
  writes: { help: 'writes only', default: false },
  from: { help: 'only accesses that touch this address or a higher one', default: '' },
  to: { help: 'only accesses that touch this address or a lower one', default: '' },
  top: { help: 'rows that the text shows', default: 100 },
} as const;

export const memoryTrace = defineProbe({
  name: 'memory-trace',
  summary: 'each access to memory: place, address, width, value',
  options,
  start: ({ options: { only, except, limit, keep, reads, writes, from, to } }) => {
    if (reads && writes) {
      throw new OptionError(
        'the options "reads" and "writes" exclude each other: without them, the trace has both',
        'reads',
      );
    }
    const choice: Choice = {
      only,
      except,
      limit: wholeNumber('limit', limit, 1),
      keep: oneOf('keep', keep, ['first', 'last']),
      access: reads ? 'read' : writes ? 'write' : undefined,
      from: address('from', from) ?? 0,
      to: address('to', to) ?? Number.POSITIVE_INFINITY,
    };
    if (choice.from > choice.to) throw new OptionError(`option "to" (${to}) is below option "from" (${from})`, 'to');
    const trace = new MemoryTrace(choice);
    return {
      instance: (instance) => trace.attach(instance),
      result: () => trace.result(),
    };
  },
  present: (result, { top }) => [section(result, top)],
});

function section({ modules, keep, seen, dropped, accesses }: MemoryTraceResult, top: number): Section {
  return {
    figures: [
      { label: 'accesses seen', value: seen, kind: 'exact' },
      { label: 'accesses kept', value: keptText(), kind: 'text' },
    ],
    tables: [
      {
        id: 'accesses',
        title: 'Accesses in the order in which they happened',
        columns: [
          { key: 'number', title: '#', kind: 'exact' },
          ...(modules.length < 2 ? [] : [{ key: 'module', kind: 'exact' } as const]),
          { key: 'function', kind: 'text' },
          { key: 'func', kind: 'exact' },
          { key: 'pc', kind: 'exact' },
          { key: 'instruction', kind: 'text' },
          { key: 'access', kind: 'text' },
          { key: 'memory', title: 'mem', kind: 'exact' },
          { key: 'address', kind: 'address' },
          { key: 'width', title: 'bytes', kind: 'exact' },
          { key: 'value', kind: 'text' },
          { key: 'traps', kind: 'text' },
        ],
        rows: accesses.map((a) => [
          a.number,
          ...(modules.length < 2 ? [] : [a.module]),
          a.name,
          a.func,
          a.pc,
          a.mnemonic,
          a.access,
          a.memory,
          a.address,
          a.width,
          a.value,
          a.traps ? 'traps' : '',
        ]),
        top,
      },
    ],
  };

  function keptText(): string {
    if (dropped === 0) return 'all';
    const number = accesses.length.toLocaleString('en-US');
    return keep === 'last' ? `the last ${number}` : `the first ${number}, with which the trace ended`;
  }
}
