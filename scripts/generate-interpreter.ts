/**
 * Writes `engine/interpreter/loop.gen.ts`: the interpreter's dispatch loops, with literal numbers in the case labels,
 * which V8 turns into one jump table (names from another module would be compared one by one).
 *
 * Two loops come from the same cases: the plain one, and one that tells the global probes of every instruction.
 * With `--check` nothing is written, and the exit code tells whether the file is up to date.
 */

import { instructions } from '../engine/isa/instructions.ts';
import { forms } from '../engine/interpreter/forms.ts';
import { CALL } from '../engine/runtime/tier.ts';
import {
  accessBody,
  effectiveAddress,
  isScalarAccess,
  type Next,
  scalarCases,
  scalarRows,
  semanticNames,
} from './interpreter/numeric-cases.ts';
import { REFRESH, ruleCases, SAVE_EVENT } from './interpreter/rule-cases.ts';
import { writeGenerated } from './write-generated.ts';

const plainNext: Next = (units) => (units === 0 ? 'op = code[ip]; continue;' : `op = code[ip += ${units}]; continue;`);
const tracedNext: Next = (units) => (units === 0 ? 'op = -1; continue;' : `ip += ${units}; op = -1; continue;`);

/** Vector rows are one case: their functions are bound to the stack elsewhere. */
function vectorCases(next: Next): string[] {
  const byLength = new Map<number, number[]>();
  for (const i of instructions) {
    if (i.feature !== 'simd' && i.feature !== 'relaxed-simd') continue;
    const units = 1 + i.immediates.reduce((sum, kind) => sum + (kind === 'v128' || kind === 'lanes' ? 4 : 1), 0);
    byLength.set(units, [...(byLength.get(units) ?? []), i.op]);
  }
  return [...byLength].map(([units, ops]) => {
    const labels = ops.map((op) => `case ${op}:`).join(' ');
    return `${labels} {\nsp = vector(op, sp, code, ip, m); ${next(units)} }`;
  });
}

/** Restores the loop's copies after a call, a return, or anything that may have changed code or memory. */
const ENTER_INSTANCE = `inst = func.instance as ModuleInstance; memory = inst.memories.length > 0 ? inst.memories[0] : null; if (memory !== null) m = memory.refresh();`;

function loop(name: string, isTraced: boolean): string {
  const next = isTraced ? tracedNext : plainNext;
  const leave = (op: number | string): string =>
    `if (M.isTraced !== ${isTraced}) { M.suspend(depth, ip, sp, ${op}); return false; }`;
  const probe = isTraced
    ? ''
    : `case ${forms.probe}: {
${SAVE_EVENT} op = M.fireLocal(func, ip); code = func.code as Int32Array; ${REFRESH}
${leave('op')}
continue; }`;
  const trace = isTraced
    ? `if (op < 0) {
${SAVE_EVENT} op = M.fireGlobal(func, ip); code = func.code as Int32Array; ${REFRESH}
${leave('op')}
}`
    : '';
  const first = isTraced ? 'M.takePending()' : 'M.takePending(); if (op < 0) op = code[ip]';
  return `
/** Runs the frame on top of the machine until the frame at \`base\` returns (true) or the other loop must go on (false). */
export function ${name}(M: Machine, base: number): boolean {
  const S = M.slots;
  const I = S.i32, F = S.f32, L = S.i64, D = S.f64, R = S.refs;
  const vector = M.vector.execute;
  const frameFuncs = M.frameFuncs, frameIps = M.frameIps, frameBases = M.frameBases, frameSerials = M.frameSerials;
  const serials = M.serials;
  let depth = M.depth;
  let func = frameFuncs[depth];
  let code = func.code as Int32Array;
  let fp = frameBases[depth];
  let ip = frameIps[depth];
  let sp = M.sp;
  let inst = func.instance as ModuleInstance;
  let memory: MemoryInstance | null = inst.memories.length > 0 ? inst.memories[0] : null;
  let m: DataView = memory === null ? NO_MEMORY : memory.refresh();
  let callee: FuncInstance | null = null;
  /** Unit to go on with after the call; -1 for a tail call. */
  let ret = 0;
  try {
    let op: number = ${first};
    for (;;) {
      ${trace}
      switch (op) {
${[...ruleCases(next, leave), ...scalarCases(next), ...vectorCases(next), probe].join('\n')}
        default: throw new Error(\`interpreter: no case for unit \${op} at \${ip} of function \${func.index}\`);
      }
      if (callee === null) {
        if (depth === base) { M.depth = depth - 1; M.sp = sp; return true; }
        depth--;
        func = frameFuncs[depth];
        ip = frameIps[depth];
        fp = frameBases[depth];
      } else {
        if (--callee.budget < 0) {
          const way = M.gate(callee, ret < 0);
          if (way !== ${CALL.interpret}) {
            // In tail position the activation has ended: the host function stands on the frame below, whose ip stays as it is.
            // An error finds the activation waiting for the call, which has taken its arguments.
            if (ret < 0) { depth--; ip = ~frameIps[depth]; } else { frameIps[depth] = ret; ip = ~ret; }
            M.depth = depth; M.sp = sp;
            sp = way === ${CALL.host} ? M.callHost(callee, sp) : M.callCompiled(callee, sp);
            ${REFRESH}
            if (ret < 0) {
              // Its results are the results of the activation.
              sp = M.moveTailResults(callee, fp, sp);
              if (depth < base) { M.depth = depth; M.sp = sp; return true; }
              func = frameFuncs[depth];
              ip = frameIps[depth];
              fp = frameBases[depth];
              if (func.instance !== inst) { ${ENTER_INSTANCE} }
            } else ip = ret;
            code = func.code as Int32Array;
            ${leave(-1)}
            ${isTraced ? 'op = -1' : 'op = code[ip]'};
            continue;
          }
        }
        if (ret < 0) sp = M.moveTailArguments(callee, fp, sp);
        else if (depth === M.lastFrame) throw new Trap('exhaustion');
        const from = sp - callee.paramUnits;
        const end = from + callee.localUnits;
        if (from + callee.frameUnits > M.limit) throw new Trap('exhaustion');
        if (callee.usesRefs) M.prepareRefs(callee, from);
        if (ret >= 0) { frameIps[depth] = ret; depth++; }
        for (let i = sp; i < end; i += 4) { I[i] = 0; I[i + 1] = 0; I[i + 2] = 0; I[i + 3] = 0; }
        frameFuncs[depth] = callee;
        frameBases[depth] = from;
        frameSerials[depth] = serials[0] += 1;
        func = callee;
        fp = from;
        sp = end;
        ip = func.entry;
      }
      code = func.code as Int32Array;
      if (func.instance !== inst) { ${ENTER_INSTANCE} }
      ${isTraced ? 'op = -1' : 'op = code[ip]'};
    }
  } catch (error) {
    M.depth = depth;
    M.sp = sp;
    frameIps[depth] = ~ip;
    return M.unwind(error, base);
  }
}`;
}

const otherMemoryCases = scalarRows()
  .filter(isScalarAccess)
  .map((i) => `case ${i.op}: { // ${i.name}\nconst ea = ${effectiveAddress(i)}; ${accessBody(i)} return sp; }`);

const body = `
const NO_MEMORY = new DataView(new ArrayBuffer(0));

/** A load or store of another memory than the first (form 'memory access': offset, lane, memory, row). */
function otherMemory(S: Slots, vector: ExecuteVector, sp: number, code: Int32Array, ip: number, m: DataView): number {
  const I = S.i32;
  switch (code[ip + 4]) {
${otherMemoryCases.join('\n')}
    default: return vector(code[ip + 4], sp, code, ip, m);
  }
}
${loop('runPlain', false)}
${loop('runTraced', true)}
`;

const header = `// Generated by scripts/generate-interpreter.ts from the instruction table: do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated

import { ${semanticNames(body).join(', ')} } from '../isa/semantics.ts';
import { Trap } from '../isa/trap.ts';
import type { ExecuteVector } from '../isa/vector.gen.ts';
import {
  dataDrop, elemDrop, memoryCopy, memoryFill, memoryGrow, memoryInit,
  tableCopy, tableFill, tableGet, tableGrow, tableInit, tableSet,
} from '../runtime/bulk.ts';
import type { FuncInstance } from '../runtime/function.ts';
import type { ModuleInstance } from '../runtime/instance.ts';
import type { MemoryInstance } from '../runtime/memory.ts';
import type { Slots } from '../runtime/value.ts';
import type { Machine } from './machine.ts';
import { moveOperands, resolveIndirect } from './operands.ts';
`;

writeGenerated('engine/interpreter/loop.gen.ts', header + body);
