import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Engine, functionLocations, ProbeError } from '../../engine/index.ts';
import { arityOf } from '../../probes/arity.ts';
import { type FunctionStructure, labelTypes, structureOf } from '../../probes/structure.ts';
import { load } from '../support/program.ts';

const program = load(`(module (func (export "f") (param i32) (result i32)
  (block $a (result i32)
    (i32.const 1)
    (loop $l (param i32) (result i32)
      (if (param i32) (result i32) (local.get 0)
        (then (br $l))
        (else (br_table $a $l 3 (local.get 0))))))
  (br_if 0 (i32.eqz (local.get 0)))
  (if (local.get 0) (then (return (i32.const 2))))))`);

const structure = structureOf(program.instance.module, 0);
const pc = (name: string, nth = 0): number => program.pc(0, name, nth);

describe('control structure', () => {
  it('knows the blocks, what is around them, and where branches to them arrive', () => {
    const [f, a, l, i, last] = structure.blocks;
    expect(structure.blocks.map((b) => [b.kind, b.depth])).toEqual([
      ['function', 0],
      ['block', 1],
      ['loop', 2],
      ['if', 3],
      ['if', 1],
    ]);
    expect([a?.parent, l?.parent, i?.parent, last?.parent]).toEqual([f, a, l, f]);
    expect([f, i, l, a, last].map((b) => b?.end)).toEqual([4, 0, 1, 2, 3].map((n) => pc('end', n)));
    expect([a?.target, l?.target]).toEqual([pc('end', 2), pc('loop')]);
    expect([i?.else, last?.else]).toEqual([pc('else'), -1]);
    expect([l, i].map((b) => [b?.params.length, b?.results.length])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(labelTypes(l as never)).toBe(l?.params);
  });

  it('puts what opens a block outside of it, and its else and end inside', () => {
    const kinds = (...pcs: number[]) => pcs.map((at) => structure.blockAround(at).kind);
    expect(kinds(pc('block'), pc('loop'), pc('if'), pc('br'), pc('else'), pc('end'))).toEqual([
      'function',
      'block',
      'loop',
      'if',
      'if',
      'if',
    ]);
    expect(structure.blockAround(pc('end', 4)).kind).toBe('function');
  });

  it('knows what can follow an instruction', () => {
    const follow = (name: string, nth = 0) => structure.successors(pc(name, nth)).sort((a, b) => a - b);
    expect(follow('br')).toEqual([pc('loop')]);
    expect(follow('br_table')).toEqual([pc('loop'), pc('end', 2), pc('end', 4)]);
    expect(follow('br_if')).toEqual([structure.next(pc('br_if')), pc('end', 4)]);
    expect(follow('if')).toEqual([pc('br'), structure.next(pc('else'))]);
    expect(follow('if', 1)).toEqual([structure.next(pc('if', 1)), pc('end', 3)]);
    expect(follow('else')).toEqual([pc('end')]);
    expect(follow('return')).toEqual([]);
    expect(follow('end', 4)).toEqual([]);
    expect(['return', 'br'].map((name) => structure.isExit(pc(name)))).toEqual([true, false]);
    expect(structure.isExit(pc('end', 4))).toBe(true);
  });

  it('refuses a pc at which no instruction begins', () => {
    expect(() => structure.instruction(pc('br_table') + 1)).toThrow(ProbeError);
    expect(() => structure.successors(0)).toThrow(/no instruction of function 0 is at pc 0: the nearest are at 1$/);
    expect(() => structureOf(program.instance.module, 7)).toThrow(ProbeError);
  });

  it('is made once for each function', () => {
    expect(structureOf(program.instance.module, 0)).toBe(structure);
  });
});

/** Every instruction's stack height by adding up arities along all ways; two ways to one place must agree. */
function heights(s: FunctionStructure): Map<number, number> {
  const locations = new Map(functionLocations(s.module, s.func).map((l) => [l.pc, l]));
  const found = new Map<number, number>([[s.pcs[0] as number, 0]]);
  const waiting = [s.pcs[0] as number];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const height = found.get(at) as number;
    for (const to of s.successors(at)) {
      const { operands, results } = arityOf(s, locations.get(at) as never, to);
      const block = s.targets(at).find(({ target }) => target === to);
      // A branch drops what lies below its values, down to where the block began.
      const below = block === undefined ? height - operands : blockBase(s, block.start, found, block.params.length);
      const next = below + results;
      if (found.get(to) === undefined) {
        found.set(to, next);
        waiting.push(to);
      }
      expect(found.get(to), `${s.func}@${at} ${locations.get(at)?.instruction.name} to ${to}`).toBe(next);
    }
  }
  return found;
}

function blockBase(s: FunctionStructure, start: number, found: ReadonlyMap<number, number>, params: number): number {
  if (start === 0) return 0;
  return (found.get(start) as number) - params - (s.instruction(start).name === 'if' ? 1 : 0);
}

describe('arities', () => {
  it.each(['calculator', 'json', 'words', 'life', 'mandelbrot'])('of all instructions of %s add up', (name) => {
    const module = new Engine().compile(readFileSync(new URL(`../../examples/${name}.wasm`, import.meta.url)));
    for (const { index } of module.bodies) {
      const s = structureOf(module, index);
      const end = s.blocks[0]?.end as number;
      const height = heights(s).get(end);
      if (height !== undefined) expect(height).toBe(s.type.results.length);
    }
  });
});
