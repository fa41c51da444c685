/** Cases of the interpreter's switch for control, calls, variables, constants, tables and bulk memory. */

import { type InstrName, opOf } from '../../engine/isa/instructions.ts';
import { type Form, forms } from '../../engine/interpreter/forms.ts';
import { LOOP } from '../../engine/runtime/tier.ts';
import type { Next } from './numeric-cases.ts';

const copies: Readonly<Record<string, (to: string, from: string) => string>> = {
  '32': (to, from) => `I[${to}] = I[${from}];`,
  '64': (to, from) => `I[${to}] = I[${from}]; I[${to} + 1] = I[${from} + 1];`,
  '128': (to, from) =>
    `I[${to}] = I[${from}]; I[${to} + 1] = I[${from} + 1]; I[${to} + 2] = I[${from} + 2]; I[${to} + 3] = I[${from} + 3];`,
  ref: (to, from) => `R[(${to}) >> 2] = R[(${from}) >> 2];`,
};

const globalReads: Readonly<Record<string, string>> = {
  '32': 'I[sp] = g.i32[0];',
  '64': 'I[sp] = g.i32[0]; I[sp + 1] = g.i32[1];',
  '128': 'I[sp] = g.i32[0]; I[sp + 1] = g.i32[1]; I[sp + 2] = g.i32[2]; I[sp + 3] = g.i32[3];',
  ref: 'R[sp >> 2] = g.slots.refs[0];',
};

const globalWrites: Readonly<Record<string, string>> = {
  '32': 'g.i32[0] = I[sp];',
  '64': 'g.i32[0] = I[sp]; g.i32[1] = I[sp + 1];',
  '128': 'g.i32[0] = I[sp]; g.i32[1] = I[sp + 1]; g.i32[2] = I[sp + 2]; g.i32[3] = I[sp + 3];',
  ref: 'g.slots.refs[0] = R[sp >> 2];',
};

const widths = ['32', '64', '128', 'ref'] as const;

/** Brings the loop's copies of machine state up to date before code outside the loop runs. */
const SAVE_EVENT = 'M.depth = depth; M.sp = sp; frameIps[depth] = ~ip;';

/** The cached view of memory 0 may be stale after host code or a grow. */
const REFRESH = 'if (memory !== null) m = memory.refresh();';

/** Resolves the callee of an indirect call: the table's entry, checked against the type. */
const RESOLVE_INDIRECT = `callee = resolveIndirect(inst.tables[code[ip + 2]], I[sp - 4], code[ip + 1]); sp -= 4;`;
/** Destination, source and count of a bulk operation, once they are popped. */
const RANGE = 'I[sp] >>> 0, I[sp + 4] >>> 0, I[sp + 8] >>> 0';
const RESOLVE_REF = `callee = R[(sp - 4) >> 2] as FuncInstance | null; if (callee === null) throw new Trap('null'); sp -= 4;`;

/** `leave(op)`: where the other loop must go on, goes there with the unit `op` still to be executed. */
export function ruleCases(next: Next, leave: (op: number) => string): string[] {
  const row = (name: InstrName, body: string): string => `case ${opOf(name)}: { // ${name}\n${body} }`;
  const form = (name: Form, body: string): string => `case ${forms[name]}: { // ${name}\n${body} }`;
  const jump = (target: string): string => `ip = ${target}; ${next(0)}`;
  return [
    form('entry', next(1)),
    row('unreachable', `throw new Trap('unreachable');`),
    row('nop', next(1)),
    form(
      'loop',
      `if (--func.budget < 0) { ${SAVE_EVENT} const outcome = M.enterLoop(func, depth, ip); ` +
        `if (outcome === ${LOOP.ended}) { ${REFRESH} sp = fp + func.resultUnits; callee = null; break; } if (outcome === ${LOOP.left}) return false; code = func.code as Int32Array; ${REFRESH} } ${next(1)}`,
    ),
    ...variableCases(form, next),
    row('drop', `sp -= 4; ${next(1)}`),
    ...widths.map((w) =>
      form(`select/${w}`, `sp -= 8; if (I[sp + 4] === 0) { ${copies[w]?.('sp - 4', 'sp')} } ${next(1)}`),
    ),
    row('i32.const', `I[sp] = code[ip + 1]; sp += 4; ${next(2)}`),
    row('f32.const', `I[sp] = code[ip + 1]; sp += 4; ${next(2)}`),
    row('i64.const', `I[sp] = code[ip + 1]; I[sp + 1] = code[ip + 2]; sp += 4; ${next(3)}`),
    row('f64.const', `I[sp] = code[ip + 1]; I[sp + 1] = code[ip + 2]; sp += 4; ${next(3)}`),
    ...branchCases(form, row, next, jump),
    ...callCases(form, row, leave),
    ...referenceCases(row, next),
    ...bulkCases(row, next),
    form(
      'memory access',
      `sp = otherMemory(S, vector, sp, code, ip, inst.memories[code[ip + 3]].refresh()); ${next(5)}`,
    ),
  ];
}

type MakeForm = (name: Form, body: string) => string;
type MakeRow = (name: InstrName, body: string) => string;

function variableCases(form: MakeForm, next: Next): string[] {
  return widths.flatMap((w) => {
    const copy = copies[w] as (to: string, from: string) => string;
    return [
      form(`local.get/${w}`, `const local = fp + code[ip + 1]; ${copy('sp', 'local')} sp += 4; ${next(2)}`),
      form(`local.set/${w}`, `sp -= 4; const local = fp + code[ip + 1]; ${copy('local', 'sp')} ${next(2)}`),
      form(`local.tee/${w}`, `const local = fp + code[ip + 1], top = sp - 4; ${copy('local', 'top')} ${next(2)}`),
      form(`global.get/${w}`, `const g = inst.globals[code[ip + 1]]; ${globalReads[w]} sp += 4; ${next(2)}`),
      form(`global.set/${w}`, `sp -= 4; const g = inst.globals[code[ip + 1]]; ${globalWrites[w]} ${next(2)}`),
    ];
  });
}

function branchCases(form: MakeForm, row: MakeRow, next: Next, jump: (target: string) => string): string[] {
  const plain = `sp = fp + code[ip + 2]; ${jump('code[ip + 1]')}`;
  const move = (at: string): string =>
    `sp = moveOperands(S, fp + code[${at} + 1], sp, code[${at} + 2], code[${at} + 3]);`;
  const moving = `${move('ip + 1')} ${jump('code[ip + 1]')}`;
  return [
    form('br', plain),
    form('br/move', moving),
    form('br_if', `sp -= 4; if (I[sp] !== 0) { ${plain} } ${next(3)}`),
    form('br_if/move', `sp -= 4; if (I[sp] !== 0) { ${moving} } ${next(5)}`),
    form('if', `sp -= 4; if (I[sp] === 0) { ${jump('code[ip + 1]')} } ${next(2)}`),
    form('else', jump('code[ip + 1]')),
    row(
      'br_table',
      `sp -= 4; const chosen = I[sp] >>> 0, count = code[ip + 1]; const entry = ip + 2 + (chosen < count ? chosen : count) * 4; ` +
        `if (code[entry + 2] === 0) sp = fp + code[entry + 1]; else { ${move('entry')} } ${jump('code[entry]')}`,
    ),
    // Not taken: the reference stays, as non-null.
    form('br_on_null', `if (R[(sp - 4) >> 2] === null) { sp -= 4; ${moving} } ${next(5)}`),
    // Taken: the reference is the last of the operands moved.
    form('br_on_non_null', `if (R[(sp - 4) >> 2] !== null) { ${moving} } sp -= 4; ${next(5)}`),
  ];
}

function callCases(form: MakeForm, row: MakeRow, leave: (op: number) => string): string[] {
  // The callee is resolved first, and once: where that traps, the activation does not end by a tail call. The operands
  // stay below `sp` while probes run.
  const tailCall = (resolve: string): string =>
    `const before = sp; ${resolve} const after = sp; sp = before; ${SAVE_EVENT} M.activationTailCalls(callee); ${REFRESH} sp = after; ` +
    `${leave(forms['return_call/resolved'])} ret = -1; break;`;
  return [
    // Calls leave the switch with `callee` set, returns with null.
    row('call', 'callee = inst.funcs[code[ip + 1]]; ret = ip + 2; break;'),
    row('call_indirect', `${RESOLVE_INDIRECT} ret = ip + 3; break;`),
    row('call_ref', `${RESOLVE_REF} ret = ip + 2; break;`),
    row('return_call', 'callee = inst.funcs[code[ip + 1]]; ret = -1; break;'),
    row('return_call_indirect', `${RESOLVE_INDIRECT} ret = -1; break;`),
    row('return_call_ref', `${RESOLVE_REF} ret = -1; break;`),
    form('return/0', 'sp = fp; callee = null; break;'),
    form('return/1', 'I[fp] = I[sp - 4]; I[fp + 1] = I[sp - 3]; sp = fp + 4; callee = null; break;'),
    form('return/n', 'sp = moveOperands(S, fp, sp, code[ip + 1], code[ip + 2]); callee = null; break;'),
    // The end of the activation is observed: tell it, then do what the plain form does.
    form(
      'return/observed',
      `${SAVE_EVENT} M.activationReturns(func, code[ip + 1]); ${REFRESH} ${leave(forms['return/n'])} ` +
        'sp = moveOperands(S, fp, sp, code[ip + 1], code[ip + 2]); callee = null; break;',
    ),
    form('return_call/observed', tailCall('callee = inst.funcs[code[ip + 1]];')),
    form('return_call_indirect/observed', tailCall(RESOLVE_INDIRECT)),
    form('return_call_ref/observed', tailCall(RESOLVE_REF)),
    // What is left of a tail call that was told in the other loop.
    form('return_call/resolved', 'callee = M.takeResolved(); ret = -1; break;'),
  ];
}

function referenceCases(row: MakeRow, next: Next): string[] {
  return [
    row('ref.null', `R[sp >> 2] = null; sp += 4; ${next(1)}`),
    row('ref.is_null', `I[sp - 4] = R[(sp - 4) >> 2] === null ? 1 : 0; ${next(1)}`),
    row('ref.func', `R[sp >> 2] = inst.funcs[code[ip + 1]]; sp += 4; ${next(2)}`),
    row('ref.as_non_null', `if (R[(sp - 4) >> 2] === null) throw new Trap('null'); ${next(1)}`),
    row('table.get', `R[(sp - 4) >> 2] = tableGet(inst.tables[code[ip + 1]], I[sp - 4] >>> 0); ${next(2)}`),
    row('table.set', `sp -= 8; tableSet(inst.tables[code[ip + 1]], I[sp] >>> 0, R[(sp + 4) >> 2]); ${next(2)}`),
    row('table.size', `I[sp] = inst.tables[code[ip + 1]].size; sp += 4; ${next(2)}`),
    row(
      'table.grow',
      `sp -= 4; I[sp - 4] = tableGrow(inst.tables[code[ip + 1]], I[sp] >>> 0, R[(sp - 4) >> 2]); ${next(2)}`,
    ),
    row(
      'table.fill',
      `sp -= 12; tableFill(inst.tables[code[ip + 1]], I[sp] >>> 0, R[(sp + 4) >> 2], I[sp + 8] >>> 0); ${next(2)}`,
    ),
    row('table.init', `sp -= 12; tableInit(inst, inst.tables[code[ip + 2]], code[ip + 1], ${RANGE}); ${next(3)}`),
    row(
      'table.copy',
      `sp -= 12; tableCopy(inst.tables[code[ip + 1]], inst.tables[code[ip + 2]], ${RANGE}); ${next(3)}`,
    ),
    row('elem.drop', `elemDrop(inst, code[ip + 1]); ${next(2)}`),
  ];
}

function bulkCases(row: MakeRow, next: Next): string[] {
  return [
    row('memory.size', `I[sp] = inst.memories[code[ip + 1]].pages; sp += 4; ${next(2)}`),
    row('memory.grow', `I[sp - 4] = memoryGrow(inst.memories[code[ip + 1]], I[sp - 4] >>> 0); ${REFRESH} ${next(2)}`),
    row(
      'memory.fill',
      `sp -= 12; memoryFill(inst.memories[code[ip + 1]], I[sp] >>> 0, I[sp + 4], I[sp + 8] >>> 0); ${next(2)}`,
    ),
    row(
      'memory.copy',
      `sp -= 12; memoryCopy(inst.memories[code[ip + 1]], inst.memories[code[ip + 2]], ${RANGE}); ${next(3)}`,
    ),
    row('memory.init', `sp -= 12; memoryInit(inst, inst.memories[code[ip + 2]], code[ip + 1], ${RANGE}); ${next(3)}`),
    row('data.drop', `dataDrop(inst, code[ip + 1]); ${next(2)}`),
  ];
}

export { REFRESH, SAVE_EVENT };
