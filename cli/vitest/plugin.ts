/**
 * `plugins: [wiz()]` in the configuration of Vitest: brings the setup file, and puts the coverage of WebAssembly among that of
 * JavaScript, whichever provider makes it.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TierOptions, tierNames } from '../engine.ts';
import { CliError, suggestion } from '../errors.ts';
import { printMessage } from '../output.ts';
import { COLLECT } from '../register/collecting.ts';
import { parseFilters } from '../register/module-filter.ts';
import { environmentOf, settingsOf } from '../register/settings.ts';
import { addCoverage, forgetCoverage, isCoverageMap } from './coverage-map.ts';
import { PROVIDED, type Provided } from './provided.ts';

export interface WizOptions extends Partial<TierOptions> {
  /**
   * Which modules are covered, as `--module` of `wiz run` says it: `'sql-wasm.wasm'`, `'size=100k..'`, `'!legacy/*'`. By default those of the
   * project: those that packages bring along are not, nor what `coverage.exclude` names.
   */
  readonly modules?: string | readonly string[];
  /** Does a module that wiz cannot run fail the tests, in place of running natively? Default: no. */
  readonly strict?: boolean;
}

/** The part of Vitest that is used: its main object. */
interface VitestContext {
  readonly config: {
    readonly root: string;
    readonly coverage: { readonly enabled: boolean; readonly reportsDirectory?: string };
    readonly reporters: unknown[];
  };
  readonly coverageProvider?: unknown;
  onClose(action: () => void): void;
}

/** And one of its projects. */
interface ProjectContext {
  readonly config: { readonly browser?: { readonly enabled?: boolean } };
  provide(key: never, value: never): void;
}

/** A plugin of Vite, as far as Vitest looks at it. */
export interface WizPlugin {
  readonly name: string;
  config(config: object): void;
  configureVitest(context: { readonly vitest: VitestContext; readonly project: ProjectContext }): void;
}

const LISTINGS = 'wasm-listings';
const SPECIFIER = 'wiz/vitest';

const setupFile = fileURLToPath(new URL(`./setup.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url));

/**
 * The plugin. With coverage, the WebAssembly of the project that tests load is instrumented; without, it runs natively, unless `setupFiles` has
 * `wiz/vitest`.
 *
 * @throws an error with a message for the user for options that cannot be
 */
export function wiz(options: WizOptions = {}): WizPlugin {
  const variables = variablesOf(options);
  let isAlways = false;
  return {
    name: 'wiz',
    config(config) {
      // The part of Vitest in a configuration of Vite, which knows no types of it.
      const own = config as { test?: { setupFiles?: string | string[]; browser?: { enabled?: boolean } } };
      own.test ??= {};
      if (own.test.browser?.enabled === true) return;
      const { setupFiles = [] } = own.test;
      const files = typeof setupFiles === 'string' ? [setupFiles] : setupFiles;
      isAlways ||= files.includes(SPECIFIER);
      // First, so that what other setup files load is instrumented, too.
      own.test.setupFiles = [setupFile, ...files.filter((file) => file !== SPECIFIER && file !== setupFile)];
    },
    configureVitest({ vitest, project }) {
      const hasCoverage = vitest.config.coverage.enabled;
      if (hasCoverage && project.config.browser?.enabled === true) {
        printMessage('wiz: what tests in a browser load is not instrumented\n');
      }
      const run = hasCoverage ? runOf(vitest) : undefined;
      if (run !== undefined) run.isChosen ||= options.modules !== undefined;
      const value: Provided = {
        isOn: hasCoverage || isAlways,
        variables: run === undefined ? {} : { ...variables, [COLLECT]: run.folder },
      };
      // What is provided has types that the project declares.
      project.provide(PROVIDED as never, value as never);
    },
  };
}

/** Options as variables for the workers; mistakes are told at once. */
function variablesOf({ modules = [], strict = false, tier, threshold }: WizOptions): Record<string, string> {
  const filters = typeof modules === 'string' ? [modules] : modules;
  parseFilters(filters);
  if (tier !== undefined && !tierNames.includes(tier)) {
    throw new CliError(`there is no tier "${String(tier)}"`, { hint: suggestion(String(tier), tierNames, 'tiers') });
  }
  return environmentOf({ ...settingsOf({}), modules: filters, isStrict: strict, tier, threshold });
}

/** The configuration of each project makes a plugin of its own, and all of them collect in one place. */
const runs = new WeakMap<VitestContext, CoverageRun>();

function runOf(vitest: VitestContext): CoverageRun {
  const known = runs.get(vitest);
  if (known !== undefined) return known;
  const run = new CoverageRun(vitest);
  runs.set(vitest, run);
  return run;
}

/** Coverage of one run of Vitest, or of several, where it watches files. Vitest calls it as one of its reporters. */
class CoverageRun {
  /** Where workers leave what they have. */
  readonly folder = mkdtempSync(path.join(tmpdir(), 'wiz-vitest-'));
  private readonly vitest: VitestContext;
  /** Has the user said which modules it is about? */
  isChosen = false;

  constructor(vitest: VitestContext) {
    this.vitest = vitest;
    vitest.config.reporters.push(this);
    vitest.onClose(() => this.remove());
    process.once('exit', () => this.remove());
  }

  private remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Modules stay: a worker that is used again does not load them again. */
  onTestRunStart(): void {
    forgetCoverage(this.folder);
  }

  /** Called when the coverage of JavaScript is there, and nobody has looked at it. */
  async onCoverage(coverage: unknown): Promise<void> {
    if (!isCoverageMap(coverage)) {
      throw new Error('wiz can add coverage of WebAssembly to that of the providers v8 and istanbul only');
    }
    const { root, coverage: options } = this.vitest.config;
    const count = await addCoverage(coverage, this.folder, {
      root,
      listings: path.resolve(root, options.reportsDirectory ?? 'coverage', LISTINGS),
      isIncluded: (file) => this.isIncluded(file),
    });
    if (count === 0)
      printMessage(
        'wiz: the tests have loaded no WebAssembly of the project; the option "modules" of the plugin chooses others\n',
      );
  }

  /**
   * Is a file to be in the report? `coverage.exclude` and `coverage.allowExternal` are for modules as well, `coverage.include` is not: it often
   * names endings of JavaScript. The provider is asked, without that option.
   */
  private isIncluded(file: string): boolean {
    const provider = this.vitest.coverageProvider as Partial<Provider> | null | undefined;
    if (this.isChosen || typeof provider?.isIncluded !== 'function') return true;
    const asked = Object.create(provider, {
      options: { value: { ...provider.options, include: undefined } },
      globCache: { value: new Map() },
    }) as Provider;
    return asked.isIncluded(file);
  }
}

interface Provider {
  readonly options: object;
  isIncluded(file: string): boolean;
}
