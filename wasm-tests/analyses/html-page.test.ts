/** Annotated pages as text: what they hold, how large they are, and that no name breaks out of them. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import type { Mark } from '../../analyses/index.ts';
import { cellData, cellOf } from '../../analyses/report/html/cells.ts';
import { lanesOf } from '../../analyses/report/html/client/lanes.ts';
import { lineAt, ModuleModel } from '../../analyses/report/html/client/model.ts';
import { hashOfPlace, placeOfHash } from '../../analyses/report/html/client/place.ts';
import { stopsOf } from '../../analyses/report/html/client/stops.ts';
import { CLIENT_SCRIPT, STYLE } from '../../analyses/report/html/client.gen.ts';
import { expanded, runsOf } from '../../analyses/report/html/runs.ts';
import { disassemble, functionName, functionSignature, type Module } from '../../engine/index.ts';
import { analysisOf, branchArrows, compiled, dataOf, pageOf } from './support/pages.ts';
import { wat } from './support/programs.ts';

const LOOP = `
  (module
    (import "host" "log" (func $log))
    (func $main (param $n i32)
      (block $done
        (loop $again
          (br_if $done (i32.eqz (local.get $n)))
          (call $step)
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br $again))))
    (func $step (call $log)))`;

const MAIN = 1;
const STEP = 2;

async function loop(): Promise<Module> {
  return compiled(await wat(LOOP));
}

function first<T>(values: readonly T[]): T {
  if (values[0] === undefined) throw new Error('there is nothing');
  return values[0];
}

function modelOf(page: string): ModuleModel {
  const data = dataOf(page);
  return new ModuleModel(first(data.modules), data);
}

const sqlite = createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');

describe('data of a page', () => {
  test.each([
    ['a small module', async () => await loop()],
    ['SQLite', async () => compiled(readFileSync(sqlite))],
  ])('holds the disassembly of %s', async (_, make) => {
    const module = await make();
    const model = modelOf(pageOf(analysisOf('nothing', module, {})));
    expect(model.functions.map(({ index }) => index)).toEqual(module.bodies.map(({ index }) => index));
    for (const func of model.functions) {
      const lines = [...disassemble(module, func.index)];
      const { pcs, depths, texts, hasEntry } = model.code(func);
      expect(hasEntry).toBe(false);
      expect([func.name, model.signature(func)]).toEqual([
        functionName(module, func.index),
        functionSignature(module, func.index).trim(),
      ]);
      expect(pcs).toEqual(lines.map(({ pc }) => pc));
      expect(pcs.map((pc) => func.offset + pc)).toEqual(lines.map(({ offset }) => offset));
      expect(depths).toEqual(lines.map(({ depth }) => depth));
      expect(texts).toEqual(lines.map(({ text }) => text));
    }
  });

  test('holds marks, notes, arrows and weights as they are', async () => {
    const module = await loop();
    const [a, b, c] = [...disassemble(module, MAIN)].map(({ pc }) => pc) as [number, number, number];
    const marks = new Map<number, Mark>([
      [a, { cells: [3, 'three'], heat: 1 / 3, status: 'hit' }],
      [b, { cells: [10n ** 20n], heat: 1e-9, note: 'large <b>' }],
      [c, { cells: [Number.NaN, 'three'], status: 'miss' }],
    ]);
    const arrows = [{ from: c, to: a, count: 12 }];
    const model = modelOf(
      pageOf(
        analysisOf('some', module, {
          columns: [
            { key: 'n', kind: 'count' },
            { key: 'word', kind: 'text' },
          ],
          functions: new Map([[MAIN, { weight: 2.5, marks, arrows }]]),
        }),
      ),
    );
    const annotation = first(model.annotations);
    const found = annotation.marks(0);
    expect(annotation.functions.get(0)?.weight).toBe(2.5);
    expect(annotation.marks(1)).toBeUndefined();
    expect(found?.cells.map((column) => column.slice(0, 4))).toEqual([
      [3, 10n ** 20n, Number.NaN, undefined],
      ['three', undefined, 'three', undefined],
    ]);
    // Heat is kept in thousandths, and a little heat is not none.
    expect(found?.heat.slice(0, 4)).toEqual([0.333, 0.001, 0, 0]);
    expect(found?.status.slice(0, 4)).toEqual(['hit', 'none', 'miss', 'none']);
    expect(found?.notes).toEqual(new Map([[1, 'large <b>']]));
    expect(found?.arrows).toEqual([{ from: 2, to: 0, count: 12 }]);
  });

  test('calls name the function that is called; imports have no code to go to', async () => {
    const model = modelOf(pageOf(analysisOf('nothing', await loop(), {})));
    const callees = model.functions.map((func) => model.code(func).callees.filter((index) => index >= 0));
    expect(callees).toEqual([[STEP], [0]]);
    expect([0, MAIN, STEP].map((index) => model.placeOf(index))).toEqual([undefined, 0, 1]);
  });

  test('a mark on the entry of a function has a line', async () => {
    const module = await loop();
    const marks = new Map<number, Mark>([[0, { note: 'entered' }]]);
    const model = modelOf(pageOf(analysisOf('calls', module, { functions: new Map([[STEP, { weight: 1, marks }]]) })));
    const [main, step] = model.functions.map((func) => model.code(func));
    expect([main?.hasEntry, step?.hasEntry]).toEqual([false, true]);
    expect(step?.pcs).toEqual([0, ...[...disassemble(module, STEP)].map(({ pc }) => pc)]);
    expect(first(model.annotations).marks(1)?.notes).toEqual(new Map([[0, 'entered']]));
  });

  test('a mark where no instruction begins is refused', async () => {
    const functions = new Map([[MAIN, { weight: 1, marks: new Map([[4711, { heat: 1, note: 'x' }]]) }]]);
    const module = await loop();
    expect(() => pageOf(analysisOf('wrong', module, { functions }))).toThrow(
      'an annotation of function 1 marks pc 4711, where no instruction begins',
    );
  });

  test('several analyses share the code of a module', async () => {
    const [module, other] = [await loop(), compiled(await wat('(module (func))'))];
    const data = dataOf(
      pageOf(analysisOf('one', module, {}), analysisOf('two', other, {}), analysisOf('three', module, {})),
    );
    expect(data.analyses).toEqual(['one', 'two', 'three']);
    expect(data.modules.map(({ annotations }) => annotations.map(({ analysis }) => analysis))).toEqual([[0, 2], [1]]);
  });

  test.each([
    [undefined],
    [0],
    [-1.5],
    ['text'],
    [''],
    [12n],
    [-(10n ** 30n)],
    [Number.POSITIVE_INFINITY],
    [Number.NaN],
  ])('the cell %s survives JSON', (cell) => {
    expect(cellOf(JSON.parse(JSON.stringify(cellData(cell))))).toEqual(cell);
  });

  test('runs are values again', () => {
    const lists: readonly (readonly unknown[])[] = [
      [],
      [1],
      [1, 1, 2],
      [undefined, undefined, 'a', 'a', undefined],
      [0, -0, Number.NaN, Number.NaN],
    ];
    for (const values of lists) {
      expect(expanded(runsOf(values))).toEqual(values);
    }
    expect(runsOf(['a', 'a', 'b'])).toEqual(['a', 2, 'b', 1]);
  });
});

describe('a page', () => {
  const hostile = [
    '</script><script>alert(1)</script>',
    '<!-- <script>',
    `"'><img src=x onerror=alert(1)>`,
    '&lt;b&gt; `',
    'line\nend\r\u0000\u001b[31m\u2028\u202e',
  ];

  async function hostilePage(): Promise<{ readonly page: string; readonly names: readonly string[] }> {
    const quoted = hostile.map((name) =>
      [...new TextEncoder().encode(name)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join(''),
    );
    const module = compiled(await wat(`(module ${quoted.map((name) => `(func (export "${name}"))`).join('')})`));
    const columns = hostile.map((title, i) => ({ key: `c${i}`, title, kind: 'text' as const }));
    const end = [...disassemble(module, 0)][0]?.pc as number;
    const marks = new Map<number, Mark>([[end, { cells: hostile, note: hostile.join(' ') }]]);
    const legend = hostile;
    const functions = new Map([[0, { weight: 1, marks }]]);
    const analysis = {
      ...analysisOf('hostile', module, { columns, legend, functions }),
      sections: [
        {
          figures: hostile.map((label) => ({ label, value: label, kind: 'text' as const })),
          tables: [{ id: 't', title: hostile.join(' '), columns, rows: [hostile] }],
          lines: hostile,
        },
      ],
    };
    return { page: pageOf(analysis), names: module.bodies.map(({ index }) => functionName(module, index)) };
  }

  test('holds names of any kind as text only', async () => {
    const { page, names } = await hostilePage();
    expect(names[0]).toContain('</script>');
    // The elements that the page has itself, and no others.
    expect(page.match(/<script\b/g)).toHaveLength(2);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).not.toMatch(/<img|<!--|<b>/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what this is about
    expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u2028\u202e]/);
    const [, ...others] = dataOf(page).modules[0]?.functions.map(({ name }) => name) ?? [];
    expect(others.slice(0, 3)).toEqual(names.slice(1, 4));
    expect(others[3]).toMatch(/line\\u\{a\}end\\u\{d\}\\u\{0\}/);
  });

  test('loads nothing, and allows its own script only', async () => {
    const { page } = await hostilePage();
    const script = page.slice(page.lastIndexOf('<script>') + '<script>'.length, page.lastIndexOf('</script>'));
    expect(script).toBe(CLIENT_SCRIPT);
    const digest = createHash('sha256').update(script).digest('base64');
    expect(page).toContain(`script-src 'sha256-${digest}'`);
    expect(page).toContain("default-src 'none'");
    expect(page.match(/\b(?:src|href)="[^#"][^"]*"/g)).toEqual(['href="data:,"']);
    expect(STYLE).not.toMatch(/url\(|@import/);
  });

  test('says what is missing without a script', async () => {
    expect((await hostilePage()).page).toMatch(/<noscript>.*need JavaScript.*<\/noscript>/s);
  });

  test('rows about instructions lead to them', async () => {
    const module = await loop();
    const analysis = analysisOf('some', module, {});
    const columns = [
      { key: 'function', kind: 'text' as const },
      { key: 'index', kind: 'exact' as const },
      { key: 'pc', kind: 'exact' as const },
    ];
    const identity = analysis.modules[0]?.identity;
    if (identity === undefined) throw new Error('there is no module');
    const tables = [{ id: 't', title: 'Places', columns, rows: [['main', MAIN, 5]] }];
    expect(pageOf({ ...analysis, sections: [{ module: identity, tables }] })).toContain('<a href="#func-1+5">main</a>');
    expect(pageOf({ ...analysis, sections: [{ tables }] })).not.toContain('#func-1+5');
  });

  test('about 300,000 instructions is small, and quickly made', () => {
    const module = compiled(readFileSync(sqlite));
    const start = performance.now();
    const { length } = pageOf(branchArrows(module));
    expect(length).toBeLessThan(3_000_000);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('the script', () => {
  test('addresses name a place, and what is none is the overview', () => {
    for (const place of [
      { module: 0, func: 12, pc: 34 },
      { module: 2, func: 0, pc: undefined },
    ]) {
      expect(placeOfHash(hashOfPlace(place))).toEqual(place);
    }
    expect(hashOfPlace({ module: 0, func: 12, pc: 34 })).toBe('#func-12+34');
    expect(placeOfHash('#func-x')).toEqual({ module: 0, func: undefined, pc: undefined });
  });

  test('arrows nest: of two that overlap the shorter is closer to the code', () => {
    const { arrows, up, down } = lanesOf([
      { from: 20, to: 2, count: 1 },
      { from: 10, to: 5, count: 1 },
      { from: 30, to: 25, count: 1 },
      { from: 1, to: 9, count: 1 },
      { from: 3, to: 9, count: 0 },
    ]);
    const lane = (from: number): number | undefined => arrows.find((arrow) => arrow.from === from)?.lane;
    expect([lane(10), lane(30), lane(20)]).toEqual([0, 0, 1]);
    // To the same line they run together.
    expect([lane(1), lane(3)]).toEqual([0, 0]);
    expect([up, down]).toEqual([2, 1]);
  });

  test('stops: the hottest first, a straight run is one stop; missed lines in order', async () => {
    const module = await loop();
    const pcs = [...disassemble(module, MAIN)].map(({ pc }) => pc);
    const marksOf = (list: readonly Mark[]): Map<number, Mark> => new Map(list.map((m, i) => [pcs[i] as number, m]));
    const marks = marksOf([
      { heat: 0.5 },
      { heat: 0.5 },
      { heat: 1 },
      { status: 'miss' },
      { status: 'miss' },
      { heat: 0.5 },
    ]);
    const page = pageOf(analysisOf('some', module, { functions: new Map([[MAIN, { weight: 1, marks }]]) }));
    const annotation = first(modelOf(page).annotations);
    const lines = (kind: 'hot' | 'miss' | 'part'): number[] => stopsOf(annotation, kind).map(({ line }) => line);
    expect([lines('hot'), lines('miss'), lines('part')]).toEqual([[2, 0, 5], [3], []]);
  });

  test('a pc in the middle of an instruction is on its line', async () => {
    const model = modelOf(pageOf(analysisOf('nothing', await loop(), {})));
    const code = model.code(first(model.functions));
    // `local.get 0` has two bytes.
    expect(code.texts[2]).toMatch(/^local\.get/);
    expect(lineAt(code, (code.pcs[2] as number) + 1)).toBe(2);
    expect(lineAt(code, 0)).toBe(0);
  });
});

describe('colours', () => {
  /** The variables of the rules with a selector. */
  function variables(selector: string): Map<string, string> {
    const body = STYLE.slice(STYLE.indexOf(`${selector} {`)).split('}')[0] ?? '';
    return new Map([...body.matchAll(/--([\w-]+): ([^;]+);/g)].map(([, name = '', value = '']) => [name, value]));
  }

  function channels(color: string): number[] {
    return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
  }

  function luminance(color: readonly number[]): number {
    const [r = 0, g = 0, b = 0] = color.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(a: readonly number[], b: readonly number[]): number {
    const [x, y] = [luminance(a), luminance(b)];
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  }

  const light = variables(':root');

  test.each([
    ['light', light],
    ['dark', new Map([...light, ...variables(':root[data-theme="dark"]')])],
  ])('texts stand out from the hottest line: %s', (_, colors) => {
    const of = (name: string): number[] => channels(colors.get(name) as string);
    const back = of('back');
    const share = Number.parseFloat(colors.get('tint') as string) / 100;
    const tinted = [1, 2, 3, 4, 5, 6, 7].map((step) =>
      of(`heat-${step}`).map((c, i) => share * c + (1 - share) * (back[i] as number)),
    );
    for (const name of [
      'text',
      'soft',
      'control',
      'name',
      'number',
      'comment',
      'note',
      'hit',
      'miss',
      'part',
      'up',
      'down',
    ]) {
      for (const behind of [back, of('panel'), ...tinted]) {
        expect(contrast(of(name), behind), name).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  test.each([
    ['light', light, 1],
    ['dark', variables(':root[data-theme="dark"]'), -1],
  ])('shades of heat differ in lightness: %s', (_, colors, direction) => {
    const steps = [1, 2, 3, 4, 5, 6, 7].map((step) => luminance(channels(colors.get(`heat-${step}`) as string)));
    expect(steps).toEqual([...steps].sort((a, b) => (b - a) * direction));
  });

  test('what the system asks for as dark is what the button gives', () => {
    const chosen = variables(':root[data-theme="dark"]');
    expect(variables(':root:not([data-theme="light"])')).toEqual(chosen);
    expect(chosen.size).toBeGreaterThan(20);
  });
});
