/** From events of the toolkit to events of a trace. */

import {
  disassemble,
  functionName,
  type Location,
  type Module,
  type ModuleInstance,
  type TypedValue,
} from '../../engine/index.ts';
import {
  type Attachment,
  arityOf,
  type CallReturnEvent,
  everyInstruction,
  type FunctionFilter,
  localName,
  onCallReturn,
  onEntry,
  onExit,
  structureOf,
  valueText,
} from '../../probes/index.ts';
import type { TraceEvent } from './data.ts';

/** Where events go. */
export interface Sink {
  add(event: TraceEvent): void;
  /** Watched activations that are on their way. */
  depth: number;
}

export interface Watched {
  readonly functions: FunctionFilter | undefined;
  /** Place of the module in the result. */
  readonly module: number;
}

const name = 'trace';

/** Entries and exits of functions, and calls of the host. */
export function traceCalls(instance: ModuleInstance, sink: Sink, { functions, module }: Watched): Attachment[] {
  const enter = ({ func, args }: { func: number; args: readonly TypedValue[] }): void => {
    const values = args.map((arg, i) => {
      const local = localName(instance.module, func, i);
      return local === undefined ? valueText(arg) : `${local}=${valueText(arg)}`;
    });
    const place = { name: functionName(instance.module, func), index: func, module };
    sink.add({ kind: 'enter', depth: sink.depth++, ...place, values, how: '' });
  };
  return [
    onEntry(instance, enter, { functions, name, needs: { locals: true } }),
    onExit(
      instance,
      ({ func, reason, results, error }) => {
        // Activations that began before the trace have no level of their own.
        sink.depth = Math.max(sink.depth - 1, 0);
        const how = reason === 'trap' || reason === 'host-error' ? `${reason}: ${messageOf(error)}` : reason;
        const place = { name: functionName(instance.module, func), index: func, module };
        sink.add({ kind: 'leave', depth: sink.depth, ...place, values: results.map(valueText), how });
      },
      { functions, name, needs: { results: true } },
    ),
    onCallReturn(instance, (event) => event.isToHost && sink.add(hostEvent(instance, event, { sink, module })), {
      functions,
      name,
    }),
  ];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function hostEvent(
  instance: ModuleInstance,
  { callee, args, results, outcome, error }: CallReturnEvent,
  { sink, module }: { readonly sink: Sink; readonly module: number },
): TraceEvent {
  return {
    kind: 'host',
    depth: sink.depth,
    name: callee === undefined ? 'host function' : functionName(instance.module, callee),
    index: -1,
    module,
    values: args.map(valueText),
    how: outcome === 'return' || outcome === 'tail-call' ? 'return' : messageOf(error),
    results: results.map(valueText),
  };
}

/** Every instruction, with the operands that it takes. */
export function traceInstructions(instance: ModuleInstance, sink: Sink, { functions, module }: Watched): Attachment {
  const texts = new Map<number, ReadonlyMap<number, string>>();
  return everyInstruction(
    instance,
    ({ frame, location }) => {
      const count = Math.min(
        arityOf(structureOf(instance.module, location.func), location).operands,
        frame.operandTypes.length,
      );
      const operands = Array.from({ length: count }, (_, i) => valueText(frame.operand(count - 1 - i)));
      const { func, pc } = location;
      const place = { name: functionName(instance.module, func), index: func, module };
      sink.add({
        kind: 'instruction',
        depth: 0,
        ...place,
        values: operands,
        how: textAt(texts, instance.module, location),
        pc,
      });
    },
    { functions, name, needs: { operands: 'all' } },
  );
}

/** The instruction as the disassembly has it; texts of a function are made at its first event. */
function textAt(texts: Map<number, ReadonlyMap<number, string>>, module: Module, { func, pc }: Location): string {
  let known = texts.get(func);
  if (known === undefined) {
    known = new Map(Array.from(disassemble(module, func), (line) => [line.pc, line.text]));
    texts.set(func, known);
  }
  return known.get(pc) as string;
}
