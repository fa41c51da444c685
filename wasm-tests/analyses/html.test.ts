/** Annotated pages in a browser: needs Chromium, at /usr/bin/chromium or where the variable CHROMIUM says. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Mark } from '../../analyses/index.ts';
import { disassemble, type Module } from '../../engine/index.ts';
import { analysisOf, branchArrows, compiled, pageOf } from './support/pages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';
const sqlite = createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');

/** What the page says of a function's lines. */
const LINES = '#code-scroll .line';

describe.skipIf(!existsSync(executable))(`annotated pages in ${executable}`, () => {
  let folder = '';
  let browser: Browser;
  /** Errors on the console and exceptions, of all pages of a test. */
  let errors: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wiz-pages-'));
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath: executable, args });
    const calculator = ['--probe', 'hotness', '--format', 'html', '--out', join(folder, 'calculator.html')];
    const program = ['examples/calculator.wasm', '2 + 3 * (4 - 1)'];
    const node = ['--import', 'tsx', 'cli/bin.ts', ...calculator, ...program];
    const { status, stderr } = spawnSync(process.execPath, node, { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`the page of the calculator was not made: ${stderr}`);
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(errors).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
    errors = [];
  });

  async function open(name: string, hash = '', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(join(folder, name)).href + hash);
    return page;
  }

  /** A page of made-up marks. */
  function written(name: string, ...analyses: Parameters<typeof pageOf>): string {
    writeFileSync(join(folder, name), pageOf(...analyses));
    return name;
  }

  const texts = (page: Page, selector: string): Promise<string[]> => page.locator(selector).allTextContents();

  test('figures and tables come first, and rows lead to the code', async () => {
    const page = await open('calculator.html');
    await expect.poll(() => page.locator('#overview').isVisible()).toBe(true);
    expect(await page.locator('.figures').first().innerText()).toContain('10,580');
    const link = page.locator('#overview td a').first();
    const name = await link.textContent();
    await link.click();
    await page.waitForSelector('#code:not([hidden])');
    expect(await page.locator('#code-title').textContent()).toContain(`$${name}`);
    expect(await page.locator(`${LINES}[aria-selected="true"]`).count()).toBe(1);
    await page.goBack();
    await page.waitForSelector('#overview:not([hidden])');
  });

  test('functions can be searched and sorted, with the keyboard too', async () => {
    const page = await open('calculator.html');
    expect((await texts(page, '.item-name'))[0]).toBe('calculator/Parser#peek');
    await page.selectOption('#order', 'index');
    const indexes = (await texts(page, '.item-facts')).map((text) => Number.parseInt(text.slice(1), 10));
    expect(indexes).toEqual([...indexes].sort((a, b) => a - b));
    await page.selectOption('#order', 'size');
    await page.keyboard.press('Escape');
    await page.locator('#list').focus();
    await page.keyboard.press('/');
    await page.keyboard.type('PARSER');
    const found = await texts(page, '.item-name');
    expect(found.length).toBeGreaterThan(2);
    expect(found.every((name) => name.includes('Parser'))).toBe(true);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#code:not([hidden])');
    expect(await page.locator('#code-title').textContent()).toContain(found[1]);
    await page.fill('#search', '#8');
    expect(await texts(page, '.item-name')).toEqual(['~lib/string/String#charCodeAt']);
    await page.fill('#search', 'there is no such function');
    expect(await texts(page, '.item-name')).toEqual([]);
  });

  test('functions without marks are dimmed', async () => {
    const page = await open('calculator.html');
    await page.waitForSelector('.item');
    expect(await page.locator('#list-state').textContent()).toBe('39 functions, 29 with marks');
    expect(await page.locator('.item:not(.unmarked)').count()).toBe(29);
    expect(await page.locator('.item.unmarked').count()).toBe(10);
  });

  test('parts of instructions are told apart, and called functions are led to', async () => {
    const page = await open('calculator.html', '#func-6+29');
    const line = (pc: number) => page.locator(LINES).filter({ has: page.getByText(String(pc), { exact: true }) });
    // The digits of a type are no constant.
    expect(await line(29).first().locator('.control').textContent()).toBe('if');
    expect(await line(29).first().locator('.token-number').count()).toBe(0);
    expect(await line(19).first().locator('.token-number').textContent()).toBe('20');
    await line(35).first().locator('.callee').click();
    await expect.poll(() => new URL(page.url()).hash).toBe('#func-8');
  });

  test('an address leads to an instruction, and follows the keyboard', async () => {
    const page = await open('calculator.html', '#func-8+9');
    expect(await page.locator(`${LINES}[aria-selected="true"] .pc`).textContent()).toBe('9');
    await page.locator('#code-scroll').focus();
    await page.keyboard.press('ArrowDown');
    expect(new URL(page.url()).hash).toBe('#func-8+11');
    await page.locator(LINES).first().click();
    expect(new URL(page.url()).hash).toBe('#func-8+1');
  });

  test('keys jump to the hottest and to missed lines', async () => {
    const page = await open('calculator.html');
    await page.waitForSelector('.item');
    const count = async (): Promise<number> => {
      const text = await page.locator(`${LINES}[aria-selected="true"] .number`).textContent();
      return Number(text?.replaceAll(',', ''));
    };
    const counts: number[] = [];
    for (let i = 0; i < 4; i++) {
      await page.keyboard.press('n');
      counts.push(await count());
    }
    expect(counts[0]).toBe(77);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    await page.keyboard.press('p');
    expect(await count()).toBe(counts[2]);
    await page.selectOption('#stop-kind', 'miss');
    await page.locator('#stop-next').click();
    expect(await count()).toBe(0);
    const classes = await page.locator(`${LINES}[aria-selected="true"]`).getAttribute('class');
    expect(classes).toContain('is-miss');
    // Not by colour alone.
    expect(await page.locator(`${LINES}[aria-selected="true"] .status`).textContent()).toBe('✗');
  });

  test('arrows stand beside branches; pointing at one shows both ends', async () => {
    const module = compiled(readFileSync(join(root, 'examples/calculator.wasm')));
    const page = await open(written('arrows.html', branchArrows(module)), '#func-6');
    const marks = branchArrows(module).modules[0]?.annotation.functions.get(6);
    const arrows = marks?.arrows ?? [];
    expect(arrows.length).toBeGreaterThan(0);
    expect(await page.locator('.arrow').count()).toBe(arrows.length);
    expect(await page.locator('.gutter.up .arrow').count()).toBe(arrows.filter(({ from, to }) => to <= from).length);
    const chip = page.locator('.chip').first();
    await chip.hover();
    const linked = await texts(page, `${LINES}.linked .pc`);
    const [from] = linked.map(Number).filter((pc) => arrows.some((arrow) => arrow.from === pc));
    const ends = arrows.filter((arrow) => arrow.from === from || arrow.to === from);
    expect(linked.map(Number)).toEqual([...new Set(ends.flatMap((a) => [a.from, a.to]))].sort((a, b) => a - b));
    expect(await page.locator('.arrow.linked').count()).toBe(ends.length);
    const to = await chip.getAttribute('href');
    await chip.click();
    await expect.poll(() => new URL(page.url()).hash).toBe(to);
  });

  test.each(['light', 'dark'] as const)('follows the system to %s, and the button away from it', async (scheme) => {
    const page = await open('calculator.html', '#func-8', { colorScheme: scheme });
    const back = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const [light, dark] = ['rgb(255, 255, 255)', 'rgb(20, 23, 28)'];
    expect(await back()).toBe(scheme === 'light' ? light : dark);
    await page.locator('#theme').click();
    expect(await back()).toBe(scheme === 'light' ? dark : light);
    await page.reload();
    expect(await back()).toBe(scheme === 'light' ? dark : light);
  });

  test('several analyses of two modules: columns side by side, a choice of heat and of module', async () => {
    const module = compiled(readFileSync(join(root, 'examples/fib.wasm')));
    const other = compiled(readFileSync(join(root, 'examples/sieve.wasm')));
    const index = module.bodies[0]?.index as number;
    const marked = (name: string, of: Module, mark: Mark) => {
      const at = of.bodies[0]?.index as number;
      const pcs = [...disassemble(of, at)].map(({ pc }) => pc);
      const marks = new Map([[pcs[name.length] as number, mark]]);
      const columns = [{ key: name, kind: 'count' as const }];
      return analysisOf(name, of, { columns, functions: new Map([[at, { weight: name.length, marks }]]) });
    };
    const page = await open(
      written(
        'several.html',
        marked('one', module, { cells: [1234567], heat: 1 }),
        marked('three', module, { cells: [5], heat: 0.5, note: 'here' }),
        marked('four', other, { cells: [1] }),
      ),
      `#func-${index}`,
    );
    expect(await texts(page, '.code-head .number')).toEqual(['one', 'three']);
    const bars = (): Promise<number[]> =>
      page.locator(LINES).evaluateAll((rows) => rows.flatMap((row, i) => (row.querySelector('.bar') ? [i] : [])));
    expect(await bars()).toEqual([3]);
    expect(await page.locator('[title="1234567"]').first().textContent()).toBe('1.23M');
    await page.selectOption('#heat-choice', { label: 'three' });
    expect(await bars()).toEqual([5]);
    expect(await page.locator('.remark').textContent()).toBe(';; three: here');
    await page.selectOption('#module-choice', '1');
    await page.locator('.item').first().click();
    await page.waitForSelector('#code:not([hidden])');
    expect(new URL(page.url()).hash).toMatch(/^#module-2-func-\d+$/);
    expect(await texts(page, '.code-head .number')).toEqual(['four']);
  });

  test('a module of 300,000 instructions opens, and only what is in sight is made', async () => {
    const module = compiled(readFileSync(sqlite));
    const page = await open(written('sqlite.html', branchArrows(module)));
    await page.selectOption('#order', 'size');
    expect(await page.locator('.item').count()).toBeLessThan(200);
    await page.locator('.item').first().click();
    await page.waitForSelector(LINES);
    expect(await page.locator('#code-facts').textContent()).toContain('16,493 instructions');
    await page.locator('#code-scroll').focus();
    await page.keyboard.press('End');
    await expect.poll(() => page.locator(`${LINES}[aria-selected="true"] .instruction`).textContent()).toBe('end');
    expect(await page.locator(LINES).count()).toBeLessThan(300);
    const html = await page.locator('#code-scroll').getAttribute('aria-rowcount');
    expect(html).toBe('16494');
  });

  test('a narrow screen shows code, and the list on demand', async () => {
    const page = await open('calculator.html', '#func-8', { viewport: { width: 380, height: 700 } });
    const list = page.locator('#functions');
    await expect.poll(() => list.isVisible()).toBe(false);
    await page.locator('#menu').click();
    expect(await list.isVisible()).toBe(true);
    await page.locator('.item').nth(1).click();
    await expect.poll(() => list.isVisible()).toBe(false);
    const width: number = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBe(380);
  });

  test('without a script figures and tables are there, and a notice', async () => {
    const page = await open('calculator.html', '', { javaScriptEnabled: false });
    expect(await page.locator('.notice').isVisible()).toBe(true);
    expect(await page.locator('#overview table').first().isVisible()).toBe(true);
    expect(await page.locator('#functions').isVisible()).toBe(false);
  });

  test('paper has the whole function, and no tools', async () => {
    const page = await open(written('print.html', branchArrows(compiled(readFileSync(sqlite)))), '#func-1540');
    await page.emulateMedia({ media: 'print' });
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    expect(await page.locator(LINES).count()).toBe(16493);
    expect(await page.locator('.tools').isVisible()).toBe(false);
    await page.emulateMedia({ media: 'screen' });
    await page.evaluate('dispatchEvent(new Event("afterprint"))');
    expect(await page.locator(LINES).count()).toBeLessThan(16493);
  });
});
