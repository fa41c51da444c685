/** Traces of calls and of instructions. */

import { describe, expect, it } from 'vitest';
import type { TraceResult } from '../../analyses/index.ts';
import { engineIn, tierNames } from '../support/tiers.ts';
import { instantiate, wat } from './support/programs.ts';
import { kindOf, reportContext } from './support/run.ts';

const PROGRAM = `
  (module
    (import "host" "log" (func $log (param i32) (result i32)))
    (func $pair (export "pair") (param $a i32) (param f64) (result i32 f64)
      (call $log (local.get $a))
      (local.get 1))
    (func $tail (export "tail") (param $n i32) (result i32)
      (if (i32.eqz (local.get $n)) (then (return (i32.const 7))))
      (return_call $tail (i32.sub (local.get $n) (i32.const 1))))
    (func $quiet (export "quiet"))
    (func $traps (export "traps") (param $n i32) (call $quiet) (call $dies (local.get $n)))
    (func $dies (param $by i32) (drop (i32.div_u (i32.const 1) (local.get $by)))))`;

describe.each(tierNames)('in tier %s', (tier) => {
  interface Ran {
    readonly lines: string[];
    readonly result: TraceResult;
    readonly text: string;
  }

  async function run(name: string, args: readonly unknown[], options = {}): Promise<Ran> {
    const engine = engineIn(tier);
    const lines: string[] = [];
    const running = kindOf('trace').start(engine, { options, log: (line) => lines.push(line) });
    const program = instantiate(engine, await wat(PROGRAM), { imports: { host: { log: (n: number) => n + 1 } } });
    let error: unknown;
    try {
      program.call(name, ...args);
    } catch (caught) {
      error = caught;
    }
    running.finished(error === undefined ? { kind: 'returned' } : { kind: 'trap', error });
    running.stop();
    return { lines, result: running.result() as TraceResult, text: running.report('text', reportContext).text };
  }

  it('calls with arguments and results, the host among them', async () => {
    expect((await run('pair', [3, 1.5])).lines).toEqual(['pair(a=3, 1.5)', '  log(3) = 4', '= 4, 1.5']);
    expect((await run('quiet', [])).lines).toEqual(['quiet()', '= ()']);
  });

  it('tail calls take the place of their caller', async () => {
    expect((await run('tail', [2])).lines).toEqual([
      'tail(n=2)',
      '... tail call',
      'tail(n=1)',
      '... tail call',
      'tail(n=0)',
      '= 7',
    ]);
  });

  it('a trap ends all activations', async () => {
    expect((await run('traps', [0])).lines).toEqual([
      'traps(n=0)',
      '  quiet()',
      '  = ()',
      '  dies(by=0)',
      '  ! trap: divide by zero',
      '! trap: divide by zero',
    ]);
  });

  it('the last events only, when the program traps', async () => {
    const { lines, text, result } = await run('traps', [0], { last: 2, keep: 3 });
    expect(lines).toEqual([]);
    expect(text).toBe(
      'trace of app.wasm: 6 events\n\nThe last 2 of them:\n  ! trap: divide by zero\n! trap: divide by zero\n',
    );
    expect([result.events, result.kept.length, result.outcome]).toEqual([6, 3, 'trap']);
    expect((await run('traps', [1], { last: 2 })).text).toBe('trace of app.wasm: 6 events\n');
  });

  it('instructions with their operands', async () => {
    expect((await run('traps', [0], { instructions: true, only: ['dies'] })).lines).toEqual([
      'dies+1 i32.const 1',
      'dies+3 local.get $by (;0;)',
      'dies+5 i32.div_u  1, 0',
    ]);
  });
});
