/** A call tree in the formats of flame graph viewers. Contexts stand side by side in the order of the tree, as wide as their weight. */

import { type CallTreeResult, type NestedNode, nestedNodes } from '../call-tree/data.ts';

export type Weight = 'instructions' | 'time';

/** A context, and where it begins and ends in sums of weights. */
interface Span {
  readonly node: NestedNode;
  readonly start: number;
  readonly end: number;
}

function selfOf(node: NestedNode, weight: Weight): number {
  return (weight === 'time' ? node.selfMs : node.instructions) ?? 0;
}

function nestedOf(node: NestedNode, weight: Weight): number {
  return weight === 'time' ? node.nestedMs : node.nestedInstructions;
}

/** Self weight stands before the callees. Callers come before what they call. */
function spansOf({ nodes }: CallTreeResult, weight: Weight): Span[] {
  const spans: Span[] = [];
  const next: number[] = [];
  let root = 0;
  for (const node of nestedNodes(nodes)) {
    const start = node.parent < 0 ? root : (next[node.parent] as number);
    const end = start + nestedOf(node, weight);
    if (node.parent < 0) root = end;
    else next[node.parent] = end;
    next.push(start + selfOf(node, weight));
    spans.push({ node, start, end });
  }
  return spans;
}

function nameOf({ functions }: CallTreeResult, node: NestedNode): string {
  const func = functions[node.function];
  return `${func?.name}${func?.isHost ? ' (host)' : ''}`;
}

/** https://www.speedscope.app/file-format-schema.json, an evented profile. */
export function speedscope(result: CallTreeResult, weight: Weight, program: string): string {
  const spans = spansOf(result, weight);
  const events: { type: 'O' | 'C'; frame: number; at: number }[] = [];
  const open: Span[] = [];
  for (const span of spans) {
    while (open.length > span.node.depth) close(events, open.pop() as Span);
    events.push({ type: 'O', frame: span.node.function, at: span.start });
    open.push(span);
  }
  while (open.length > 0) close(events, open.pop() as Span);
  const { functions, modules } = result;
  const frames = functions.map(({ name, module, index, isHost }) => ({
    name: isHost ? `${name} (host)` : name,
    file: modules[module]?.name ?? program,
    line: Math.max(index, 0),
  }));
  const endValue = events.at(-1)?.at ?? 0;
  const unit = weight === 'time' ? 'milliseconds' : 'none';
  return JSON.stringify({
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: 'wiz',
    name: program,
    activeProfileIndex: 0,
    shared: { frames },
    profiles: [{ type: 'evented', name: `${program}, ${weight}`, unit, startValue: 0, endValue, events }],
  });
}

function close(events: { type: 'O' | 'C'; frame: number; at: number }[], { node, end }: Span): void {
  // Sums of times in another order may differ in the last digit: events must not go back.
  events.push({ type: 'C', frame: node.function, at: Math.max(end, events.at(-1)?.at ?? 0) });
}

/** `a;b;c 12`, a line for each context with a weight of its own; times in microseconds. */
export function folded(result: CallTreeResult, weight: Weight): string {
  const paths: string[] = [];
  const lines: string[] = [];
  for (const node of nestedNodes(result.nodes)) {
    // Semicolons and spaces separate in this format.
    const name = nameOf(result, node).replaceAll(';', ':').replaceAll('\n', ' ');
    const path = node.parent < 0 ? name : `${paths[node.parent]};${name}`;
    paths.push(path);
    const value = weight === 'time' ? Math.round(selfOf(node, weight) * 1000) : selfOf(node, weight);
    if (value > 0) lines.push(`${path} ${value}`);
  }
  return `${lines.join('\n')}\n`;
}

const MICROSECONDS = 1000;

/** Complete events of the Trace Event Format of Chrome; an instruction is shown as a microsecond. */
export function chromeTrace(result: CallTreeResult, weight: Weight): string {
  const scale = weight === 'time' ? MICROSECONDS : 1;
  const traceEvents = spansOf(result, weight).map(({ node, start, end }) => ({
    ph: 'X',
    name: nameOf(result, node),
    cat: 'wasm',
    pid: 1,
    tid: 1,
    ts: start * scale,
    dur: (end - start) * scale,
    args: { calls: node.calls },
  }));
  return JSON.stringify({ traceEvents, displayTimeUnit: 'ms' });
}
