/** Which events of an instance go into the stream. */

import {
  functionInstructions,
  functionLocations,
  type LocalProbe,
  type Location,
  type ModuleInstance,
  type Needs,
} from '../../engine/index.ts';
import { type Attachment, Insertions, onCallReturn, selectInstructions } from '../../probes/index.ts';
import { basicBlocks } from '../blocks/division.ts';
import { whenEntered } from '../counting/when-entered.ts';
import type { EventStream } from './stream.ts';

export interface Observed {
  /** Indices of functions. */
  readonly functions: readonly number[];
  /** Number of the instance, in the order in which instances were made. */
  readonly instance: number;
  /** Also values: what is stored, and what passes between the program and the host? */
  readonly hasData: boolean;
}

class BlockProbe implements LocalProbe {
  readonly name = 'determinism';
  readonly needs: Needs = { frame: false };
  private readonly stream: EventStream;
  private readonly place: number;

  constructor(stream: EventStream, place: number) {
    this.stream = stream;
    this.place = place;
  }

  fire(): void {
    this.stream.add(this.place);
  }
}

/** Takes the topmost operands of an instruction. */
class OperandProbe implements LocalProbe {
  readonly name = 'determinism';
  readonly needs: Needs;
  private readonly stream: EventStream;

  constructor(stream: EventStream, operands: number) {
    this.needs = { frame: false, operands };
    this.stream = stream;
  }

  fire(_frame: unknown, ...operands: readonly unknown[]): void {
    for (const operand of operands) this.stream.addValue(operand);
  }
}

const stores = selectInstructions('store');
const globalSets = selectInstructions('global.set');

export function observe(instance: ModuleInstance, stream: EventStream, observed: Observed): Attachment {
  const { functions, hasData } = observed;
  return whenEntered(instance, { functions, name: 'determinism' }, (func) => {
    const insertions = new Insertions();
    for (const { pc } of basicBlocks(functionInstructions(instance.module, func))) {
      const place = Math.imul(observed.instance * 0x10001 + func, 0x9e3779b1) ^ pc;
      insertions.local(instance, func, pc, new BlockProbe(stream, place));
    }
    if (hasData) observeData(instance, func, { stream, insertions });
    return insertions;
  });
}

function observeData(
  instance: ModuleInstance,
  func: number,
  { stream, insertions }: { readonly stream: EventStream; readonly insertions: Insertions },
): void {
  const insert = ({ pc }: Location, operands: number): void =>
    insertions.local(instance, func, pc, new OperandProbe(stream, operands));
  for (const location of functionLocations(instance.module, func, stores)) insert(location, 2);
  for (const location of functionLocations(instance.module, func, globalSets)) insert(location, 1);
  insertions.add(
    onCallReturn(
      instance,
      ({ isToHost, args, results }) => {
        if (!isToHost) return;
        for (const { value } of [...args, ...results]) stream.addValue(value);
      },
      { functions: func, name: 'determinism' },
    ),
  );
}
