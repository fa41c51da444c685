/**
 * What there is to do in a registered process of which something is asked: probes, filters, lists, reports. Analyses and what renders them
 * take longer to load than all else, so that this file is loaded where it is needed only.
 */

import type { Engine, Module } from '../../engine/index.ts';
import { loadDemangler } from '../demangle.ts';
import type { CliError } from '../errors.ts';
import { mistakeInOptions } from '../program.ts';
import { demangleNames } from '../symbols.ts';
import type { Collecting } from './collecting.ts';
import { Collector, isOwnModule } from './collector.ts';
import type { LoadedModule } from './loaded-module.ts';
import type { ModuleFilter } from './module-filter.ts';
import { listReporter } from './module-list.ts';
import { type EndReports, ProcessReports, type ProcessOptions } from './process-reports.ts';
import { requestsOf } from './requests.ts';
import type { Settings } from './settings.ts';

export interface Asked {
  readonly filter: ModuleFilter;
  /** Is there anything to report on chosen modules? */
  readonly hasReports: boolean;
  /** Makes names of functions readable. */
  readonly nameFunctions: (module: Module) => void;
  readonly reportsOf: (engine: Engine, options: ProcessOptions) => EndReports;
  /** What collects coverage, if somebody has it collected. */
  readonly collectorOf: (engine: Engine) => Collecting | undefined;
  /** What a probe could not do because of what the user asked it for. */
  readonly mistakeIn: (error: unknown) => CliError | undefined;
}

/** Fails for whatever cannot be. `loaded` are the modules for a list, as they become more; coverage is collected in `collectFolder`. */
export async function askedOf(
  settings: Settings,
  loaded: readonly LoadedModule[],
  collectFolder: string | undefined,
): Promise<Asked> {
  const extras = settings.isListing ? [listReporter(loaded)] : [];
  const { filter, reports, hasReports } = await requestsOf(settings, extras);
  const demangle = hasReports || collectFolder !== undefined ? await loadDemangler() : undefined;
  return {
    filter: collectFolder !== undefined && settings.modules.length === 0 ? isOwnModule : filter,
    hasReports,
    nameFunctions: (module) => demangle !== undefined && demangleNames(module, demangle),
    reportsOf: (engine, options) => new ProcessReports(engine, reports, options),
    collectorOf: (engine) => (collectFolder === undefined ? undefined : new Collector(engine, collectFolder)),
    mistakeIn: mistakeInOptions,
  };
}
