/**
 * Tells which rules of the probe contract were shown, tier by tier, at the end of a test run. A run of all contract
 * tests fails if a rule has no test that passed in some tier.
 */

import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { isWhole } from '../support/thorough.ts';
import { rulesIn, ruleTitles } from './rules.ts';

const folder = dirname(fileURLToPath(import.meta.url));

interface Count {
  passed: number;
  failed: number;
}

/** Titles from the file's outermost suite down to the test. */
function titlesOf(test: TestCase): string[] {
  const titles = [test.name];
  for (let parent = test.parent; parent.type === 'suite'; parent = parent.parent) titles.unshift(parent.name);
  return titles;
}

/** By tier and rule. */
function countTests(modules: readonly TestModule[]): Map<string, Map<number, Count>> {
  const tiers = new Map<string, Map<number, Count>>();
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const titles = titlesOf(test);
      const tier = /in tier '?([^']+)'?$/.exec(titles[0] ?? '')?.[1];
      if (tier === undefined) continue;
      const counts = tiers.get(tier) ?? new Map<number, Count>();
      tiers.set(tier, counts);
      const { state } = test.result();
      for (const rule of new Set(titles.flatMap(rulesIn))) {
        const count = counts.get(rule) ?? { passed: 0, failed: 0 };
        counts.set(rule, count);
        if (state === 'passed') count.passed++;
        else if (state === 'failed') count.failed++;
      }
    }
  }
  return tiers;
}

function lines(
  tier: string,
  counts: ReadonlyMap<number, Count>,
  hasAll: boolean,
): { text: string[]; isComplete: boolean } {
  const rules = Object.keys(ruleTitles).map(Number);
  const shown = rules.filter((rule) => (counts.get(rule)?.passed ?? 0) > 0 && counts.get(rule)?.failed === 0);
  const rows = rules
    .filter((rule) => hasAll || counts.has(rule))
    .map((rule) => {
      const { passed, failed } = counts.get(rule) ?? { passed: 0, failed: 0 };
      const state = failed > 0 ? `${failed} FAILED` : passed === 0 ? 'NO TEST' : '';
      return `  ${String(rule).padStart(2)}  ${String(passed).padStart(3)} tests  ${ruleTitles[rule]}${state && `  <- ${state}`}`;
    });
  return {
    text: [`Probe contract, tier ${tier}: ${shown.length} of ${rules.length} rules hold`, ...rows],
    isComplete: shown.length === rules.length,
  };
}

export class ContractReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (!isWhole) process.stdout.write('\nOf combinations a part was tried: WIZ_TESTS=all npm test tries all.\n');
    const own = modules.filter((module) => dirname(module.moduleId) === folder);
    if (own.length === 0) return;
    const run = new Set(own.map((module) => basename(module.moduleId)));
    const hasAll = readdirSync(folder).every((file) => !file.endsWith('.test.ts') || run.has(file));
    const isFiltered = own.some((module) =>
      [...module.children.allTests()].some((t) => t.result().state === 'skipped'),
    );
    for (const [tier, counts] of countTests(own)) {
      const { text, isComplete } = lines(tier, counts, hasAll);
      process.stdout.write(`\n${text.join('\n')}\n`);
      if (!hasAll || isFiltered || isComplete) continue;
      process.stdout.write(`The contract is not covered in tier ${tier}: see ${join(folder, 'rules.ts')}\n`);
      process.exitCode = 1;
    }
  }
}
