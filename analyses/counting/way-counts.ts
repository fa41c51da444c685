/** How often control went each way at an instruction that decides by an operand. */

import { instructions, type LocalProbe, type Location, type Needs } from '../../engine/index.ts';
import { type FunctionStructure, HistogramProbe, TakenProbe } from '../../probes/index.ts';

/** Counts by way: of `if` and `select` false and true, of `br_if` and `br_on_*` not taken and taken, of `br_table` its list. */
export interface WayCounter {
  readonly probe: LocalProbe;
  /** So far, in the order of the ways. */
  counts(): number[];
}

/** Rows of the instructions that decide: all branches but `br`, and `select`. */
export const decidingOps: ReadonlySet<number> = new Set(
  instructions
    .filter(({ name }) => /^(if|br_if|br_table|br_on_(non_)?null|select|select t)$/.test(name))
    .map(({ op }) => op),
);

class NullProbe implements LocalProbe {
  readonly name: string;
  readonly needs: Needs = { frame: false, operands: 1 };
  readonly counts = [0, 0];
  private readonly isTakenOnNull: boolean;

  constructor(isTakenOnNull: boolean, name: string) {
    this.isTakenOnNull = isTakenOnNull;
    this.name = name;
  }

  fire(_frame: unknown, reference: unknown): void {
    const way = (reference === null) === this.isTakenOnNull ? 1 : 0;
    this.counts[way] = (this.counts[way] as number) + 1;
  }
}

/** A counter for an instruction of `decidingOps`. */
export function wayCounter(location: Location, name: string): WayCounter {
  const { instruction, immediates } = location;
  if (instruction.name === 'br_table') {
    const probe = new HistogramProbe((immediates.labels?.length ?? 1) - 1, 0, name);
    return { probe, counts: () => [...probe.counts] };
  }
  if (instruction.name.startsWith('br_on_')) {
    const probe = new NullProbe(instruction.name === 'br_on_null', name);
    return { probe, counts: () => [...probe.counts] };
  }
  const probe = new TakenProbe(name);
  return { probe, counts: () => [probe.notTaken, probe.taken] };
}

/** pcs at which control goes on, in the order of the ways; none for `select`, which goes on behind itself in any case. */
export function wayTargets(structure: FunctionStructure, { pc, instruction }: Location): number[] {
  const next = structure.next(pc) as number;
  const targets = structure.targets(pc).map(({ target }) => target);
  switch (instruction.name) {
    case 'if':
      return [structure.falseTarget(pc), next];
    case 'br_table':
      return targets;
    case 'select':
    case 'select t':
      return [];
    default:
      return [next, targets[0] as number];
  }
}

/** What a way is called. */
export function wayName(mnemonic: string, way: number, ways: number): string {
  if (mnemonic === 'br_table') return way === ways - 1 ? 'default' : String(way);
  if (mnemonic === 'if' || mnemonic.startsWith('select')) return way === 1 ? 'true' : 'false';
  return way === 1 ? 'taken' : 'not taken';
}
