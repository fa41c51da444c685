/** Accesses to globals: the value of a read is on the stack next, that of a write is in the global next. */

import { type GlobalInstance, type ModuleInstance, refToJS, valtype } from '../../../engine/index.ts';
import { describeValue } from '../../diff/transcript.ts';
import { everyStep, placeText, valueText } from './every-step.ts';

export interface GlobalEntry {
  place: string;
  access: string;
  global: number;
  before: string;
  after: string;
}

/** The value in the bytes of a global, as `valueText` writes it. */
function globalText({ type: { type }, slots }: GlobalInstance): string {
  const view = new DataView(slots.u8.buffer);
  if (type === valtype.I32) return `i32 ${view.getInt32(0, true)}`;
  if (type === valtype.I64) return `i64 ${view.getBigInt64(0, true)}n`;
  if (type === valtype.F32) {
    return `f32 ${describeValue(view.getFloat32(0, true))} (${view.getUint32(0, true).toString(16)})`;
  }
  if (type === valtype.F64) {
    return `f64 ${describeValue(view.getFloat64(0, true))} (${view.getBigUint64(0, true).toString(16)})`;
  }
  if (type === valtype.V128) return `v128 ${Buffer.from(slots.u8).toString('hex')}`;
  return describeValue(refToJS(slots.refs[0], type));
}

export function globalReference(instance: ModuleInstance): GlobalEntry[] {
  const log: GlobalEntry[] = [];
  everyStep(instance, (_frame, location, later) => {
    const { name } = location.instruction;
    if (name !== 'global.get' && name !== 'global.set') return;
    const index = location.immediates.index as number;
    const global = instance.globals[index] as GlobalInstance;
    const access = name === 'global.get' ? 'read' : 'write';
    const entry = { place: placeText(location), access, global: index, before: globalText(global), after: '' };
    log.push(entry);
    later((next) => {
      if (access === 'read') entry.before = valueText(next.operand(0));
      entry.after = access === 'read' ? entry.before : globalText(global);
    });
  });
  return log;
}
