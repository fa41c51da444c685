/** How paths through loops are shown. */

import { heatOf } from '../report/heat.ts';
import type { Annotation, Arrow, Cell, Column, Mark, Section, Table } from '../report/presentation.ts';
import { countText } from '../report/values.ts';
import {
  type FunctionLoopTraces,
  itemsText,
  type LoopPath,
  type LoopSequence,
  type LoopTrace,
  type ModuleLoopTraces,
} from './data.ts';

const LETTERS = 26;

/** A, B, ... Z, AA, AB, ...: the name of a path among those of its loop. */
export function pathName(path: number): string {
  if (path < 0) return '?';
  const letter = String.fromCharCode('A'.charCodeAt(0) + (path % LETTERS));
  return path < LETTERS ? letter : pathName(Math.floor(path / LETTERS) - 1) + letter;
}

/** `(A A B)x12 C`. */
export function sequenceText({ items, isCut }: LoopSequence): string {
  return `${itemsText(items, pathName)}${isCut ? ' ...' : ''}`;
}

/** `if 17 true, br_if 41 taken: back`. */
export function pathText({ steps, ending }: LoopPath, { branches }: LoopTrace): string {
  const words = steps.map(([pc, to]) => {
    const branch = branches.find((candidate) => candidate.pc === pc);
    const name = branch?.ways.find((way) => way.to === to)?.name ?? '';
    return [branch?.instruction ?? '', pc, name].filter((part) => part !== '').join(' ');
  });
  return words.length === 0 ? ending : `${words.join(', ')}: ${ending}`;
}

interface Entered {
  readonly func: FunctionLoopTraces;
  readonly loop: LoopTrace;
}

/** Rows of one loop among those of the hottest, for people. */
const ROWS_PER_LOOP = 5;

export function loopTracesSection(module: ModuleLoopTraces, top: number): Section {
  const entered = module.functions
    .flatMap((func) => func.loops.map((loop): Entered => ({ func, loop })))
    .sort((a, b) => b.loop.iterations - a.loop.iterations);
  const total = (count: (loop: LoopTrace) => number): number => entered.reduce((sum, { loop }) => sum + count(loop), 0);
  const iterations = total((loop) => loop.iterations);
  const notKept = total(({ truncated }) => truncated.iterations);
  const otherEntries = total(({ truncated }) => truncated.entries);
  const cut = total(({ sequences }) => sequences.reduce((sum, sequence) => sum + sequence.cut, 0));
  const truncated = [
    { label: 'truncated: iterations on paths that were not kept', value: notKept, kind: 'exact' },
    { label: 'truncated: entries with sequences that were not kept', value: otherEntries, kind: 'exact' },
    { label: 'truncated: iterations behind the ends of sequences', value: cut, kind: 'exact' },
  ] as const;
  const shown = entered.slice(0, top);
  return {
    module,
    figures: [
      { label: 'loops entered', value: entered.length, kind: 'exact' },
      { label: 'entries', value: total((loop) => loop.entries), kind: 'exact' },
      { label: 'iterations', value: iterations, kind: 'exact' },
      { label: 'different paths', value: total(({ paths }) => paths.length), kind: 'exact' },
      { label: 'different sequences', value: total(({ sequences }) => sequences.length), kind: 'exact' },
      ...truncated.filter(({ value }) => value > 0),
    ],
    tables: [
      loopTable(entered, iterations, top),
      forPeople(pathTable(shown, ROWS_PER_LOOP), 'Paths of the loops above, by iterations', 'of-loops-above'),
      forPeople(sequenceTable(shown, ROWS_PER_LOOP), 'Sequences of paths, by entries', 'of-loops-above'),
      { ...pathTable(entered), isForTools: true },
      { ...sequenceTable(entered), isForTools: true },
    ],
  };
}

/** With all rows that it has: it was cut by loop. */
function forPeople(table: Table, title: string, id: string): Table {
  return { ...table, id: `${table.id}-${id}`, title, top: table.rows.length };
}

const placeColumns: readonly Column[] = [
  { key: 'function', kind: 'text' },
  { key: 'func', kind: 'exact' },
  { key: 'pc', kind: 'exact' },
];

function place({ func, loop }: Entered): Cell[] {
  return [func.name, func.index, loop.pc];
}

function loopTable(entered: readonly Entered[], iterations: number, top: number): Table {
  return {
    id: 'loops',
    title: 'Loops, by iterations',
    columns: [
      ...placeColumns,
      { key: 'depth', kind: 'exact' },
      { key: 'entries', kind: 'count' },
      { key: 'iterations', kind: 'count' },
      { key: 'share', title: '%', kind: 'share' },
      { key: 'paths', kind: 'count' },
      { key: 'sequences', kind: 'count' },
      { key: 'truncated', kind: 'count' },
    ],
    rows: entered.map((one) => {
      const { depth, entries, iterations: own, paths, sequences, truncated } = one.loop;
      return [
        ...place(one),
        depth,
        entries,
        own,
        own / iterations,
        paths.length,
        sequences.length,
        truncated.iterations,
      ];
    }),
    top,
  };
}

function pathTable(entered: readonly Entered[], most = Number.POSITIVE_INFINITY): Table {
  return {
    id: 'paths',
    title: 'Paths',
    columns: [
      ...placeColumns,
      { key: 'path', kind: 'text', isKey: false },
      { key: 'iterations', kind: 'count' },
      { key: 'share', title: '%', kind: 'share' },
      { key: 'steps', kind: 'text' },
    ],
    rows: entered.flatMap((one) =>
      one.loop.paths.slice(0, most).map((path, i) => {
        const share = path.count / one.loop.iterations;
        return [...place(one), pathName(i), path.count, share, pathText(path, one.loop)];
      }),
    ),
  };
}

function sequenceTable(entered: readonly Entered[], most = Number.POSITIVE_INFINITY): Table {
  return {
    id: 'sequences',
    title: 'Sequences',
    columns: [
      ...placeColumns,
      { key: 'entries', kind: 'count' },
      { key: 'share', title: '%', kind: 'share' },
      { key: 'sequence', kind: 'text' },
      { key: 'cut', kind: 'count' },
    ],
    rows: entered.flatMap((one) =>
      one.loop.sequences.slice(0, most).map((sequence) => {
        const { entries, cut } = sequence;
        return [...place(one), entries, entries / one.loop.entries, sequenceText(sequence), cut];
      }),
    ),
  };
}

export function loopTracesAnnotation({ functions }: ModuleLoopTraces): Annotation {
  const greatest = functions.reduce((max, f) => f.loops.reduce((m, { iterations }) => Math.max(m, iterations), max), 0);
  return {
    columns: [
      { key: 'iterations', kind: 'count' },
      { key: 'entries', kind: 'count' },
      { key: 'paths', kind: 'count' },
    ],
    weightTitle: 'iterations of loops',
    weightKind: 'count',
    others: 'without loops, or never entered',
    functions: new Map(
      functions.map(({ index, loops }) => [
        index,
        {
          weight: loops.reduce((sum, { iterations }) => sum + iterations, 0),
          marks: new Map(loops.map((loop) => [loop.pc, markOf(loop, greatest)])),
          arrows: arrowsOf(loops),
        },
      ]),
    ),
  };
}

/** The most frequent path and sequence beside the `loop`. */
function markOf(loop: LoopTrace, greatest: number): Mark {
  const [path] = loop.paths;
  const [sequence] = loop.sequences;
  const notes = [
    ...(path === undefined ? [] : [`A ${countText(path.count)}: ${pathText(path, loop)}`]),
    ...(sequence === undefined ? [] : [`${countText(sequence.entries)} times ${sequenceText(sequence)}`]),
  ];
  return {
    cells: [loop.iterations, loop.entries, loop.paths.length],
    heat: heatOf(loop.iterations, greatest),
    note: notes.join('; '),
  };
}

/** Steps of all paths. A step out of several loops is in a path of each of them, and counts once. */
function arrowsOf(loops: readonly LoopTrace[]): Arrow[] {
  const arrows = new Map<string, Arrow>();
  for (const { paths } of loops) {
    const counts = new Map<string, Arrow>();
    for (const { steps, count } of paths) {
      for (const [from, to] of steps) {
        if (from === to) continue; // an inner loop, which has its own
        const key = `${from} ${to}`;
        counts.set(key, { from, to, count: (counts.get(key)?.count ?? 0) + count });
      }
    }
    for (const [key, arrow] of counts) if ((arrows.get(key)?.count ?? 0) < arrow.count) arrows.set(key, arrow);
  }
  return [...arrows.values()];
}
