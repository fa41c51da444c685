/** Globals: how often each is read and written, by which instructions, and what values it has. */

import {
  type GlobalInstance,
  instructions,
  type Location,
  type Module,
  type ModuleInstance,
  readSlot,
  valTypeText,
  valtype,
} from '../../engine/index.ts';
import { type Attachment, CountProbe, type Insertions, valueText } from '../../probes/index.ts';
import { defineProbe } from '../define.ts';
import { entityName } from '../entity-names.ts';
import { type FunctionChoice, functionOptions } from '../function-choice.ts';
import { mergeLists } from '../merging.ts';
import { PerModule } from '../per-module.ts';
import { annotateSites } from '../sites/presenting.ts';
import { type Site, Sites } from '../sites/sites.ts';
import {
  type GlobalsResult,
  type GlobalUse,
  type InstructionGlobal,
  limited,
  type ModuleGlobals,
  mergeGlobals,
  type ValueCount,
} from './data.ts';
import { globalsSection } from './present.ts';
import { GlobalWriteProbe, type WriteState, WrittenValues } from './write-probe.ts';

type State = { readonly global: number } & (
  | { readonly access: 'read'; readonly probe: CountProbe }
  | { readonly access: 'write'; readonly writes: WriteState }
);

const ops: ReadonlySet<number> = new Set(
  instructions.filter(({ effects }) => effects.has('globalread') || effects.has('globalwrite')).map(({ op }) => op),
);

function stateOf({ instruction, immediates }: Location): State {
  const global = immediates.index as number;
  return instruction.effects.has('globalwrite')
    ? { global, access: 'write', writes: { count: 0, changes: 0 } }
    : { global, access: 'read', probe: new CountProbe('globals') };
}

/** Are values of the type numbers that can be compared and kept? */
function isNumber(type: valtype.ValType): boolean {
  return type !== valtype.V128 && !valtype.isRef(type);
}

class GlobalCounts {
  private readonly module: Module;
  private readonly sites: Sites<State>;
  private readonly written: readonly (WrittenValues | undefined)[];
  private readonly seen: ModuleInstance[] = [];

  constructor(module: Module, choice: FunctionChoice) {
    this.module = module;
    this.sites = new Sites<State>(module, { name: 'globals', choice, ops, make: stateOf });
    this.written = module.globalTypes.map(({ type }) => (isNumber(type) ? new WrittenValues() : undefined));
  }

  attach(instance: ModuleInstance): Attachment {
    this.seen.push(instance);
    return this.sites.attach(instance, (site, insertions) => this.insert(instance, site, insertions));
  }

  private insert(instance: ModuleInstance, { location, state }: Site<State>, insertions: Insertions): void {
    const global = instance.globals[state.global] as GlobalInstance;
    const probe =
      state.access === 'read' ? state.probe : new GlobalWriteProbe(state.writes, global, this.written[state.global]);
    insertions.local(instance, location.func, location.pc, probe);
  }

  result(): Pick<ModuleGlobals, 'globals' | 'functions'> {
    const states = [...this.sites.states()].map(countsOf);
    return {
      globals: this.module.globalTypes.map((_, index) => this.use(index, states)),
      functions: this.sites.results((state) => {
        const counts = countsOf(state);
        return counts.count === 0 ? undefined : counts;
      }),
    };
  }

  private use(index: number, states: readonly InstructionGlobal[]): GlobalUse {
    const own = states.filter(({ global }) => global === index);
    const sum = (access: string): number => own.reduce((n, s) => (s.access === access ? n + s.count : n), 0);
    const { type, isMutable } = this.module.globalTypes[index] as { type: valtype.ValType; isMutable: boolean };
    const text = valTypeText(this.module, type);
    return {
      index,
      name: entityName(this.module, 'global', index),
      type: isMutable ? `(mut ${text})` : text,
      reads: sum('read'),
      writes: sum('write'),
      changes: own.reduce((n, { changes }) => n + changes, 0),
      written: limited(this.written[index]?.texts()),
      last: this.lastValues(index),
    };
  }

  private lastValues(index: number): ValueCount[] {
    const values = this.seen.map((instance): ValueCount => {
      const { slots, type } = instance.globals[index] as GlobalInstance;
      return { value: valueText(readSlot(slots, 0, type.type)), instances: 1 };
    });
    return mergeLists(
      values,
      [],
      ({ value }) => value,
      (a, b) => ({ ...a, instances: a.instances + b.instances }),
    );
  }
}

function countsOf(state: State): InstructionGlobal {
  const { global, access } = state;
  return state.access === 'read'
    ? { global, access, count: state.probe.count, changes: 0 }
    : { global, access, ...state.writes };
}

export const globals = defineProbe({
  name: 'globals',
  summary: 'how often each global is read and written, by which instructions, and its values',
  options: { ...functionOptions, top: { help: 'rows of each table that the text shows', default: 20 } },
  start: ({ options }) => {
    const modules = new PerModule((module) => new GlobalCounts(module, options));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      result: (): GlobalsResult => ({
        analysis: 'globals',
        version: 1,
        modules: modules.results((counts) => counts.result()),
      }),
    };
  },
  merge: mergeGlobals,
  present: ({ modules }, { top }) => modules.map((module) => globalsSection(module, top)),
  annotate: ({ modules }, index) =>
    annotateSites((modules[index] as ModuleGlobals).functions, {
      columns: [
        { key: 'accesses', kind: 'count' },
        { key: 'changes', kind: 'count' },
      ],
      cells: ({ access, count, changes }) => [count, access === 'write' ? changes : undefined],
      weight: ({ count }) => count,
      weightTitle: 'accesses to globals',
    }),
});
