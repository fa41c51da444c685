/** The code of a module for a page: a list of forms, and a number for each instruction. */

import {
  bodyOf,
  disassemble,
  functionLocations,
  type FunctionBody,
  type Instruction,
  instructions,
  type Module,
} from '../../../engine/index.ts';
import { printable } from '../text.ts';
import type { FormData } from './page-data.ts';

interface Form {
  readonly text: string;
  readonly size: number;
  readonly step: number;
  readonly callee: number;
  /** Place in the order of first use. */
  readonly id: number;
  uses: number;
}

/** The lines of one function. */
export interface CodeLines {
  readonly body: FunctionBody;
  readonly pcs: readonly number[];
  /** Forms, by the order of first use. */
  readonly forms: readonly number[];
}

/** Instructions with a function as their first immediate: `call`, `return_call`, `ref.func`. */
const naming: ReadonlySet<number> = new Set(
  instructions.filter(({ immediates }: Instruction) => immediates[0] === 'func').map(({ op }) => op),
);

export class CodeTable {
  private readonly module: Module;
  private readonly known = new Map<string, Form>();

  constructor(module: Module) {
    this.module = module;
  }

  /** The lines of a function; with `hasEntry` the first one is that of its entry, pc 0. */
  lines(func: number, hasEntry: boolean): CodeLines {
    const body = bodyOf(this.module, func) as FunctionBody;
    const callees = new Map(
      functionLocations(this.module, func, naming).map(({ pc, immediates }) => [pc, immediates.index as number]),
    );
    const code = [...disassemble(this.module, func)];
    const lines = hasEntry ? [{ pc: 0, depth: 0, text: '(entry)' }, ...code] : code;
    let depth = 0;
    const forms = lines.map((line, i) => {
      const size = (lines[i + 1]?.pc ?? body.end - body.start) - line.pc;
      const step = line.depth - depth;
      depth = line.depth;
      return this.form({ text: printable(line.text), size, step, callee: callees.get(line.pc) ?? -1 });
    });
    return { body, pcs: lines.map(({ pc }) => pc), forms };
  }

  private form(parts: Pick<Form, 'text' | 'size' | 'step' | 'callee'>): number {
    const { text, size, step, callee } = parts;
    const key = `${size} ${step} ${callee} ${text}`;
    let form = this.known.get(key);
    if (form === undefined) {
      form = { ...parts, id: this.known.size, uses: 0 };
      this.known.set(key, form);
    }
    form.uses++;
    return form.id;
  }

  /** The forms, the most frequent first, and for each form its place there. */
  sorted(): { readonly forms: FormData; readonly places: Uint32Array } {
    const forms = [...this.known.values()].sort((a, b) => b.uses - a.uses || a.id - b.id);
    const places = new Uint32Array(forms.length);
    for (const [place, { id }] of forms.entries()) places[id] = place;
    return {
      forms: {
        texts: forms.map(({ text }) => text),
        sizes: forms.map(({ size }) => size),
        steps: forms.map(({ step }) => step),
        callees: forms.map(({ callee }) => callee),
      },
      places,
    };
  }
}
