/**
 * Definition of probes as people use them by name or file: `wiz --probe NAME` and `wiz --probe ./file.ts`.
 *
 * A definition says what the probe is called, which options it has, and how one run of it observes a program.
 * Several runs, of one or of several definitions, live side by side in a process; nothing is global.
 */

import { type Engine, type Module, type ModuleInstance, ProbeError, sourcePositionOf } from '../engine/index.ts';
import { type Attachment, attachFor } from '../probes/index.ts';
import { checkDefinition, checkRun } from './definition-checks.ts';
import { defaultOptions, OptionError, type OptionSpecs, type OptionValue, type OptionValues } from './options.ts';
import { formatsOf, hasPage, pagePart, renderResult } from './rendering.ts';
import type { AnnotatedAnalysis } from './report/annotated-html.ts';
import type { Annotation, Section } from './report/presentation.ts';
import { type Report, type ReportContext, ReportError } from './report/report.ts';
import { joined, sectionsDiff } from './report/sections-diff.ts';

/** How a program ended. */
export interface Outcome {
  readonly kind: 'returned' | 'exit' | 'trap' | 'error' | 'interrupted';
  /** Exit code, for `exit`. */
  readonly code?: number;
  /** The error, for `trap` and `error`. */
  readonly error?: unknown;
}

/** What a run is given. */
export interface RunContext<Specs extends OptionSpecs> {
  readonly engine: Engine;
  readonly options: OptionValues<Specs>;
  /** Prints a line at once, where reports go: never to the program's own output. */
  log(text: string): void;
}

/** One run of a probe. Every member but `result` may be left out; they are called in this order. */
export interface ProbeRun<Result> {
  /** A module was compiled. */
  module?(module: Module): void;
  /**
   * An instance was made; neither its active segments nor its start function have run. What it returns is detached
   * when the run stops.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is as good
  instance?(instance: ModuleInstance): Attachment | readonly Attachment[] | undefined | void;
  /** The program begins: the export that was asked for is about to be called. */
  started?(): void;
  /** The program ended, in whatever way. */
  finished?(outcome: Outcome): void;
  /** Instructions that were executed so far, where the run counts them: shown while a long program runs. */
  executed?(): number;
  /** The run is over; attachments that `instance` returned are already gone. */
  stop?(): void;
  /** What was found so far, as plain data or as text; may be asked for at any time. */
  result(): Result;
}

export interface ProbeDefinition<Result, Specs extends OptionSpecs> {
  readonly name: string;
  /** One line for lists of probes. */
  readonly summary: string;
  readonly options?: Specs;
  /** Version of the result's form; default 1. Results of other versions are not merged and not rendered. */
  readonly version?: number;
  /**
   * Formats that `render` makes; the first is the default. Text and JSON there are always, CSV with `present`, `detail` and
   * `html` with `annotate`; one of these that stands here is made by `render` as well.
   */
  readonly formats?: readonly string[];
  /** Those formats that consist of several files and so need `--out`. */
  readonly fileFormats?: readonly string[];
  /**
   * Names of files in a folder of reports, by format, where they are not the name of the probe with the usual ending for the format:
   * `coverage.xml` for `cobertura`.
   */
  readonly fileNames?: Readonly<Record<string, string>>;
  start(context: RunContext<Specs>): ProbeRun<Result>;
  /** Turns a result into text; without it, results are printed as tables or JSON. */
  render?(result: Result, format: string, context: ReportContext, options: OptionValues<Specs>): string | Report;
  /** What people and tools get to see of a result: figures and tables. */
  present?(result: Result, options: OptionValues<Specs>): readonly Section[];
  /** Marks on the instructions of module number `index` of the result, which is an `AnalysisResult`. */
  annotate?(result: Result, index: number, module: Module, options: OptionValues<Specs>): Annotation;
  /**
   * Two results as one, where that has a meaning: counts add up. Must be associative and must not depend on the order.
   *
   * @throws MergeError for results that do not belong together
   */
  merge?(a: Result, b: Result): Result;
  /** Differences of two results that those of the rows that `present` gives do not tell. */
  compare?(before: Result, after: Result): readonly Section[];
}

/** A run that observes the instances of an engine. */
export interface RunningAnalysis {
  /** Observes an instance that existed before. */
  attach(instance: ModuleInstance): void;
  started(): void;
  finished(outcome: Outcome): void;
  /** Instructions that were executed so far; undefined where the kind does not count them. */
  executed(): number | undefined;
  /** What was found so far. */
  result(): unknown;
  /** The report of it in one of the formats of the kind. May be called at any time, also after a trap. */
  report(format: string, context: Omit<ReportContext, 'modules'>): Report;
  /** What it has to show on a page, which it may share with others; for kinds with `hasPage`. */
  page(context: Omit<ReportContext, 'modules'>): AnnotatedAnalysis;
  /** Detaches from everything; results and reports can still be asked for. */
  stop(): void;
}

export interface StartOptions {
  /** Are instances observed that the engine makes from now on? Default: yes. Without, only those that `attach` is given. */
  readonly isObserving?: boolean;
  /** Values of options; those left out have their defaults. */
  readonly options?: Readonly<Record<string, OptionValue>>;
  /** Where `log` goes; default: nowhere. */
  readonly log?: (text: string) => void;
}

/** A kind of probe that can be asked for by name. */
export interface AnalysisKind {
  readonly name: string;
  readonly summary: string;
  readonly options: OptionSpecs;
  /** Formats of its report; the first is the default. */
  readonly formats: readonly string[];
  readonly fileFormats: readonly string[];
  readonly fileNames: Readonly<Record<string, string>>;
  /** Is its format `html` a page that it may share with others? */
  readonly hasPage: boolean;
  /** Version of the form of its results. */
  readonly version: number;
  /** Two results as one; undefined where that has no meaning. */
  readonly merge: ((a: unknown, b: unknown) => unknown) | undefined;
  /** What differs between two results, nothing if they say the same; undefined for kinds that have no tables to compare. */
  readonly compare: ((before: unknown, after: unknown) => readonly Section[]) | undefined;
  /** The report of a result that was kept as JSON, in one of the formats. */
  render(result: unknown, format: string, context: ReportContext, options?: StartOptions['options']): Report;
  /** What a result that was kept has to show on a page; for kinds with `hasPage`. */
  page(result: unknown, context: ReportContext, options?: StartOptions['options']): AnnotatedAnalysis;
  /** Observes every instance that the engine makes from now on, before anything of it runs. */
  start(engine: Engine, options?: StartOptions): RunningAnalysis;
}

class Run<Result, Specs extends OptionSpecs> implements RunningAnalysis {
  private readonly definition: ProbeDefinition<Result, Specs>;
  private readonly options: OptionValues<Specs>;
  private readonly run: ProbeRun<Result>;
  private readonly modules: Module[] = [];
  private attachments: Attachment[] = [];
  private readonly unobserve: () => void;

  constructor(
    definition: ProbeDefinition<Result, Specs>,
    engine: Engine,
    { options = {}, log = () => {}, isObserving = true }: StartOptions,
  ) {
    this.definition = definition;
    // The names and types of the values are those of the specs: the defaults fill what is not given.
    this.options = { ...defaultOptions(definition.options ?? {}), ...options } as OptionValues<Specs>;
    this.run = this.guarded('to start', () => definition.start({ engine, options: this.options, log }));
    checkRun(definition.name, this.run);
    if (!isObserving) {
      this.unobserve = () => {};
      return;
    }
    this.unobserve = engine.observe({
      onModule: (module) => this.guarded('to look at a module', () => this.run.module?.(module)),
      onInstance: (instance) => this.attach(instance),
    });
  }

  attach(instance: ModuleInstance): void {
    if (!this.modules.includes(instance.module)) this.modules.push(instance.module);
    const { name } = this.definition;
    const attached = this.guarded('to attach', () => attachFor(name, () => this.run.instance?.(instance)));
    if (attached === undefined) return;
    this.attachments.push(...('detach' in attached ? [attached] : attached));
  }

  started(): void {
    this.guarded('at the start of the program', () => this.run.started?.());
  }

  finished(outcome: Outcome): void {
    this.guarded('at the end of the program', () => this.run.finished?.(outcome));
  }

  executed(): number | undefined {
    return this.guarded('to count instructions', () => this.run.executed?.());
  }

  result(): Result {
    return this.guarded('to give its result', () => this.run.result());
  }

  report(format: string, context: Omit<ReportContext, 'modules'>): Report {
    const { name } = this.definition;
    const formats = formatsOf(this.definition);
    if (!formats.includes(format))
      throw new RangeError(`${name} has no format "${format}": it has ${formats.join(', ')}`);
    const full = { ...context, modules: this.modules };
    const result = this.result();
    return this.guarded('to render its report', () =>
      renderResult(this.definition, result, format, { context: full, options: this.options }),
    );
  }

  page(context: Omit<ReportContext, 'modules'>): AnnotatedAnalysis {
    const full = { ...context, modules: this.modules };
    const result = this.result();
    return this.guarded('to render its report', () =>
      pagePart(this.definition, result, { context: full, options: this.options }),
    );
  }

  /** Runs code of the definition; what it throws names the probe and its own line (rule 19 of the probe contract). */
  private guarded<T>(task: string, action: () => T): T {
    try {
      return action();
    } catch (cause) {
      if (cause instanceof ReportError) throw cause; // says what the user can do, and is no failure
      const { name } = this.definition;
      const reason = cause instanceof Error ? cause.message : String(cause);
      // The option says where the mistake is, which is none of the code.
      const source = cause instanceof OptionError ? undefined : sourcePositionOf(cause);
      const place = source === undefined ? '' : ` (${source.url}:${source.line}:${source.column})`;
      throw new ProbeError(`probe ${name} failed ${task}: ${reason}${place}`, { probe: name, source, cause });
    }
  }

  stop(): void {
    this.unobserve();
    for (const attachment of this.attachments) attachment.detach();
    this.attachments = [];
    this.guarded('to stop', () => this.run.stop?.());
  }
}

function comparison<Result, Specs extends OptionSpecs>(
  definition: ProbeDefinition<Result, Specs>,
): AnalysisKind['compare'] {
  const { present, compare } = definition;
  if (present === undefined) return undefined;
  // The values have the names and types of the specs, since they are their defaults.
  const options = defaultOptions(definition.options ?? {}) as OptionValues<Specs>;
  return (before, after) => {
    const [a, b] = [before as Result, after as Result];
    const own = compare?.call(definition, a, b) ?? [];
    return joined([
      ...own,
      ...sectionsDiff(present.call(definition, a, options), present.call(definition, b, options)),
    ]);
  };
}

/**
 * Makes a probe that `wiz --probe` and scripts can use; the default export of a probe's file. A definition that lacks
 * something is a `TypeError`, a run that does a `ProbeError` when it starts.
 */
export function defineProbe<Result, const Specs extends OptionSpecs = Record<never, never>>(
  definition: ProbeDefinition<Result, Specs>,
): AnalysisKind {
  checkDefinition(definition);
  // The values have the names and types of the specs: the defaults fill what is not given.
  const optionsOf = (options: StartOptions['options']): OptionValues<Specs> =>
    ({ ...defaultOptions(definition.options ?? {}), ...options }) as OptionValues<Specs>;
  return {
    name: definition.name,
    summary: definition.summary,
    options: definition.options ?? {},
    formats: formatsOf(definition),
    fileFormats: definition.fileFormats ?? [],
    fileNames: definition.fileNames ?? {},
    hasPage: hasPage(definition),
    version: definition.version ?? 1,
    // Results that come from files have the types of the definition by their name and version.
    merge: definition.merge === undefined ? undefined : (a, b) => definition.merge?.(a as Result, b as Result),
    compare: comparison(definition),
    render: (result, format, context, options) =>
      renderResult(definition, result as Result, format, { context, options: optionsOf(options) }),
    page: (result, context, options) =>
      pagePart(definition, result as Result, { context, options: optionsOf(options) }),
    start: (engine, options = {}) => new Run(definition, engine, options),
  };
}
