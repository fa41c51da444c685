/** Which memories, tables or globals of a module: by index, export name, import or name in the name section. */

import { type Module, readNames } from '../../engine/index.ts';
import { FilterError, nearestOf } from '../errors.ts';

/** An index in the index space of the kind, a name, or several of them. A name may be written `module.field` for imports. */
export type EntityFilter = number | string | readonly (number | string)[];

export type EntityKind = 'memory' | 'table' | 'global';

const typesOf = { memory: 'memoryTypes', table: 'tableTypes', global: 'globalTypes' } as const;
const namesOf = { memory: 'memories', table: 'tables', global: 'globals' } as const;

/** Indices that a filter selects; a FilterError for an index or a name that there is not. */
export function selectEntities(module: Module, kind: EntityKind, filter: EntityFilter): ReadonlySet<number> {
  const wanted = typeof filter === 'object' ? filter : [filter];
  return new Set(
    wanted.flatMap((one) => (typeof one === 'number' ? checked(module, kind, one) : named(module, kind, one))),
  );
}

function checked(module: Module, kind: EntityKind, index: number): number {
  const count = module[typesOf[kind]].length;
  if (Number.isInteger(index) && index >= 0 && index < count) return index;
  const there = count === 0 ? 'none' : count === 1 ? 'number 0 only' : `numbers 0 to ${count - 1}`;
  throw new FilterError(String(index), `there is no ${kind} ${index}: the module has ${there}`);
}

function named(module: Module, kind: EntityKind, name: string): number[] {
  const names = entityNames(module, kind);
  const found = names.filter((entity) => entity.name === name).map(({ index }) => index);
  if (found.length > 0) return found;
  const near = nearestOf(
    name,
    names.map((entity) => entity.name),
  );
  throw new FilterError(name, `no ${kind} is named "${name}"`, near);
}

function entityNames(module: Module, kind: EntityKind): { readonly name: string; readonly index: number }[] {
  const own = [...readNames(module)[namesOf[kind]]].map(([index, name]) => ({ name, index }));
  const exported = module.exports.filter((e) => e.kind === kind);
  const imported = module.imports.filter((i) => i.type.kind === kind);
  return [...own, ...exported, ...imported.map((i) => ({ name: `${i.module}.${i.name}`, index: i.index }))];
}
