/** The result of a trace: what happened, event by event. */

import type { Outcome } from '../define.ts';
import type { AnalysisResult } from '../result.ts';

export type TraceKind = 'enter' | 'leave' | 'host' | 'instruction';

export interface TraceEvent {
  readonly kind: TraceKind;
  /** Watched activations around it. */
  readonly depth: number;
  /** Name of the function; of a host function that of the import. */
  readonly name: string;
  /** Index in the function index space; of host functions -1. */
  readonly index: number;
  /** Place of the module in `modules`. */
  readonly module: number;
  /** Arguments, results, or operands, as text. */
  readonly values: readonly string[];
  /** For `leave` and `host`: how it ended. For `instruction`: its text. */
  readonly how: string;
  /** For `instruction`. */
  readonly pc?: number;
  /** For `host`: results. */
  readonly results?: readonly string[];
}

export interface TraceResult extends AnalysisResult {
  /** Events so far, those that were not kept included. */
  readonly events: number;
  /** The last ones, in order. */
  readonly kept: readonly TraceEvent[];
  readonly outcome: Outcome['kind'] | 'running';
}

/** An event on one line, indented by its depth. */
export function eventText({ kind, depth, name, values, how, pc, results = [] }: TraceEvent): string {
  const indent = '  '.repeat(Math.min(depth, MOST_LEVELS));
  const list = values.join(', ');
  switch (kind) {
    case 'enter':
      return `${indent}${name}(${list})`;
    case 'host':
      return `${indent}${name}(${list})${how === 'return' ? resultText(results) : ` ! ${how}`}`;
    case 'leave':
      return `${indent}${how === 'return' ? (resultText(values) || ' = ()').slice(1) : how === 'tail-call' ? '... tail call' : `! ${how}`}`;
    default:
      return `${indent}${name}+${pc} ${how}${list === '' ? '' : `  ${list}`}`;
  }
}

/** Deeper calls are not indented further. */
const MOST_LEVELS = 40;

function resultText(results: readonly string[]): string {
  return results.length === 0 ? '' : ` = ${results.join(', ')}`;
}
