/** The result as one HTML file: the chart, and the tables of the text report. It loads nothing and has no script. */

import { html, sectionsHtml } from '../../analyses/index.ts';
import { chartSvg } from './chart.ts';
import type { OverheadResult } from './result.ts';
import { sectionsForPeople } from './sections.ts';

const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --soft: #4f5761; --back: #ffffff; --line: #d5d9df; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ee; --soft: #a0a9b5; --back: #14171c; --line: #363c46; } }
body { margin: 0 auto; padding: 24px; max-width: 60rem; color: var(--text); background: var(--back);
  font: 15px/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 16px; }
h2 { display: none; }
svg { display: block; max-width: 100%; height: auto; margin: 24px 0; }
dl.figures { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0; }
dl.figures div { display: contents; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.table { overflow-x: auto; margin: 20px 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: 6px; }
th { color: var(--soft); font-weight: 500; }
th, td { padding: 3px 14px 3px 0; text-align: right; white-space: pre; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; }`;

export function pageHtml(result: OverheadResult): string {
  const title = `Overhead of probes on ${result.program}`;
  const sections = sectionsHtml('overhead', {
    sections: sectionsForPeople(result),
    isEmpty: false,
    modulePlace: () => undefined,
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${html(title)}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>${html(title)}</h1>
${chartSvg(result, { hasTitle: false })}
${sections}
</body>
</html>
`;
}
