/** Traps: the stack with locals and operands of every frame, at the moment when the program trapped. */

import {
  ENTRY_PC,
  type Frame,
  functionLocations,
  functionName,
  type Location,
  type StackEntry,
  valTypeText,
} from '../../engine/index.ts';
import {
  FRAME_TEXT_NEEDS,
  mergeNeeds,
  namedLocals,
  onTrap,
  STACK_TEXT_NEEDS,
  type TrapEvent,
  valueText,
} from '../../probes/index.ts';
import { defineProbe, type Outcome } from '../define.ts';
import { functionFilter, functionOptions } from '../function-choice.ts';
import { wholeNumber } from '../option-checks.ts';
import { PerModule } from '../per-module.ts';
import { causesOf } from './causes.ts';
import type { NamedValue, TrapFrame, TrapReport, TrapResult } from './data.ts';
import { trapText } from './present.ts';

export const trap = defineProbe({
  name: 'trap',
  summary: 'on a trap: why, and the stack with locals and operands of every frame',
  options: {
    ...functionOptions,
    frames: { help: 'frames of a stack that are kept, from both ends', default: 40 },
    traps: { help: 'traps that are kept: a host may catch them, and go on', default: 10 },
  },
  start: ({ options }) => {
    const [frames, most] = [wholeNumber('frames', options.frames, 1), wholeNumber('traps', options.traps, 1)];
    const modules = new PerModule((module) => module);
    const traps: TrapReport[] = [];
    const told = new WeakSet<object>();
    let more = 0;
    let outcome: Outcome | undefined;
    return {
      instance: (instance) => {
        modules.add(instance);
        const handle = (event: TrapEvent): void => {
          // Activations of other instances below end with the same error.
          if (told.has(event.error)) return;
          told.add(event.error);
          if (traps.length < most) traps.push(reportOf(event, frames, modules.all));
          else more++;
        };
        const functions = functionFilter(options);
        const needs = mergeNeeds(FRAME_TEXT_NEEDS, STACK_TEXT_NEEDS);
        return onTrap(instance, handle, { functions, needs, name: 'trap' });
      },
      finished: (how) => {
        outcome = how;
      },
      result: (): TrapResult => ({
        analysis: 'trap',
        version: 1,
        modules: modules.results(() => ({})),
        traps: [...traps],
        more,
        ...outcomeOf(outcome),
      }),
    };
  },
  formats: ['text'],
  render: (result, _format, context) => trapText(result, context),
});

function outcomeOf(outcome: Outcome | undefined): Pick<TrapResult, 'outcome' | 'detail'> {
  if (outcome === undefined) return { outcome: 'running' };
  const { kind, code, error } = outcome;
  if (kind === 'exit') return { outcome: kind, detail: String(code ?? 0) };
  if (error === undefined) return { outcome: kind };
  return { outcome: kind, detail: error instanceof Error ? error.message : String(error) };
}

function reportOf({ frame, kind, message, location }: TrapEvent, most: number, modules: readonly object[]): TrapReport {
  const { stack } = frame;
  // Of a deep recursion both ends are of interest: where it ended, and how it began.
  const head = stack.length <= most ? stack : stack.slice(0, Math.ceil(most / 2));
  const tail = stack.length <= most ? [] : stack.slice(stack.length - Math.floor(most / 2));
  return {
    kind,
    message,
    causes: location === undefined ? [] : causesOf(frame, location),
    frames: [...head, ...tail].map((entry) => frameOf(entry, modules)),
    omitted: stack.length - head.length - tail.length,
  };
}

const HOST = { index: -1, module: -1, pc: 0, offset: 0, instruction: '', locals: [], operands: [] };

function frameOf(entry: StackEntry, modules: readonly object[]): TrapFrame {
  if ('kind' in entry) {
    return { ...HOST, name: entry.name === undefined ? 'the host' : `host function ${entry.name || '(no name)'}` };
  }
  const { func, pc, instance } = entry;
  const { module } = instance;
  const location = locationOf(entry);
  return {
    name: functionName(module, func.index),
    index: func.index,
    module: modules.indexOf(module),
    pc,
    offset: location?.offset ?? 0,
    instruction: location?.instruction.mnemonic ?? '(entry)',
    locals: namedLocals(entry).map((local) => {
      const named = { index: local.index, type: valTypeText(module, local.type), value: valueText(local) };
      return local.name === undefined ? named : { ...named, name: local.name };
    }),
    operands: operandsOf(entry),
  };
}

function locationOf({ func, pc, instance }: Frame): Location | undefined {
  if (pc === ENTRY_PC) return undefined;
  return functionLocations(instance.module, func.index).find((location) => location.pc === pc);
}

function operandsOf(frame: Frame): NamedValue[] {
  return frame.operandTypes.map((_, fromTop) => {
    const operand = frame.operand(fromTop);
    return { index: fromTop, type: valTypeText(frame.instance.module, operand.type), value: valueText(operand) };
  });
}
