/** How a memory trace is shown. */

import type { Section } from '../report/presentation.ts';
import type { MemoryTraceResult } from './data.ts';

export function traceSection({ modules, keep, seen, dropped, accesses }: MemoryTraceResult, top: number): Section {
  return {
    figures: [
      { label: 'accesses seen', value: seen, kind: 'exact' },
      { label: 'accesses kept', value: keptText(), kind: 'text' },
    ],
    tables: [
      {
        id: 'accesses',
        title: 'Accesses in the order in which they happened',
        columns: [
          { key: 'number', title: '#', kind: 'exact' },
          ...(modules.length < 2 ? [] : [{ key: 'module', kind: 'exact' } as const]),
          { key: 'function', kind: 'text' },
          { key: 'func', kind: 'exact' },
          { key: 'pc', kind: 'exact' },
          { key: 'instruction', kind: 'text' },
          { key: 'access', kind: 'text' },
          { key: 'memory', title: 'mem', kind: 'exact' },
          { key: 'address', kind: 'address' },
          { key: 'width', title: 'bytes', kind: 'exact' },
          { key: 'value', kind: 'text' },
          { key: 'traps', kind: 'text' },
        ],
        rows: accesses.map((a) => [
          a.number,
          ...(modules.length < 2 ? [] : [a.module]),
          a.name,
          a.func,
          a.pc,
          a.mnemonic,
          a.access,
          a.memory,
          a.address,
          a.width,
          a.value,
          a.traps ? 'traps' : '',
        ]),
        top,
      },
    ],
  };

  function keptText(): string {
    if (dropped === 0) return 'all';
    const number = accesses.length.toLocaleString('en-US');
    return keep === 'last' ? `the last ${number}` : `the first ${number}, with which the trace ended`;
  }
}
