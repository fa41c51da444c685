/** Which functions of an instance are sources and sinks, and how. */

import type { FuncInstance, ModuleInstance } from '../../engine/index.ts';
import { type FunctionInfo, functionInfos, selectFunctions } from '../../probes/index.ts';
import { OptionError } from '../options.ts';
import type { CallMemory, MemoryRange } from '../wasi/memory-effects.ts';
import { isWasiCall } from '../wasi/signatures.ts';
import type { FunctionRules } from './function-rules.ts';
import type { FunctionSpec, LengthSpec, SinkSpec, SourceSpec } from './specs.ts';
import { unsigned } from './steps.ts';
import type { Tracker } from './tracker.ts';

export interface TaintChoice {
  readonly sources: readonly SourceSpec[];
  readonly sinks: readonly SinkSpec[];
}

interface Chosen {
  readonly info: FunctionInfo;
  readonly rules: FunctionRules;
  readonly isHost: boolean;
}

/**
 * Makes the rules of the functions of an instance.
 *
 * @throws FilterError when a source or sink names no function
 * @throws OptionError when a function has not what is named of it
 */
export function applyChoice(tracker: Tracker, instance: ModuleInstance, { sources, sinks }: TaintChoice): void {
  const chosen = functionInfos(instance.module).map((info, i) =>
    chosenOf(tracker, instance.funcs[i] as FuncInstance, info),
  );
  const imported = chosen.filter(({ info, isHost }) => info.import !== undefined && isHost);
  for (const spec of sources) {
    if ('filter' in spec) for (const one of selected(instance, chosen, spec)) addSource(tracker, one, spec);
    else if (spec.word === 'memory') addMemory(tracker, instance, spec);
    else for (const one of imported) addHostSource(tracker, one);
  }
  for (const spec of sinks) {
    if ('filter' in spec) for (const one of selected(instance, chosen, spec)) addSink(one, spec);
    else if (spec.word === 'host') for (const one of imported) addHostSink(one);
  }
}

function chosenOf(tracker: Tracker, func: FuncInstance, info: FunctionInfo): Chosen {
  const isHost = func.host !== null;
  const [, module = '', name = ''] = /^(.*?)\.(.*)$/s.exec(info.import ?? '') ?? [];
  const isWasi = isHost && isWasiCall(module, name);
  const rules = tracker.rules.of(func, isWasi ? name : (info.import ?? info.name));
  if (isWasi) rules.wasi = name;
  return { info, rules, isHost };
}

function selected({ module }: ModuleInstance, chosen: readonly Chosen[], { filter }: FunctionSpec): Chosen[] {
  return selectFunctions(module, filter, 'all').map((index) => chosen[index] as Chosen);
}

function addMemory(
  tracker: Tracker,
  instance: ModuleInstance,
  { start, bytes }: { readonly start: number; readonly bytes: number },
): void {
  const first = instance.memories[0];
  if (first === undefined) throw new OptionError('option "source": the module has no memory', 'source');
  const size = first.refresh().byteLength;
  if (start + bytes > size) {
    throw new OptionError(
      `option "source": memory:0x${start.toString(16)}+${bytes} ends behind the memory, which has ${size} bytes`,
      'source',
    );
  }
  const label = tracker.labels.of(`memory:0x${start.toString(16)}+${bytes}`);
  tracker.memory(first).set(start, bytes, label);
  tracker.labels.occurred(label, bytes);
}

/** What the host gives: results, and what calls of WASI write. What others write is not looked for unless it is asked for. */
function addHostSource({ labels }: Tracker, { rules, info }: Chosen): void {
  if (rules.wasi !== undefined) rules.wasiLabel = labels.of(`written:${rules.name}`);
  else if (info.type.results.length > 0) addResult(labels, rules);
}

function addHostSink({ rules, info }: Chosen): void {
  for (const i of info.type.params.keys()) rules.argSinks[i] = `args:${rules.name}`;
  if (rules.wasi !== undefined) rules.wasiSink = `data:${rules.name}`;
}

function addResult(labels: Tracker['labels'], rules: FunctionRules): void {
  rules.resultLabel = labels.union(rules.resultLabel, labels.of(`result:${rules.name}`));
}

function addSource({ labels }: Tracker, chosen: Chosen, spec: FunctionSpec): void {
  const { rules, info, isHost } = chosen;
  const { part, word } = spec;
  switch (part.kind) {
    case 'any':
      // The result of a call of WASI is an error number.
      if (rules.wasi === undefined && info.type.results.length > 0) addResult(labels, rules);
      if (isHost) addWritten(labels, rules);
      return;
    case 'result':
      needs(info.type.results.length > 0, 'source', spec, `${rules.name} has no results`);
      addResult(labels, rules);
      return;
    case 'written':
      needs(isHost, 'source', spec, `${rules.name} is no function of the host: what it writes is followed anyway`);
      addWritten(labels, rules);
      return;
    case 'pointed': {
      needsArguments('source', chosen, spec);
      const isKnown = isHost || part.length.kind !== 'result';
      needs(
        isKnown,
        'source',
        spec,
        `${rules.name} is no function of the host: its memory is tainted when it is entered`,
      );
      const label = labels.of(`${word}:${rules.name}`);
      rules.written.push({ label, argument: part.argument, ranges: rangesOf(part.argument, part.length) });
      return;
    }
    default: {
      needs(!isHost, 'source', spec, `${rules.name} is a function of the host: its arguments come from the program`);
      needsArguments('source', chosen, spec);
      const label = labels.of(`${word}:${rules.name}`);
      for (const i of info.type.params.keys()) {
        if (part.kind === 'argument' && i !== part.argument) continue;
        rules.argLabels[i] = labels.union(rules.argLabels[i] ?? 0, label);
      }
    }
  }
}

function addWritten(labels: Tracker['labels'], rules: FunctionRules): void {
  const label = labels.of(`written:${rules.name}`);
  if (rules.wasi === undefined) rules.changesLabel = label;
  else rules.wasiLabel = label;
}

function addSink(chosen: Chosen, spec: FunctionSpec): void {
  const { rules, info } = chosen;
  const { part, word } = spec;
  if (part.kind === 'result') {
    needs(info.import === undefined, 'sink', spec, `${rules.name} is imported: its results go to the program`);
    needs(info.type.results.length > 0, 'sink', spec, `${rules.name} has no results`);
    rules.resultSink = `result:${rules.name}`;
    return;
  }
  if (part.kind === 'data') needs(rules.wasi !== undefined, 'sink', spec, `${rules.name} is no call of WASI`);
  if (part.kind === 'pointed') {
    needsArguments('sink', chosen, spec);
    const ranges = rangesOf(part.argument, part.length);
    rules.read.push({ sink: `${word}:${rules.name}`, argument: part.argument, ranges });
    return;
  }
  if ((part.kind === 'any' || part.kind === 'data') && rules.wasi !== undefined) rules.wasiSink = `data:${rules.name}`;
  if (part.kind === 'data') return;
  if (part.kind !== 'any') needsArguments('sink', chosen, spec);
  const name = `${part.kind === 'argument' ? word : 'args'}:${rules.name}`;
  for (const i of info.type.params.keys()) {
    if (part.kind !== 'argument' || i === part.argument) rules.argSinks[i] = name;
  }
}

function needs(isGiven: boolean, option: 'source' | 'sink', spec: FunctionSpec, problem: string): void {
  if (!isGiven) throw new OptionError(`option "${option}": ${spec.word}:${spec.filter}: ${problem}`, option);
}

/** A function that is named by itself must have the arguments that are named. */
function needsArguments(option: 'source' | 'sink', { info, rules }: Chosen, spec: FunctionSpec): void {
  const { part } = spec;
  const named = part.kind === 'argument' || part.kind === 'pointed' ? [part.argument] : [0];
  if (part.kind === 'pointed' && part.length.kind === 'argument') named.push(part.length.argument);
  const { length } = info.type.params;
  const problem = `${rules.name} has ${length === 0 ? 'no arguments' : `arguments 0 to ${length - 1} only`}`;
  needs(
    named.every((i) => i < length),
    option,
    spec,
    problem,
  );
}

function rangesOf(argument: number, length: LengthSpec) {
  return ({ args }: CallMemory, result: unknown): MemoryRange[] => {
    const start = unsigned(args[argument]);
    switch (length.kind) {
      case 'argument':
        return [[start, unsigned(args[length.argument])]];
      case 'bytes':
        return [[start, length.bytes]];
      default:
        // A negative number, as functions return it for an error, is no length.
        return Number(result ?? 0) > 0 ? [[start, Number(result)]] : [];
    }
  };
}
