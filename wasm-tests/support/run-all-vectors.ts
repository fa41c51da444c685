/** Executes every vector instruction once: a process of its own, so that V8 can be asked to print their bytecode. */

import { instructions } from '../../engine/isa/instructions.ts';
import { bindVector } from '../../engine/isa/vector.gen.ts';
import { Slots } from '../../engine/runtime/value.ts';

const slots = new Slots(64);
const unit = bindVector(slots);
const code = new Int32Array(8);
const memory = new DataView(new ArrayBuffer(64));

for (const i of instructions) {
  if (!i.feature.endsWith('simd')) continue;
  slots.i32.fill(0);
  unit.execute(i.op, 64, code, 0, memory);
}
