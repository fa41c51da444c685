/** Accesses to tables, told from the instructions' names; that one has trapped is seen by what does not come next. */

import { type Frame, type Location, type ModuleInstance, refToJS, type TableInstance } from '../../../engine/index.ts';
import { describeValue } from '../../diff/transcript.ts';
import { everyStep, placeText } from './every-step.ts';

export interface TableEntry {
  place: string;
  access: string;
  table: number;
  index: number;
  count: number;
  traps: boolean;
  value: string;
  values: string;
  result: number | undefined;
}

function unsigned(frame: Frame, fromTop: number): number {
  return (frame.operand(fromTop).value as number) >>> 0;
}

export function tableReference(instance: ModuleInstance): TableEntry[] {
  const log: TableEntry[] = [];
  const add = (location: Location, what: Partial<TableEntry>): TableEntry => {
    const none = {
      access: 'read',
      table: 0,
      index: 0,
      count: 1,
      traps: true,
      value: '-',
      values: '-',
      result: undefined,
    };
    const entry = { place: placeText(location), ...none, ...what };
    log.push(entry);
    return entry;
  };
  const tableAt = (index: number): TableInstance => instance.tables[index] as TableInstance;
  const element = (index: number, at: number): string => {
    const table = tableAt(index);
    return describeValue(refToJS(table.elements[at], table.type.element));
  };
  everyStep(instance, (frame, location, later) => {
    const { index = 0, index2 = 0 } = location.immediates;
    const { mnemonic } = location.instruction;
    const done = (entry: TableEntry): void => later(() => Object.assign(entry, { traps: false }));
    if (mnemonic === 'table.get') {
      const entry = add(location, { table: index, index: unsigned(frame, 0) });
      later((next) => Object.assign(entry, { traps: false, value: describeValue(next.operand(0).value) }));
    } else if (mnemonic === 'table.set') {
      const value = describeValue(frame.operand(0).value);
      done(add(location, { access: 'write', table: index, index: unsigned(frame, 1), value }));
    } else if (mnemonic === 'table.fill') {
      const value = describeValue(frame.operand(1).value);
      const [at, count] = [unsigned(frame, 2), unsigned(frame, 0)];
      done(add(location, { access: 'write', table: index, index: at, count, value }));
    } else if (mnemonic === 'table.copy' || mnemonic === 'table.init') {
      const target = mnemonic === 'table.copy' ? index : index2;
      const [at, from, count] = [unsigned(frame, 2), unsigned(frame, 1), unsigned(frame, 0)];
      const entries = mnemonic === 'table.copy' ? [add(location, { table: index2, index: from, count })] : [];
      entries.push(add(location, { access: 'write', table: target, index: at, count }));
      later(() => {
        const values = Array.from({ length: count }, (_, i) => element(target, at + i)).join(', ');
        for (const entry of entries) Object.assign(entry, { traps: false, values });
      });
    } else if (mnemonic === 'table.grow') {
      const value = describeValue(frame.operand(1).value);
      const entry = { access: 'grow', table: index, index: tableAt(index).size, count: unsigned(frame, 0), value };
      later((next) => add(location, { ...entry, traps: false, result: next.operand(0).value as number }));
    } else if (mnemonic.endsWith('call_indirect')) {
      const at = unsigned(frame, 0);
      const traps = at >= tableAt(index2).size;
      add(location, { table: index2, index: at, traps, value: traps ? '-' : element(index2, at) });
    }
  });
  return log;
}
