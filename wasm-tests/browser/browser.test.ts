/**
 * The library in a browser: its one file, and the example page in Chromium, which is at /usr/bin/chromium or where the variable CHROMIUM says.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { init, parse } from 'es-module-lexer';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instrument, WebAssembly } from '../../index.ts';
import { buildCli, cliFile } from '../cli/run-cli.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
let bundle = '';

beforeAll(async () => {
  await buildCli();
  bundle = cliFile('browser.js');
});

test('the file imports nothing, of Node or of packages', async () => {
  await init;
  const text = fs.readFileSync(bundle, 'utf8');
  const [imports] = parse(text);
  expect(imports.map(({ importStart, importEnd }) => text.slice(importStart, importEnd))).toEqual([]);
  expect(text.match(/.{0,40}(["'`]node:[a-z]|Calling `require`|\bprocess\.(?!\w+\))).{0,40}/g) ?? []).toEqual([]);
});

const fibBytes = fs.readFileSync(path.join(examples, 'fib.wasm'));

const formats = ['text', 'json', 'csv', 'detail', 'html'];

/** What coverage finds here, where other tests compare it with what other engines find, and its reports. */
function coverageHere(): object {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(fibBytes));
  const coverage = instrument(instance, 'coverage', { program: 'the page' });
  (instance.exports.fib as (n: number) => number)(5);
  return { coverage: coverage.result(), reports: formats.map((format) => coverage.report(format)) };
}

describe.skipIf(!fs.existsSync(executablePath))(`in ${executablePath}`, () => {
  let browser: Browser;
  let server: ChildProcess;
  let address = '';
  const seen: string[] = [];

  beforeAll(async () => {
    server = spawn(process.execPath, [path.join(examples, 'browser/serve.mjs'), '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    address = await new Promise<string>((resolve) => {
      server.stdout?.once('data', (line: Buffer) => resolve(line.toString().trim()));
    });
    const quiet = [
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ];
    browser = await chromium.launch({
      executablePath,
      args: ['--headless', '--no-sandbox', '--disable-gpu', ...quiet],
    });
  });

  afterAll(async () => {
    await browser?.close();
    server.kill();
  });

  /** A page of the example's server, with the file that was built here. */
  async function open(file: string, colorScheme: 'light' | 'dark' = 'light', policy?: string): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 700, height: 900 }, colorScheme });
    const page = await context.newPage();
    page.on('console', (message) => seen.push(message.text()));
    page.on('pageerror', (error) => seen.push(String(error)));
    await page.route('**/wiz.js', (route) => route.fulfill({ path: bundle, contentType: 'text/javascript' }));
    await page.route('**/empty', (route) =>
      route.fulfill({
        body: '<!doctype html><title>empty</title>',
        contentType: 'text/html',
        headers: policy === undefined ? {} : { 'content-security-policy': policy },
      }),
    );
    await page.goto(address + file);
    return page;
  }

  /** Runs `fib(5)` in the page, under coverage, with the engine installed. As text: here, names of the browser are not known. */
  const runFib = `(async () => {
    const host = WebAssembly;
    const { install } = await import('/wiz.js');
    const wiz = install({ probes: ['coverage'] });
    const { instance } = await WebAssembly.instantiate(Uint8Array.from([${[...fibBytes].join()}]));
    const fib = instance.exports.fib(5);
    const found = {
      fib,
      isOurs: WebAssembly !== host && instance instanceof WebAssembly.Instance,
      coverage: wiz.result('coverage'),
      reports: ${JSON.stringify(formats)}.map((format) => wiz.report('coverage', format)),
      disabled: wiz.engine.tierReport().disabled,
    };
    wiz.uninstall();
    return { ...found, isBack: WebAssembly === host };
  })()`;

  test('coverage and its reports are what they are in Node', async () => {
    const page = await open('empty');
    const found = await page.evaluate(runFib);
    expect(found).toEqual({ fib: 5, isOurs: true, ...coverageHere(), disabled: undefined, isBack: true });
    await page.context().close();
  });

  test('where a policy forbids to compile text, everything is interpreted', async () => {
    const page = await open('empty', 'light', "script-src 'self'");
    const found = await page.evaluate(runFib);
    expect(found).toMatchObject({ fib: 5, ...coverageHere(), disabled: expect.any(String) });
    await page.context().close();
  });

  test('what needs Node, or was not asked for, is refused with a reason', async () => {
    const page = await open('empty');
    const messages = await page.evaluate<string[]>(`(async () => {
      const { install } = await import('/wiz.js');
      const message = (action) => { try { return String(action()); } catch (error) { return error.message; } };
      const wiz = install({ probes: ['coverage', 'hotness'] });
      return [
        () => wiz.report('coverage', 'lcov'),
        () => wiz.report('calls'),
        () => install({ probes: ['covrage'] }),
        () => install({ probes: ['hotness'], options: { hotness: { tpo: 5 } } }),
      ].map(message);
    })()`);
    expect(messages).toMatchInlineSnapshot(`
      [
        "the format lcov consists of several files, the coverage and a listing: name the first with --out",
        ""calls" was not asked for: there are coverage, hotness",
        "there is no analysis "covrage": there are alloc, blocks, branches, breakpoint, call-tree, callgraph, calls, const-args, coverage, determinism, edges, flamegraph, globals, hotness, icount, imports, loop-traces, loops, memory, memory-trace, miner, nan, opcodes, tables, taint, time, timeout, trace, trap, values",
        "no option "tpo": did you mean "top"?",
      ]
    `);
    await page.context().close();
  });

  test('the example shows what queries reach in SQLite, in light and dark', { timeout: 120_000 }, async () => {
    seen.length = 0;
    const page = await open('index.html', 'dark');
    await page.waitForSelector('#run:enabled', { timeout: 100_000 });
    const percent = async (): Promise<number> =>
      Number.parseFloat((await page.locator('.total .number').first().textContent()) ?? '');
    const before = await percent();
    await page.getByRole('button', { name: 'window' }).click();
    const [first] = await page.locator('#rows tbody tr').all();
    expect(await first?.locator('td').allTextContents()).toEqual(['Saturn', '274', '1']);
    expect(before).toBeGreaterThan(5);
    expect(await percent()).toBeGreaterThan(before);
    expect(await page.locator('#reached li').count()).toBe(13);
    await page.getByRole('button', { name: 'error' }).click();
    expect(await page.locator('#rows .error').textContent()).toBe('no such column: moon');
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(700);
    await page.locator('#show').click();
    await page.frameLocator('#code').getByText('2,216 functions').first().waitFor({ state: 'attached' });

    const colours = (): Promise<string[]> =>
      page.evaluate<string[]>(
        "['body', 'section', '#run', '.bar'].map((name) => getComputedStyle(document.querySelector(name)).backgroundColor)",
      );
    const dark = await colours();
    await page.emulateMedia({ colorScheme: 'light' });
    for (const [i, light] of (await colours()).entries()) expect(light).not.toBe(dark[i]);
    expect(seen).toEqual([]);
    await page.context().close();
  });
});
