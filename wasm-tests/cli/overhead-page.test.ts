/** The chart of costs in a browser: needs Chromium, at /usr/bin/chromium or where the variable CHROMIUM says. */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chartSvg } from '../../cli/overhead/chart.ts';
import { pageHtml } from '../../cli/overhead/page.ts';
import type { MeasuredConfiguration, OverheadResult, ProbeCost } from '../../cli/overhead/result.ts';
import { spreadOf } from '../../cli/overhead/statistics.ts';

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';

function costOf(addedMs: number, dispatchShare: number | null): ProbeCost {
  return {
    events: 1_234_567,
    insertions: 10,
    changes: 2,
    addedMs: spreadOf([addedMs]),
    nsPerEvent: 12.5,
    reportMs: 3,
    emptyMs: spreadOf([1]),
    emptyFailure: null,
    dispatchMs: 1,
    ownMs: 1,
    dispatchShare,
    ownShare: dispatchShare === null ? null : 1 - dispatchShare,
  };
}

function configuration(
  engine: MeasuredConfiguration['engine'],
  probe: string | null,
  samples: readonly number[],
  cost: ProbeCost | null = null,
): MeasuredConfiguration {
  return {
    engine,
    probe,
    ending: { kind: 'returned' },
    difference: null,
    loadMs: spreadOf([1]),
    runMs: spreadOf(samples),
    totalMs: spreadOf(samples),
    toPlain: spreadOf(samples.map((ms) => ms / 100)),
    toNative: spreadOf(samples.map((ms) => ms / 10)),
    peakBytes: 70_000_000,
    compiled: null,
    cost,
  };
}

/** Names that are long, and names that would be markup; a probe that costs very much, and one that costs nothing. */
const result: OverheadResult = {
  kind: 'overhead',
  version: 1,
  program: '<b>&program.wasm',
  args: [],
  invoke: null,
  host: { node: 'v20', v8: '11', cpu: 'a processor', cores: 2 },
  runs: 3,
  warmup: 1,
  reference: 'native',
  varies: false,
  configurations: [
    configuration('native', null, [9, 10, 11]),
    configuration('interpreter', null, [90, 100, 110]),
    configuration('interpreter', './a/folder/with/a/long/name/of-a-probe.ts', [7900, 8000, 16_100], costOf(1, 0.4)),
    configuration('interpreter', 'nothing', [98, 99, 100], costOf(1, null)),
    configuration('interpreter', '<script>', [150, 200, 300], costOf(1, null)),
    { engine: 'js', probe: null, failure: 'its process ended with signal SIGSEGV, without an answer' },
  ],
};

describe.skipIf(!existsSync(executable))(`the chart of costs in ${executable}`, () => {
  let folder = '';
  let browser: Browser;
  const seen: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wiz-chart-'));
    writeFileSync(join(folder, 'cost.html'), pageHtml(result));
    writeFileSync(join(folder, 'cost.svg'), chartSvg(result));
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath: executable, args });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(name: string, colorScheme: 'light' | 'dark'): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1000, height: 900 }, colorScheme });
    const page = await context.newPage();
    page.on('console', (message) => seen.push(message.text()));
    page.on('pageerror', (error) => seen.push(String(error)));
    page.on('request', (request) => request.url().startsWith('file:') || seen.push(request.url()));
    await page.goto(pathToFileURL(join(folder, name)).href);
    return page;
  }

  test.each(['cost.html', 'cost.svg'])('%s has all bars within the picture, and loads nothing', async (name) => {
    const page = await open(name, 'light');
    // As text: here, names of the browser are not known.
    const { outside, bars, labels } = await page.evaluate<{
      outside: string[];
      bars: number;
      labels: string[];
    }>(`(() => {
      const svg = document.querySelector('svg');
      const frame = svg.getBoundingClientRect();
      const isOutside = (part) => {
        const { left, right, top, bottom } = part.getBoundingClientRect();
        return left < frame.left || right > frame.right + 0.5 || top < frame.top || bottom > frame.bottom + 0.5;
      };
      return {
        outside: [...svg.querySelectorAll('rect, text, path')].filter(isOutside).map((part) => part.outerHTML),
        bars: svg.querySelectorAll('g > g').length,
        labels: [...svg.querySelectorAll('g > g > text:first-of-type')].map((text) => text.textContent),
      };
    })()`);
    expect(outside).toEqual([]);
    expect(bars).toBe(5); // what could not be measured has none
    expect(labels).toContain('<script>');
    expect(seen).toEqual([]);
  });

  test('the page says what failed, and has names as text', async () => {
    const page = await open('cost.html', 'light');
    expect(await page.locator('h1').textContent()).toBe('Overhead of probes on <b>&program.wasm');
    expect(await page.locator('body').textContent()).toContain('js: its process ended with signal SIGSEGV');
    expect(await page.locator('table').count()).toBe(2);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1000);
  });

  test('light and dark have colours of their own', async () => {
    const colours = async (scheme: 'light' | 'dark'): Promise<string[]> => {
      const page = await open('cost.svg', scheme);
      return page.evaluate<string[]>(
        "['.back', '.title', '.program'].map((name) => getComputedStyle(document.querySelector(name)).fill)",
      );
    };
    const [light, dark] = [await colours('light'), await colours('dark')];
    for (const [i, colour] of light.entries()) expect(colour).not.toBe(dark[i]);
  });
});
