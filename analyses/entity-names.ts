/** Names of memories, tables and globals for reports. */

import { type Module, readNames } from '../engine/index.ts';
import type { EntityKind } from '../probes/index.ts';

const sections = { memory: 'memories', table: 'tables', global: 'globals' } as const;

/** Its name in the name section, else its first export name, else `module.field` of its import; undefined where there is none. */
export function entityName(module: Module, kind: EntityKind, index: number): string | undefined {
  const imported = module.imports.find((i) => i.type.kind === kind && i.index === index);
  return (
    readNames(module)[sections[kind]].get(index) ??
    module.exports.find((e) => e.kind === kind && e.index === index)?.name ??
    (imported === undefined ? undefined : `${imported.module}.${imported.name}`)
  );
}
