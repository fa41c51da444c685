/**
 * The JavaScript that is made of small functions, as files to read: `goldens/*.js`. Where a change alters them on purpose,
 * `npx vitest run wasm-tests/compiler/golden-code.test.ts -u` writes them anew.
 */

import { describe, expect, test } from 'vitest';
import {
  Engine,
  type ExitProbe,
  functionLocations,
  insertExitProbe,
  insertProbe,
  type LocalProbe,
} from '../../engine/index.ts';
import { CountProbe, insertOneShots, insertOutcomeShot, TakenProbe } from '../../probes/index.ts';
import { load, type Program } from '../support/program.ts';
import { engineIn } from '../support/tiers.ts';
import { golden } from './support/golden-functions.ts';
import { stateOf } from './support/states.ts';

/** Long functions are not read. */
const MOST_LINES = 200;

function programOf(wat: string, threshold?: number): Program {
  const imports = { e: { host: (n: number) => n } };
  const engine = threshold === undefined ? engineIn('js') : new Engine({ tier: 'auto', threshold });
  return load(wat, { engine, imports });
}

function inComment(wat: string): string {
  return wat
    .trim()
    .split('\n')
    .map((line) => `// ${line}`.trimEnd())
    .join('\n');
}

/** The code as a file: a function that gets what the code uses by name. */
function asFile(wat: string, source: string): string {
  const lines = source.trimEnd().split('\n');
  expect(lines.length).toBeLessThan(MOST_LINES);
  return `${inComment(wat)}\n\nfunction make() {\n${lines.map((line) => `  ${line}`.trimEnd()).join('\n')}\n}\n`;
}

async function expectGolden(name: string, wat: string, source: string | undefined): Promise<void> {
  if (source === undefined) throw new Error('the function was not compiled');
  // It is JavaScript, whatever the golden says.
  expect(() => new Function(source)).not.toThrow();
  await expect(asFile(wat, source)).toMatchFileSnapshot(`goldens/${name}.js`);
}

const probes: Readonly<Record<string, (p: Program) => void>> = {
  'a counter on every instruction': (p) => {
    const func = p.func('f');
    for (const { pc } of functionLocations(p.instance.module, func))
      insertProbe(p.instance, func, pc, new CountProbe());
  },
  'taken tallies': (p) => {
    for (const name of ['if', 'br_if']) insertProbe(p.instance, p.func('f'), p.pc('f', name), new TakenProbe());
  },
  'a probe without a frame': (p) => {
    const probe: LocalProbe = { needs: { frame: false, operands: 2 }, fire: () => {} };
    insertProbe(p.instance, p.func('f'), p.pc('f', 'i32.store'), probe);
  },
  'a probe with a frame': (p) => {
    const probe: LocalProbe = { needs: { locals: true, operands: 1 }, fire: () => {} };
    insertProbe(p.instance, p.func('f'), p.pc('f', 'i32.store'), probe);
  },
  'a probe that writes': (p) => {
    const probe: LocalProbe = { needs: { locals: true, writes: true }, fire: () => {} };
    insertProbe(p.instance, p.func('f'), p.pc('f', 'i32.store'), probe);
  },
  'an exit probe': (p) => {
    const probe: ExitProbe = { exit: () => {} };
    insertExitProbe(p.instance, p.func('f'), probe);
  },
  'an exit probe without a frame': (p) => {
    const probe: ExitProbe = { needs: { frame: false }, exit: () => {} };
    insertExitProbe(p.instance, p.func('f'), probe);
  },
  'an exit probe that waits for traps': (p) => {
    const probe: ExitProbe = { needs: { ends: ['trap'] }, exit: () => {} };
    insertExitProbe(p.instance, p.func('f'), probe);
  },
  'actions at the entry and at the end': (p) => {
    const action = { run: () => {} };
    const fire = (): void => {};
    insertProbe(p.instance, p.func('f'), 0, { fire, inline: { fire, work: { kind: 'run', action } } });
    insertExitProbe(p.instance, p.func('f'), { exit: fire, inlineExit: { exit: fire, action } });
  },
};

describe('the code of', () => {
  test.each(Object.entries(golden.plain))('%s', async (name, { wat, args }) => {
    const p = programOf(wat);
    p.call('f', ...args);
    await expectGolden(name, wat, stateOf(p, 'f').unit?.source);
  });

  test.each(Object.entries(golden.loops))('%s', async (name, { wat, args }) => {
    const p = programOf(wat, 5);
    p.call('f', ...args);
    const sources = [...stateOf(p, 'f').loops.values()].map(({ source }) => source);
    expect(sources.length).toBeGreaterThan(0);
    await expectGolden(name, wat, sources[0]);
  });

  test.each(Object.entries(probes))('%s', async (name, insert) => {
    const p = programOf(golden.probed.wat);
    insert(p);
    p.call('f', ...golden.probed.args);
    await expectGolden(name.replaceAll(' ', '-'), golden.probed.wat, stateOf(p, 'f').unit?.source);
  });

  test('probes that wait', async () => {
    const p = programOf(golden.probed.wat);
    const func = p.func('f');
    insertOneShots(p.instance, { func, pcs: [p.pc(func, 'i32.store')] }, () => {});
    insertOutcomeShot(p.instance, { func, pc: p.pc(func, 'br_if'), outcome: true }, () => {});
    // Neither comes.
    p.call('f', 1);
    await expectGolden('probes-that-wait', golden.probed.wat, stateOf(p, 'f').unit?.source);
  });
});
