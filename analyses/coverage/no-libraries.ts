/** In the place of `libraries.ts` in browsers, where the libraries that it loads cannot be. */

import { ReportError } from '../report/report.ts';
import type { Libraries } from './libraries.ts';

/** @throws ReportError always */
export function libraries(): Libraries {
  throw new ReportError(
    'the formats of other tools are written in Node: keep the result as JSON, and give it to wiz report',
  );
}
