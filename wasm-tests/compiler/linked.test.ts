/** Compiled code that calls quiet functions of another instance, whose indices are not its own. */

import { expect, test } from 'vitest';
import { type Engine, insertProbe } from '../../engine/index.ts';
import { load, type Program } from '../support/program.ts';
import { engineIn } from '../support/tiers.ts';

/** The function that is called has a higher index than the caller's instance has functions. */
const LIBRARY = `(module
  (func) (func) (func) (func)
  (func $inner (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))
  (func (export "square") (param i32) (result i32) (call $inner (local.get 0))))`;
const INNER = 4;
const PROGRAM = `(module
  (import "library" "square" (func $square (param i32) (result i32)))
  (func (export "f") (param i32) (result i32) (i32.add (call $square (local.get 0)) (i32.const 1))))`;

function linked(engine: Engine, libraryEngine: Engine): { library: Program; program: Program } {
  const library = load(LIBRARY, { engine: libraryEngine });
  const imports = { library: { square: library.exported.square } };
  return { library, program: load(PROGRAM, { engine, imports }) };
}

const ways: readonly [string, () => [Engine, Engine]][] = [
  [
    'of one engine',
    () => {
      const engine = engineIn('js');
      return [engine, engine];
    },
  ],
  ['of two engines', () => [engineIn('js'), engineIn('js')]],
];

test.each(ways)('%s: a probe that comes later fires', (_, engines) => {
  const { library, program } = linked(...engines());
  for (let i = 0; i < 3; i++) expect(program.call('f', 7)).toBe(50);
  let fired = 0;
  insertProbe(library.instance, INNER, library.pc(INNER, 'i32.mul'), { fire: () => void fired++ });
  for (let i = 0; i < 3; i++) expect(program.call('f', 7)).toBe(50);
  expect(fired).toBe(3);
});
