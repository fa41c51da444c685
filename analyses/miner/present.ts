/** What looks like hashing, as figures and a table. */

import type { Section } from '../report/presentation.ts';
import { type Mix, type ModuleMix, THRESHOLDS, type Verdict } from './data.ts';

const verdicts: Readonly<Record<Verdict, string>> = {
  dominates: 'hashing dominates, as in a miner',
  some: 'some hashing',
  none: 'no hashing to speak of',
};

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function operationsOf({ operations }: Mix): number {
  return Object.values(operations).reduce((a, b) => a + b, 0);
}

export function minerSection(module: ModuleMix, top: number): Section {
  const { executed, executedInHashes, functions, verdict } = module;
  const part = (count: number, all: number): number | undefined => (all === 0 ? undefined : count / all);
  return {
    module,
    figures: [
      { label: 'verdict', value: verdicts[verdict], kind: 'text' },
      { label: 'instructions executed', value: executed, kind: 'exact' },
      { label: 'of these in functions that are like hashes', value: part(executedInHashes, executed), kind: 'share' },
      { label: 'such functions', value: functions.filter(({ isHashLike }) => isHashLike).length, kind: 'exact' },
    ],
    tables: [
      {
        id: 'functions',
        title: 'Functions, by instructions executed; parts of what each computes',
        columns: [
          { key: 'function', kind: 'text' },
          { key: 'func', kind: 'exact' },
          { key: 'executed', kind: 'count' },
          { key: 'executed_share', title: '%', kind: 'share' },
          { key: 'like_hash', title: 'hash', kind: 'text', isKey: false },
          { key: 'typical', kind: 'share' },
          ...(['xor', 'shift', 'rotate', 'add', 'and', 'or'] as const).map((key) => ({ key, kind: 'share' as const })),
        ],
        rows: [...functions]
          .sort((a, b) => b.executed - a.executed)
          .map((mix) => [
            mix.name,
            mix.index,
            mix.executed,
            part(mix.executed, executed),
            mix.isHashLike ? 'yes' : '',
            part(operationsOf(mix), mix.computing),
            ...(['xor', 'shift', 'rotate', 'add', 'and', 'or'] as const).map((key) =>
              part(mix.operations[key], mix.computing),
            ),
          ]),
        top,
      },
    ],
    lines: [
      `Like a hash: typical operations at least ${percent(THRESHOLDS.operations)}, xor ${percent(THRESHOLDS.xor)}, shifts and rotations ${percent(THRESHOLDS.shiftsAndRotations)}.`,
      'Honest uses of hashes look the same: this tells what is computed, not what for.',
    ],
  };
}
