/** How each instruction is compiled: one rule for each contextual row of the instruction table, and general ones for the others. */

import { type ContextualName, type Instruction, instructions, opOf } from '../isa/instructions.ts';
import type { Rule } from './rule.ts';
import { callRules } from './rules-calls.ts';
import { controlRules } from './rules-control.ts';
import { dataRules, plainRules } from './rules-data.ts';
import { withEvent } from './rules-events.ts';
import { numericRule } from './rules-numeric.ts';
import { vectorRule } from './rules-vector.ts';

const contextual: Record<ContextualName, Rule> = { ...controlRules, ...callRules, ...dataRules };

/** These have a say in when their event fires. */
const STRUCTURE = new Set([opOf('block'), opOf('loop'), opOf('if'), opOf('else'), opOf('end')]);

function plainRule(instr: Instruction): Rule {
  if (instr.feature === 'simd' || instr.feature === 'relaxed-simd') return vectorRule;
  return plainRules[instr.name] ?? numericRule;
}

const rules: readonly Rule[] = instructions.map((instr) => {
  const rule = instr.isContextual ? contextual[instr.name as ContextualName] : plainRule(instr);
  return STRUCTURE.has(instr.op) ? rule : withEvent(rule);
});

/** The rule that compiles this instruction. */
export function ruleOf(instr: Instruction): Rule {
  return rules[instr.op] as Rule;
}
