/** The cases of all instructions whose type depends on context: a missing one is a compile error. */

import type { ContextualName } from '../../engine/isa/instructions.ts';
import type { ContextualCase } from './contextual-case.ts';
import { controlCases } from './control-cases.ts';
import { operandCases } from './operand-cases.ts';

export const contextualCases: Readonly<Record<ContextualName, ContextualCase>> = { ...controlCases, ...operandCases };
