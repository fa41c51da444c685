/** From settings, which are text, to what they ask for. */

import { checkTier } from '../engine.ts';
import { type ProbeRequest, resolveProbe } from '../probes.ts';
import { checkReports, type ExtraReporter, type ReportsRequest } from '../reports.ts';
import { listReporter } from './module-list.ts';
import { type ModuleFilter, parseFilters } from './module-filter.ts';
import type { Settings } from './settings.ts';

export interface Requests {
  readonly filter: ModuleFilter;
  readonly reports: ReportsRequest;
  /** Is there anything to report on chosen modules? */
  readonly hasReports: boolean;
}

/** Fails for whatever cannot be. `extras` are reports beside those of the probes. */
export async function requestsOf(settings: Settings, extras?: readonly ExtraReporter[]): Promise<Requests> {
  const { formats, out, hasTierReport, isListing } = settings;
  checkTier(settings);
  const probes: ProbeRequest[] = [];
  for (const text of settings.probes) probes.push(await resolveProbe(text));
  const reports: ReportsRequest = {
    probes,
    formats,
    out,
    hasTierReport,
    extras: extras ?? (isListing ? [listReporter([])] : []),
  };
  checkReports(reports);
  const hasReports = probes.length > 0 || hasTierReport;
  const chosen = parseFilters(settings.modules);
  // A mere list leaves everything to the host.
  return { filter: isListing && !hasReports ? () => false : chosen, reports, hasReports };
}
