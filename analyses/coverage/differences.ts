/** Which instructions one run executed and another did not. */

import type { Section, Table } from '../report/presentation.ts';
import type { CoverageResult, FunctionCoverage, ModuleCoverage, PcRun } from './data.ts';

/** Lost and gained code of the modules that both results are about. */
export function coverageDifferences(before: CoverageResult, after: CoverageResult): Section[] {
  return after.modules.flatMap((module) => {
    const old = before.modules.find(({ sha256 }) => sha256 === module.sha256);
    if (old === undefined) return [];
    const tables = [
      changeTable('lost', 'Coverage lost: executed before, not any more', changes(module, old)),
      changeTable('gained', 'Coverage gained: not executed before', changes(old, module)),
    ].filter(({ rows }) => rows.length > 0);
    return tables.length === 0 ? [] : [{ module, tables }];
  });
}

interface Change {
  readonly func: FunctionCoverage;
  readonly part: Part;
}

/** Instructions one behind the other. Of those next to code that both missed, only the pc of the neighbour is known. */
interface Part {
  readonly from: string;
  readonly to: string;
  readonly instructions: number;
}

/** What `less` did not execute and `more` did; the largest parts first. */
function changes(less: ModuleCoverage, more: ModuleCoverage): Change[] {
  const others = new Map(more.functions.map((func) => [func.index, func]));
  return less.functions
    .flatMap((func) => {
      const other = others.get(func.index);
      if (other === undefined) return [];
      return func.uncovered.flatMap((run) => outside(run, other.uncovered)).map((part) => ({ func, part }));
    })
    .sort((a, b) => b.part.instructions - a.part.instructions);
}

/** The parts of a run that lie in none of `others`, which are ascending. */
function outside([firstPc, lastPc, first, last]: PcRun, others: readonly PcRun[]): Part[] {
  const parts: Part[] = [];
  let from = String(firstPc);
  let place = first;
  for (const [otherPc, otherLastPc, otherFirst, otherLast] of others) {
    if (otherLast < place || otherFirst > last) continue;
    if (otherFirst > place) parts.push({ from, to: `before ${otherPc}`, instructions: otherFirst - place });
    from = `behind ${otherLastPc}`;
    place = otherLast + 1;
  }
  if (place <= last) parts.push({ from, to: String(lastPc), instructions: last - place + 1 });
  return parts;
}

function changeTable(id: string, title: string, changes: readonly Change[]): Table {
  return {
    id,
    title,
    columns: [
      { key: 'function', kind: 'text' },
      { key: 'index', title: 'func', kind: 'exact' },
      { key: 'from_pc', title: 'from pc', kind: 'text' },
      { key: 'to_pc', title: 'to pc', kind: 'text' },
      { key: 'instructions', kind: 'count' },
    ],
    rows: changes.map(({ func, part }) => [func.name, func.index, part.from, part.to, part.instructions]),
  };
}
