/** The probes that can be asked for by name. */

import { blocks } from './blocks/blocks.ts';
import { branches } from './branches/branches.ts';
import { callgraph } from './callgraph/callgraph.ts';
import { calls } from './calls/calls.ts';
import { coverage } from './coverage/definition.ts';
import type { AnalysisKind } from './define.ts';
import { hotness } from './hotness/hotness.ts';
import { icount } from './icount/icount.ts';
import { loops } from './loops/loops.ts';
import { opcodes } from './opcodes/opcodes.ts';

export const analysisKinds: readonly AnalysisKind[] = [
  blocks,
  branches,
  callgraph,
  calls,
  coverage,
  hotness,
  icount,
  loops,
  opcodes,
];
