/**
 * Each folder may import some others and nothing else. Biome's configuration says which
 * (scripts/lint/arrows.jsonc); this test shows that it refuses everything else, whatever the syntax.
 */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');

/** The folders of the engine, lowest first, each with those that it may import. */
const engineFolders: Readonly<Record<string, readonly string[]>> = {
  isa: [],
  binary: ['isa'],
  module: ['isa', 'binary'],
  text: ['isa', 'binary', 'module'],
  runtime: ['isa', 'binary', 'module'],
  interpreter: ['isa', 'binary', 'module', 'runtime'],
  compiler: ['isa', 'binary', 'module', 'runtime', 'interpreter'],
  instrumentation: ['isa', 'binary', 'module', 'runtime', 'interpreter'],
  'js-api': ['isa', 'binary', 'module', 'runtime'],
  'some-new-folder': [],
};

/** One file, and the targets of its imports: paths from the root, or packages. */
interface Case {
  readonly file: string;
  readonly allowed: readonly string[];
  readonly refused: readonly string[];
}

const outsideEngine = ['probes/index.ts', 'analyses/index.ts', 'cli/bin.ts', 'index.ts', 'node:fs', 'commander'];

function engineCase([folder, lower]: [string, readonly string[]]): Case {
  const file = (name: string) => `engine/${name}/other.ts`;
  const higher = Object.keys(engineFolders).filter((name) => name !== folder && !lower.includes(name));
  return {
    file: `engine/${folder}/importer.ts`,
    allowed: [folder, ...lower].map(file),
    refused: [...higher.map(file), 'engine/index.ts', ...outsideEngine],
  };
}

const cases: readonly Case[] = [
  ...Object.entries(engineFolders).map(engineCase),
  {
    file: 'engine/binary/model-user.ts',
    allowed: ['engine/module/module.ts', 'engine/module/types.ts'],
    refused: ['engine/module/validate.ts'],
  },
  {
    file: 'engine/module/module.ts',
    allowed: ['engine/isa/other.ts', 'engine/module/types.ts'],
    refused: ['engine/binary/other.ts'],
  },
  {
    file: 'engine/index.ts',
    allowed: Object.keys(engineFolders).map((name) => `engine/${name}/other.ts`),
    refused: outsideEngine,
  },
  {
    file: 'probes/counter.ts',
    allowed: ['engine/index.ts', 'probes/site.ts', 'fastest-levenshtein'],
    refused: ['engine/runtime/trap.ts', 'analyses/index.ts', 'cli/bin.ts', 'node:fs', 'commander'],
  },
  {
    file: 'probes/fast/count.ts',
    allowed: ['engine/index.ts', 'probes/site.ts', 'probes/fast/tally.ts'],
    refused: [
      'engine/runtime/trap.ts',
      'probes/views/hex.ts',
      'analyses/index.ts',
      'cli/bin.ts',
      'node:fs',
      'commander',
    ],
  },
  {
    file: 'analyses/define.ts',
    allowed: ['engine/index.ts', 'probes/index.ts', 'analyses/report/text.ts', 'analyses/coverage/data.ts'],
    refused: ['engine/runtime/trap.ts', 'probes/counter.ts', 'cli/bin.ts', 'node:fs', 'commander'],
  },
  {
    file: 'analyses/coverage/render.ts',
    allowed: [
      'engine/index.ts',
      'probes/index.ts',
      'analyses/result.ts',
      'analyses/coverage/data.ts',
      'analyses/report/text.ts',
      'analyses/hotness/data.ts',
      'picocolors',
      'istanbul-reports',
    ],
    refused: ['analyses/index.ts', 'analyses/registry.ts', 'engine/isa/trap.ts', 'cli/bin.ts', 'node:fs', 'commander'],
  },
  {
    file: 'analyses/report/values.ts',
    allowed: ['engine/index.ts', 'analyses/result.ts', 'analyses/report/text.ts', 'cli-table3', 'picocolors'],
    refused: [
      'analyses/coverage/data.ts',
      'analyses/define.ts',
      'analyses/index.ts',
      'probes/index.ts',
      'engine/isa/trap.ts',
      'node:fs',
      'commander',
    ],
  },
  {
    file: 'analyses/report/html/page.ts',
    allowed: [
      'engine/index.ts',
      'analyses/result.ts',
      'analyses/report/text.ts',
      'analyses/report/html/escape.ts',
      'analyses/report/html/client.gen.ts',
    ],
    refused: [
      'analyses/coverage/data.ts',
      'analyses/index.ts',
      'analyses/report/html/client/app.ts',
      'probes/index.ts',
      'engine/isa/trap.ts',
      'node:fs',
      'esbuild',
    ],
  },
  {
    file: 'analyses/report/html/client/app.ts',
    allowed: [
      'analyses/report/html/client/dom.ts',
      'analyses/report/html/page-data.ts',
      'analyses/report/html/runs.ts',
      'analyses/report/values.ts',
      'analyses/report/words.ts',
    ],
    refused: [
      'engine/index.ts',
      'analyses/result.ts',
      'analyses/report/text.ts',
      'analyses/report/presentation.ts',
      'analyses/report/html/encode.ts',
      'cli-table3',
      'node:fs',
    ],
  },
  {
    file: 'browser/install.ts',
    allowed: ['engine/index.ts', 'probes/index.ts', 'analyses/index.ts', 'browser/other.ts'],
    refused: [
      'engine/runtime/trap.ts',
      'analyses/coverage/data.ts',
      'cli/output.ts',
      'index.ts',
      'node:fs',
      'commander',
    ],
  },
  {
    file: 'cli/bin.ts',
    allowed: ['engine/index.ts', 'probes/index.ts', 'analyses/index.ts', 'cli/run.ts', 'node:fs', 'commander'],
    refused: ['engine/runtime/trap.ts', 'probes/counter.ts', 'analyses/coverage.ts', 'wasm-tests/support/a.ts'],
  },
  {
    file: 'cli/overhead/measure.ts',
    allowed: [
      'engine/index.ts',
      'probes/index.ts',
      'analyses/index.ts',
      'cli/program.ts',
      'cli/wasi/streams.ts',
      'cli/overhead/runs.ts',
      'node:fs',
      'commander',
    ],
    refused: ['cli/main.ts', 'engine/runtime/trap.ts', 'probes/empty/log.ts', 'analyses/coverage.ts'],
  },
  {
    file: 'cli/vitest/setup.ts',
    allowed: [
      'engine/index.ts',
      'analyses/index.ts',
      'cli/output.ts',
      'cli/register/registration.ts',
      'node:fs',
      'vitest',
    ],
    refused: ['engine/runtime/trap.ts', 'cli/run-program/launch.ts', 'analyses/coverage/data.ts'],
  },
  {
    file: 'cli/run-program/launch.ts',
    allowed: [
      'engine/index.ts',
      'analyses/index.ts',
      'cli/errors.ts',
      'cli/register/settings.ts',
      'node:fs',
      'commander',
    ],
    refused: [
      'engine/runtime/trap.ts',
      'analyses/coverage.ts',
      'cli/some-other-folder/a.ts',
      'wasm-tests/support/a.ts',
    ],
  },
];

/** Every way to name another module, and a detour to the same place; each on a line of its own. */
const syntaxes: readonly ((specifier: string) => string)[] = [
  (specifier) => `import { a } from '${specifier}';`,
  (specifier) => `import type { b } from '${specifier}';`,
  (specifier) => `import '${specifier}';`,
  (specifier) => `export { c } from '${specifier}';`,
  (specifier) => `export * from '${specifier}';`,
  (specifier) => `export const d = await import('${specifier}');`,
];
const evasions: readonly string[] = [
  `import './../module/validate.ts';`,
  `import '../isa/../module/validate.ts';`,
  `import './below/../../module/validate.ts';`,
  `export type T = import('../module/validate.ts').T;`,
];

function specifierOf(file: string, target: string): string {
  if (!target.endsWith('.ts')) return target;
  const path = relative(dirname(file), target);
  return path.startsWith('.') ? path : `./${path}`;
}

/** Lines of `targets`, each with every syntax. */
function importLines(file: string, targets: readonly string[]): string[] {
  return targets.flatMap((target) => syntaxes.map((syntax) => syntax(specifierOf(file, target))));
}

describe('the linter enforces who may import whom', () => {
  let folder = '';
  /** Refused lines, by file, in order. */
  const refusedLines = new Map<string, string[]>();

  function write(file: string, lines: readonly string[]): void {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), `${lines.join('\n')}\n`);
  }

  beforeAll(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'wiz-arrows-'));
    for (const name of ['biome.json', 'scripts/lint', '.gitignore', 'package.json']) {
      cpSync(join(root, name), join(folder, name), { recursive: true });
    }
    const sources = new Map(cases.map((c) => [c.file, importLines(c.file, [...c.allowed, ...c.refused])]));
    sources.set('engine/binary/evasive.ts', [...evasions]);
    for (const [file, lines] of sources) write(file, lines);

    const args = [biome, 'lint', '.', '--reporter=github', '--max-diagnostics=none'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    for (const [, rule, path = '', line] of stdout.matchAll(/title=([^,]+),file=([^,]+),line=(\d+)/g)) {
      if (rule !== 'lint/style/noRestrictedImports' && rule !== 'plugin') continue;
      const file = relative(folder, resolve(folder, path));
      const text = sources.get(file)?.[Number(line) - 1];
      if (text === undefined) throw new Error(`Biome names a line that was not written: ${file}:${line}\n${stderr}`);
      refusedLines.set(file, [...(refusedLines.get(file) ?? []), text]);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(cases)('$file', ({ file, refused }) => {
    expect((refusedLines.get(file) ?? []).sort()).toEqual(importLines(file, refused).sort());
  });

  test('detours and inline import types do not get round it', () => {
    expect((refusedLines.get('engine/binary/evasive.ts') ?? []).sort()).toEqual([...evasions].sort());
  });
});
