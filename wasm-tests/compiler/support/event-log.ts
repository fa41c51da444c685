/** Logs of everything that happens in a program: each event with all that can be seen at it. */

import {
  type Engine,
  type Exit,
  type Frame,
  type FuncInstance,
  functionLocations,
  insertExitProbe,
  insertGlobalProbe,
  insertProbe,
  type ModuleInstance,
  removeExitProbe,
  removeGlobalProbe,
  removeProbe,
  type TypedValue,
  valtype,
} from '../../../engine/index.ts';
import { operandTypesAt } from '../../../engine/interpreter/operand-types.ts';
import { describeValue } from '../../diff/transcript.ts';

/** A value with its type and its bits; which NaN arithmetic gives is left open by the specification. */
export function valueText({ type, value, bits }: TypedValue): string {
  if (bits !== undefined) return `${type}:${Number.isNaN(value) ? 'NaN' : bits}`;
  if (type === valtype.V128) return `${type}:${Buffer.from(value as Uint8Array).toString('hex')}`; // is what a v128 is
  return `${type}:${describeValue(value)}`;
}

const texts = (values: readonly TypedValue[]): string => values.map(valueText).join(' ');

function localsOf(frame: Frame): TypedValue[] {
  return frame.localTypes.map((_, k) => frame.local(k));
}

function operandsOf(frame: Frame): TypedValue[] {
  return frame.operandTypes.map((_, k, { length }) => frame.operand(length - 1 - k));
}

/** An operand as a probe without a frame gets it. */
function argumentText(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : describeValue(value);
}

interface Target {
  readonly engine: Engine;
  readonly instance: ModuleInstance;
  /** Number of the instance, which is its name in the log. */
  readonly number: number;
}

/** Makes an instance write to the log: `tell` gets the lines; the result stops it. */
type Attach = (target: Target, tell: (line: string) => void) => () => void;

/** One global probe, which sees frames. */
const frames: Attach = ({ instance, number }, tell) => {
  const probe = {
    needs: { locals: true, operands: 'all', stack: true } as const,
    fire: (frame: Frame): void => {
      const at = `${number} f${frame.func.index}+${frame.pc} depth ${frame.depth}`;
      tell(`${at} | ${texts(localsOf(frame))} | ${texts(operandsOf(frame))}`);
    },
  };
  insertGlobalProbe(instance, probe);
  return () => void removeGlobalProbe(instance, probe);
};

function ownFunctions(instance: ModuleInstance): FuncInstance[] {
  return instance.funcs.filter((func) => func.host === null && func.instance === instance);
}

/** At every instruction and entry a probe that gets all operands and no frame, and exit probes. */
const operands: Attach = ({ engine, instance, number }, tell) => {
  const undo: (() => void)[] = [];
  const insert = (index: number, pc: number, count: number): void => {
    const probe = {
      needs: { frame: false, operands: count } as const,
      fire: (_frame: Frame, ...values: readonly unknown[]): void => {
        tell(`${number} f${index}+${pc} | ${values.map(argumentText).join(' ')}`);
      },
    };
    insertProbe(instance, index, pc, probe);
    undo.push(() => removeProbe(instance, index, pc, probe));
  };
  const exits = {
    needs: { locals: true, results: true } as const,
    exit: (frame: Frame, { reason, results }: Exit): void => {
      tell(`${number} f${frame.func.index} ${reason} | ${texts(localsOf(frame))} | ${texts(results)}`);
    },
  };
  for (const func of ownFunctions(instance)) {
    insert(func.index, 0, 0);
    if (func.made === null) engine.machine.prepare(func); // types of operands need it
    for (const { pc } of functionLocations(instance.module, func.index)) {
      insert(func.index, pc, operandTypesAt(func, pc, false).length);
    }
    insertExitProbe(instance, func.index, exits);
    undo.push(() => removeExitProbe(instance, func.index, exits));
  }
  return () => {
    for (const step of undo.splice(0)) step();
  };
};

/** How many frames below the innermost are logged. */
const WALKED = 6;

/** At every entry a probe that looks at the frames below, which wait for calls. Between their calls nobody looks. */
const stacks: Attach = ({ instance, number }, tell) => {
  const probe = {
    needs: { locals: true, operands: 'all', stack: true } as const,
    fire: (frame: Frame): void => {
      let line = `${number} f${frame.func.index}`;
      let below = frame.caller;
      for (let i = 0; i < WALKED && below !== undefined; i++, below = below.caller) {
        line += ` | f${below.func.index}+${below.pc} ${texts(localsOf(below))} : ${texts(operandsOf(below))}`;
      }
      tell(line);
    },
  };
  const functions = ownFunctions(instance);
  for (const { index } of functions) insertProbe(instance, index, 0, probe);
  return () => {
    for (const { index } of functions) removeProbe(instance, index, 0, probe);
  };
};

export const logKinds = { frames, operands, stacks } satisfies Record<string, Attach>;

export interface Log {
  readonly lines: readonly string[];
}

export interface LogOptions {
  /** After so many events nothing is logged any more. */
  readonly limit?: number;
  /** Do the probes stay all the same? Else they go, in the middle of the program. */
  readonly keepsProbes?: boolean;
}

/** Characters of a log, after which nothing is logged either: functions may have hundreds of locals. */
const MOST_TEXT = 50_000_000;

/** Logs all instances that the engine makes. */
export function logEngine(
  engine: Engine,
  attach: Attach,
  { limit = Number.POSITIVE_INFINITY, keepsProbes = false }: LogOptions = {},
): Log {
  const lines: string[] = [];
  const stops: (() => void)[] = [];
  let instances = 0;
  let room = MOST_TEXT;
  const tell = (line: string): void => {
    if (lines.length >= limit || room < 0) return;
    lines.push(line);
    room -= line.length;
    if ((lines.length === limit || room < 0) && !keepsProbes) for (const stop of stops.splice(0)) stop();
  };
  engine.observe({
    onInstance: (instance) => {
      if ((lines.length < limit && room >= 0) || keepsProbes)
        stops.push(attach({ engine, instance, number: instances++ }, tell));
    },
  });
  return { lines };
}

/** Where two logs differ, with what led there; undefined where they do not. */
export function difference(expected: readonly string[], actual: readonly string[]): string | undefined {
  const length = Math.max(expected.length, actual.length);
  for (let i = 0; i < length; i++) {
    if (expected[i] === actual[i]) continue;
    const before = expected.slice(Math.max(0, i - 3), i).map((line) => `  ${line}`);
    return [`line ${i} differs`, ...before, `- ${expected[i]}`, `+ ${actual[i]}`].join('\n');
  }
  return undefined;
}
