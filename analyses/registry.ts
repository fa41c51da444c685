/** The probes that can be asked for by name. */

import { alloc } from './alloc/alloc.ts';
import { blocks } from './blocks/blocks.ts';
import { branches } from './branches/branches.ts';
import { breakpoint } from './breakpoint/breakpoint.ts';
import { callTree } from './call-tree/call-tree.ts';
import { callgraph } from './callgraph/callgraph.ts';
import { calls } from './calls/calls.ts';
import { constArgs } from './const-args/const-args.ts';
import { coverage } from './coverage/definition.ts';
import type { AnalysisKind } from './define.ts';
import { determinism } from './determinism/determinism.ts';
import { edges } from './edges/edges.ts';
import { flamegraph } from './flamegraph/flamegraph.ts';
import { globals } from './globals/globals.ts';
import { hotness } from './hotness/hotness.ts';
import { icount } from './icount/icount.ts';
import { imports } from './imports/imports.ts';
import { loopTraces } from './loop-traces/loop-traces.ts';
import { loops } from './loops/loops.ts';
import { memory } from './memory/memory.ts';
import { memoryTrace } from './memory-trace/memory-trace.ts';
import { miner } from './miner/miner.ts';
import { nan } from './nan/nan.ts';
import { opcodes } from './opcodes/opcodes.ts';
import { tables } from './tables/tables.ts';
import { taint } from './taint/taint.ts';
import { time } from './time/time.ts';
import { timeout } from './timeout/timeout.ts';
import { trace } from './trace/trace.ts';
import { trap } from './trap/trap.ts';
import { values } from './values/values.ts';

export const analysisKinds: readonly AnalysisKind[] = [
  alloc,
  blocks,
  branches,
  breakpoint,
  callTree,
  callgraph,
  calls,
  constArgs,
  coverage,
  determinism,
  edges,
  flamegraph,
  globals,
  hotness,
  icount,
  imports,
  loopTraces,
  loops,
  memory,
  memoryTrace,
  miner,
  nan,
  opcodes,
  tables,
  taint,
  time,
  timeout,
  trace,
  trap,
  values,
];
