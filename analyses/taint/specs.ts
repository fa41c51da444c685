/** Sources and sinks as people write them. */

import { OptionError } from '../options.ts';

/** A length of memory: what another argument says, what the function returns, or a number of bytes. */
export type LengthSpec =
  | { readonly kind: 'argument'; readonly argument: number }
  | { readonly kind: 'result' }
  | { readonly kind: 'bytes'; readonly bytes: number };

/** What of a function is a source or a sink. */
export type FunctionPart =
  | { readonly kind: 'any' | 'args' | 'result' | 'written' | 'data' }
  | { readonly kind: 'argument'; readonly argument: number }
  | { readonly kind: 'pointed'; readonly argument: number; readonly length: LengthSpec };

export interface FunctionSpec {
  readonly part: FunctionPart;
  /** Which functions, in the words of the toolkit's filters. */
  readonly filter: string;
  /** What stands before the function in the names of sources and sinks: `arg0[arg1]`. */
  readonly word: string;
}

export type SourceSpec =
  | FunctionSpec
  | { readonly word: 'host' }
  | { readonly word: 'memory'; readonly start: number; readonly bytes: number };

export type SinkSpec = FunctionSpec | { readonly word: 'host' | 'address' | 'branch' | 'call_indirect' };

const SOURCES =
  'host, FUNCTION, args:FUNCTION, arg0:FUNCTION, arg0[arg1]:FUNCTION, arg0[result]:FUNCTION, result:FUNCTION, written:FUNCTION, memory:ADDRESS+BYTES';
const SINKS =
  'host, address, branch, call_indirect, FUNCTION, args:FUNCTION, arg0:FUNCTION, arg0[arg1]:FUNCTION, data:FUNCTION, result:FUNCTION';

const WORD = /^(args|result|written|data|arg(\d+)(?:\[(?:arg(\d+)|(result)|(\d+))\])?):(.+)$/s;

function functionSpec(text: string): FunctionSpec {
  const [, word, argument, lengthArgument, isResult, bytes, filter = ''] = WORD.exec(text) ?? [];
  if (word === undefined) return { part: { kind: 'any' }, filter: text, word: '' };
  if (argument === undefined) return { part: { kind: word as 'args' | 'result' | 'written' | 'data' }, filter, word };
  const index = Number(argument);
  if (lengthArgument !== undefined) return pointed({ kind: 'argument', argument: Number(lengthArgument) });
  if (isResult !== undefined) return pointed({ kind: 'result' });
  if (bytes !== undefined) return pointed({ kind: 'bytes', bytes: Number(bytes) });
  return { part: { kind: 'argument', argument: index }, filter, word };

  function pointed(length: LengthSpec): FunctionSpec {
    return { part: { kind: 'pointed', argument: index, length }, filter, word: word as string };
  }
}

/** @throws OptionError for what can be no source */
export function sourceSpec(text: string): SourceSpec {
  if (text === 'host') return { word: 'host' };
  if (text.startsWith('memory:')) return memorySpec(text);
  const spec = functionSpec(text);
  if (/^(address|branch|call_indirect)$/.test(text) || spec.part.kind === 'data') {
    throw new OptionError(`option "source": ${text} is a sink; sources are ${SOURCES}`, 'source');
  }
  return spec;
}

function memorySpec(text: string): SourceSpec {
  const [, start, bytes] = /^memory:(0x[0-9a-f]+|\d+)\+(0x[0-9a-f]+|\d+)$/i.exec(text) ?? [];
  if (start === undefined || Number(bytes) === 0) {
    throw new OptionError(
      `option "source": a range of memory is written memory:ADDRESS+BYTES, as memory:0x1000+64, not ${text}`,
      'source',
    );
  }
  return { word: 'memory', start: Number(start), bytes: Number(bytes) };
}

/** @throws OptionError for what can be no sink */
export function sinkSpec(text: string): SinkSpec {
  if (text === 'host' || text === 'address' || text === 'branch' || text === 'call_indirect') return { word: text };
  const spec = functionSpec(text);
  const isUnknown = spec.part.kind === 'pointed' && spec.part.length.kind === 'result';
  if (text.startsWith('memory:') || spec.part.kind === 'written' || isUnknown) {
    throw new OptionError(`option "sink": ${text} is a source; sinks are ${SINKS}`, 'sink');
  }
  return spec;
}
