/**
 * Vector instructions: v128 operands lie in slots of the frame, where the functions of `vector.gen.ts` work on them. Operands
 * of other types are put into their slots for them, and results of other types are read from there.
 */

import type { Instruction } from '../isa/instructions.ts';
import { V128, type ValType } from '../isa/valtype.ts';
import type { FunctionValidator } from '../module/function-validator.ts';
import type { Emitter } from './emitter.ts';
import type { Expr } from './expression.ts';
import { type Entry, READS } from './operand-stack.ts';

export function vectorRule(e: Emitter, v: FunctionValidator, instr: Instruction): void {
  const { stack } = e;
  e.usesArea = true;
  const isAccess = instr.immediates[0] === 'memarg';
  stack.sendTrapsHome();
  if (instr.access.writes !== undefined) stack.protectState(READS.memory);
  const operands = stack.popMany(instr.params.length);
  const height = stack.height;
  const args: string[] = [];
  // The function writes the result over the first operand, whose slot is that of the result.
  if (instr.results.length > 0) args.push(e.at(e.slotOf(height)));
  for (const [i, entry] of operands.entries()) {
    if (isAccess && i === 0) continue;
    args.push(e.at(e.slotOf(height + i)));
    putOperand(e, entry, height + i);
  }
  args.push(...immediates(e, v, instr, operands[0]));
  if (isAccess) e.statement(`${e.site()};`);
  const name = e.bindings.bind(`v_${instr.mnemonic.replaceAll('.', '_')}`, () => functionOf(e, instr));
  e.statement(`${name}(${args.join(', ')});`);
  pushResult(e, instr.results[0], height);
}

function functionOf(e: Emitter, { mnemonic }: Instruction): unknown {
  const found = e.machine.vector.functions[mnemonic];
  if (found === undefined) throw new Error(`compiler: no function for ${mnemonic}`);
  return found;
}

function putOperand(e: Emitter, { type, expr }: Entry, height: number): void {
  if (type !== V128) e.statement(e.writeSlot(type, e.slotOf(height), (expr as Expr).text));
}

function immediates(e: Emitter, v: FunctionValidator, instr: Instruction, address: Entry | undefined): string[] {
  const { reader } = v;
  const texts: string[] = [];
  if (instr.immediates.includes('lane')) texts.push(String(reader.lane));
  if (instr.immediates.includes('v128') || instr.immediates.includes('lanes')) {
    texts.push(
      e.bindings.bind('units', () => e.code.units),
      String(e.ip),
    );
  }
  if (instr.immediates[0] === 'memarg') {
    const { text } = (address as Entry).expr as Expr;
    const ea = reader.offset === 0 ? `(${text}) >>> 0` : `((${text}) >>> 0) + ${reader.offset}`;
    texts.push(`${e.memory(reader.index)}.refresh()`, ea);
  }
  return texts;
}

function pushResult(e: Emitter, type: ValType | undefined, height: number): void {
  if (type === undefined) return;
  if (type === V128) {
    e.stack.pushHome(V128);
    return;
  }
  e.stack.assignHome(type, height, e.readSlot(type, 'fp', e.slotOf(height)));
  e.stack.pushHome(type);
}
