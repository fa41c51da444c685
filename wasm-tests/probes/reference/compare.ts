/** Runs a program twice: once watched by the events under test, once recorded for the reference; their logs must agree. */

import { expect } from 'vitest';
import type { Engine, ModuleInstance } from '../../../engine/index.ts';
import type { Attachment } from '../../../probes/attachment.ts';
import type { Tier } from '../../contract/tiers.ts';
import { isThorough } from '../../support/thorough.ts';
import { engineIn } from '../../support/tiers.ts';
import { programNames, runProgram } from './programs.ts';
import { recorder, type Trace } from './trace.ts';

/** Steps of a program that are compared: some run for millions. */
const STEPS = isThorough ? 20_000 : 3_000;

/** Attaches to an instance, which is named by its number in logs, what calls `tell` with each line of the log. */
export type Attach = (instance: ModuleInstance, number: number, tell: (line: string) => void) => Attachment;

/** Traces are made once for all kinds of events and all tiers. */
const traces = new Map<string, Promise<Trace>>();

function traceOf(program: string): Promise<Trace> {
  const known = traces.get(program);
  if (known !== undefined) return known;
  const trace: Trace = [];
  const made = runProgram(engineIn('interpreter'), program, recorder(trace, STEPS)).then(() => trace);
  traces.set(program, made);
  return made;
}

/** The first `length` events of a program, and perhaps a few more: then all is detached, and what it calls does nothing. */
async function logOf(program: string, engine: Engine, attach: Attach, length: number): Promise<string[]> {
  const log: string[] = [];
  const attachments: Attachment[] = [];
  const tell = (line: string): void => {
    log.push(line);
    if (log.length >= length) for (const attachment of attachments.splice(0)) attachment.detach();
  };
  await runProgram(engine, program, {
    get isDone() {
      return log.length >= length;
    },
    attach: (instance, number) => void attachments.push(attach(instance, number, tell)),
  });
  return log;
}

/** Compares on all programs; the number of events that were the same, by program. */
export async function compareLogs(
  tier: Tier,
  attach: Attach,
  reference: (trace: Trace) => string[],
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const program of programNames(tier.name)) {
    const trace = await traceOf(program);
    const expected = reference(trace);
    // A trace that was cut ends before the program does. It is enough to see one event more than it tells of.
    const isCut = trace.filter(({ kind }) => kind === 'step').length >= STEPS - 1;
    const log = await logOf(program, tier.engine(), attach, isCut ? expected.length : expected.length + 1);
    const seen = isCut ? log.slice(0, expected.length) : log;
    // The whole logs would be unreadable: the first difference, with what led to it.
    const first = Math.max(0, expected.findIndex((line, i) => line !== seen[i]) - 3);
    expect(seen.slice(first, first + 6), `${program}, event ${first}`).toEqual(expected.slice(first, first + 6));
    expect(seen.length, program).toBe(expected.length);
    if (expected.length > 0) counts.set(program, expected.length);
  }
  return counts;
}
