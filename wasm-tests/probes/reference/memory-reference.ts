/** Memory accesses as the mnemonics tell them: a load's value is what is on the stack next, a trap is that nothing is next. */

import { type Frame, type Location, type ModuleInstance, valtype } from '../../../engine/index.ts';
import { everyStep, placeText, valueText } from './every-step.ts';

export interface AccessEntry {
  place: string;
  access: string;
  memory: number;
  address: number;
  width: number;
  traps: boolean;
  value: string;
  bytes: string;
}

const sizes: Readonly<Record<string, number>> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16 };
const MNEMONIC = /^(i32|i64|f32|f64|v128)\.(load|store)(\d+)?(?:x(\d))?(?:_(\w+))?$/;

function unsigned(frame: Frame, fromTop: number): number {
  return (frame.operand(fromTop).value as number) >>> 0;
}

/** A lane of a vector as text. */
function laneText(frame: Frame, lane: number, width: number): string {
  const view = new DataView((frame.operand(0).value as Uint8Array).buffer, lane * width);
  if (width === 8) return `i64 ${view.getBigInt64(0, true)}n`;
  return `i32 ${width === 4 ? view.getInt32(0, true) : width === 2 ? view.getUint16(0, true) : view.getUint8(0)}`;
}

function storeText(frame: Frame, location: Location, width: number): string {
  if (location.immediates.lane !== undefined) return laneText(frame, location.immediates.lane, width);
  const operand = frame.operand(0);
  if (operand.type === valtype.I32 && width < 4) return `i32 ${(operand.value as number) & (256 ** width - 1)}`;
  if (operand.type === valtype.I64 && width < 8) return `i64 ${BigInt.asUintN(8 * width, operand.value as bigint)}n`;
  return valueText(operand);
}

export function memoryReference(instance: ModuleInstance): AccessEntry[] {
  const log: AccessEntry[] = [];
  const add = (location: Location, access: string, memory: number, range: [number, number]): AccessEntry => {
    const [address, width] = range;
    const entry = { place: placeText(location), access, memory, address, width, traps: true, value: '-', bytes: '-' };
    log.push(entry);
    return entry;
  };
  everyStep(instance, (frame, location, later) => {
    const { mnemonic } = location.instruction;
    const { index = 0, index2 = 0, offset = 0, lane } = location.immediates;
    const [, type = '', kind, bits, lanes = '1', suffix] = MNEMONIC.exec(mnemonic) ?? [];
    if (kind !== undefined) {
      const width = bits === undefined ? (sizes[type] as number) : (Number(bits) * Number(lanes)) / 8;
      const address = unsigned(frame, kind === 'store' || suffix === 'lane' ? 1 : 0) + offset;
      const entry = add(location, kind === 'load' ? 'read' : 'write', index, [address, width]);
      if (kind === 'store') entry.value = storeText(frame, location, width);
      later((next) => {
        entry.traps = false;
        if (kind === 'load')
          entry.value = lane === undefined ? valueText(next.operand(0)) : laneText(next, lane, width);
      });
      return;
    }
    if (!/^memory\.(copy|fill|init)$/.test(mnemonic)) return;
    const [dst, src, width] = [unsigned(frame, 2), unsigned(frame, 1), unsigned(frame, 0)];
    const target = mnemonic === 'memory.init' ? index2 : index;
    const entries = mnemonic === 'memory.copy' ? [add(location, 'read', index2, [src, width])] : [];
    entries.push(add(location, 'write', target, [dst, width]));
    if (mnemonic === 'memory.fill') (entries[0] as AccessEntry).value = `i32 ${src & 0xff}`;
    later(() => {
      const buffer = instance.memories[target]?.native.buffer as ArrayBuffer;
      const moved = Buffer.from(buffer, dst, width).toString('hex');
      for (const entry of entries)
        Object.assign(entry, { traps: false, bytes: mnemonic === 'memory.fill' ? '-' : moved });
    });
  });
  return log;
}
