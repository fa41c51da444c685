/** Calls and call graphs: what is called, from where, and what could not be called. */

import { describe, expect, it } from 'vitest';
import type { CallgraphResult, CallsResult } from '../../analyses/index.ts';
import { tierNames } from '../support/tiers.ts';
import { instantiate, wat } from './support/programs.ts';
import { kindOf, reportContext, runBytes } from './support/run.ts';
import { engineIn } from '../support/tiers.ts';

const PROGRAM = `
  (module $calls
    (import "host" "log" (func $log (param i32)))
    (type $unary (func (param i32) (result i32)))
    (table 5 funcref)
    (elem (i32.const 0) $twice $negate $log $other)
    (func $twice (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
    (func $negate (param i32) (result i32) (i32.sub (i32.const 0) (local.get 0)))
    (func $other (param f32))
    (func $never (call $never))
    (func $apply (export "apply") (param $i i32) (result i32)
      (call $log (local.get $i))
      (call_indirect (type $unary) (i32.const 7) (local.get $i)))
    (func $tail (export "tail") (param $n i32) (result i32)
      (if (i32.eqz (local.get $n)) (then (return (call $twice (local.get $n)))))
      (return_call $tail (i32.sub (local.get $n) (i32.const 1)))))`;

describe.each(tierNames)('in tier %s', (tier) => {
  async function run(calls: readonly [string, number][]): Promise<[CallsResult, CallgraphResult]> {
    const engine = engineIn(tier);
    const running = ['calls', 'callgraph'].map((name) => kindOf(name).start(engine));
    const program = instantiate(engine, await wat(PROGRAM), { imports: { host: { log: () => undefined } } });
    for (const [name, arg] of calls) {
      try {
        program.call(name, arg);
      } catch (error) {
        expect(error).toBeInstanceOf(engine.WebAssembly.RuntimeError);
      }
    }
    return running.map((analysis) => analysis.result()) as [CallsResult, CallgraphResult];
  }

  it('tells functions, sites, targets of indirect calls, and why calls trapped', async () => {
    const [{ modules }] = await run([0, 1, 0, 2, 3, 4, 5, -1].map((i) => ['apply', i]));
    const [module] = modules;
    expect(module?.functions.map(({ name, entered }) => [name, entered])).toEqual([
      ['twice', 2],
      ['negate', 1],
      ['other', 0],
      ['never', 0],
      ['apply', 8],
      ['tail', 0],
    ]);
    expect(module?.sites).toEqual([
      {
        func: 5,
        pc: expect.any(Number),
        mnemonic: 'call',
        kind: 'direct',
        callees: [{ index: 0, name: 'log', isHost: true, count: 8 }],
        failures: {},
      },
      {
        func: 5,
        pc: expect.any(Number),
        mnemonic: 'call_indirect',
        kind: 'indirect',
        callees: [
          { index: 1, name: 'twice', isHost: false, count: 2 },
          { index: 2, name: 'negate', isHost: false, count: 1 },
        ],
        failures: { null: 1, 'out of bounds': 2, 'signature mismatch': 2 },
      },
    ]);
  });

  it('tail calls have edges of their own, and what the host calls comes from the host', async () => {
    const [, { nodes, edges }] = await run([
      ['tail', 3],
      ['apply', 1],
    ]);
    const names = new Map(nodes.map(({ id, name }) => [id, name]));
    expect(
      edges.map(({ from, to, calls, indirect }) => [names.get(from), names.get(to), calls, indirect]).sort(),
    ).toEqual([
      ['apply', 'log', 1, 0],
      ['apply', 'negate', 1, 1],
      ['host', 'apply', 1, 0],
      ['host', 'tail', 1, 0],
      ['tail', 'tail', 3, 0],
      ['tail', 'twice', 1, 0],
    ]);
  });
});

it('calls from one module to another are of the module that is called', async () => {
  const provider = await wat('(module $lib (func $inc (export "inc") (param i32) (result i32) local.get 0))');
  const user = await wat(`(module $user
    (import "lib" "inc" (func $imported (param i32) (result i32)))
    (func (export "main") (result i32) (call $imported (call $imported (i32.const 1)))))`);
  const engine = engineIn('interpreter');
  const running = kindOf('callgraph').start(engine);
  const { Module, Instance } = engine.WebAssembly;
  const lib = new Instance(new Module(provider));
  const { main } = new Instance(new Module(user), { lib: lib.exports as never }).exports;
  (main as () => unknown)();
  const { nodes, edges, modules } = running.result() as CallgraphResult;
  expect(nodes.map(({ name, kind, entered }) => [name, kind, entered]).sort()).toEqual([
    ['host', 'host', 0],
    ['inc', 'function', 2],
    ['main', 'function', 1],
  ]);
  const [libId, userId] = modules.map(({ sha256 }) => sha256);
  expect(edges).toContainEqual({ from: `${userId}:1`, to: `${libId}:0`, calls: 2, indirect: 0 });
});

it('the dot format names nodes as they are, whatever is in the names', async () => {
  const bytes = await wat('(module (func $"a\\"b\\\\c\\0a" (export "main") call $f) (func $f))');
  const { analyses } = runBytes(bytes, [{ name: 'callgraph' }]);
  expect(analyses[0]?.report('dot', reportContext).text).toBe(`digraph "app.wasm" {
  rankdir=LR;
  node [fontname="sans-serif", fontsize=10];
  edge [fontname="sans-serif", fontsize=8];
  n0 [label="a\\"b\\\\c\\\\u{a}\\n1", shape=box];
  n1 [label="f\\n1", shape=box];
  n2 [label="host", shape=doublecircle];
  n0 -> n1 [label="1", penwidth=5.00];
  n2 -> n0 [label="1", penwidth=5.00];
}
`);
});
