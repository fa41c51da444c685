/**
 * A call tree in the format of pprof, a protocol buffer (https://github.com/google/pprof, proto/profile.proto). It is not
 * compressed, which `pprof` and its viewers take as well.
 */

import { Function as PprofFunction, Line, Location, Profile, Sample, StringTable, ValueType } from 'pprof-format';
import type { CallTreeResult, TreeNode } from '../call-tree/data.ts';
import type { Weight } from './writers.ts';

const NANOSECONDS_PER_MS = 1e6;

/** A sample for each context with a weight of its own: its stack, the number of calls, and the weight. */
export function pprof(result: CallTreeResult, weight: Weight): Uint8Array {
  const { functions, nodes, modules } = result;
  const stringTable = new StringTable();
  const text = (value: string): number => stringTable.dedup(value);
  const valueType = (type: string, unit: string): ValueType => new ValueType({ type: text(type), unit: text(unit) });
  const ofWeight = weight === 'time' ? valueType('time', 'nanoseconds') : valueType('instructions', 'count');
  return new Profile({
    stringTable,
    sampleType: [valueType('calls', 'count'), ofWeight],
    defaultSampleType: ofWeight.type,
    // Ids begin with 1: a location for each function.
    function: functions.map(({ name, module, index, isHost }, i) => {
      return new PprofFunction({
        id: i + 1,
        name: text(isHost ? `${name} (host)` : name),
        systemName: text(name),
        filename: text(modules[module]?.name ?? ''),
        startLine: Math.max(index, 0),
      });
    }),
    location: functions.map((_, i) => new Location({ id: i + 1, line: [new Line({ functionId: i + 1 })] })),
    sample: nodes.flatMap((node) => {
      const self = weightOf(node, weight);
      if (self === 0 && node.calls === 0) return [];
      return [new Sample({ locationId: stackOf(nodes, node), value: [node.calls, self] })];
    }),
  }).encode();
}

function weightOf({ instructions = 0, selfMs = 0 }: TreeNode, weight: Weight): number {
  return weight === 'time' ? Math.round(selfMs * NANOSECONDS_PER_MS) : instructions;
}

/** Locations, the innermost first. */
function stackOf(nodes: readonly TreeNode[], leaf: TreeNode): number[] {
  const stack: number[] = [];
  for (let node: TreeNode | undefined = leaf; node !== undefined; node = nodes[node.parent])
    stack.push(node.function + 1);
  return stack;
}
