/** The page around figures, list and code. */

import { CLIENT_SCRIPT, CLIENT_SCRIPT_DIGEST, STYLE } from './client.gen.ts';
import { html, scriptJson } from './escape.ts';
import { DATA_ID, type PageData } from './page-data.ts';

export interface PageInput {
  readonly title: string;
  /** HTML of figures and tables. */
  readonly overview: string;
  readonly data: PageData;
}

/** Nothing is loaded, and no script runs but the page's own: also if a name got through as HTML. */
const POLICY = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '${CLIENT_SCRIPT_DIGEST}'`;

export function pageHtml({ title, overview, data }: PageInput): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="wiz">
<link rel="icon" href="data:,">
<title>${html(title)}</title>
<style>
${STYLE}</style>
</head>
<body>
<header class="top">
<button type="button" id="menu" class="icon script" aria-controls="functions" aria-expanded="false" aria-label="Functions" title="Functions">☰</button>
<h1><a href="#overview">${html(title)}</a></h1>
<div class="tools script">
<label id="module-tool" hidden>Module <select id="module-choice"></select></label>
<label id="heat-tool" hidden>Heat of <select id="heat-choice"></select></label>
<div id="stop-tool" class="group" role="group" aria-label="Go to lines of interest">
<select id="stop-kind" aria-label="Lines to go to"></select>
<button type="button" id="stop-previous" class="icon" aria-label="Previous line of interest" title="previous (p)">↑</button>
<button type="button" id="stop-next" class="icon" aria-label="Next line of interest" title="next (n)">↓</button>
<output id="stop-place" aria-live="polite"></output>
</div>
<button type="button" id="theme" class="icon" title="light or dark (t)" aria-label="Light or dark">◐</button>
</div>
</header>
<noscript><p class="notice">The code with its marks, the list of functions and the search need JavaScript, which is off.
Without it this page shows figures and tables only; <code>--format detail</code> gives the annotated code as text.</p></noscript>
<div class="panes">
<nav id="functions" class="script" aria-label="Functions">
<div class="list-tools">
<input type="search" id="search" placeholder="Name or index  (/)" aria-label="Search functions by name or index" aria-controls="list" autocomplete="off" spellcheck="false">
<select id="order" aria-label="Order of the functions">
<option value="weight">by weight</option><option value="name">by name</option><option value="index">by index</option><option value="size">by size</option>
</select>
</div>
<p id="list-state" class="list-state" aria-live="polite"></p>
<div id="list" class="list" role="listbox" tabindex="0" aria-label="Functions"></div>
</nav>
<main>
<div id="overview" tabindex="-1">
${overview}
<section class="script reading"><h2>Reading the code</h2><div id="reading"></div></section>
</div>
<section id="code" hidden aria-labelledby="code-title">
<div class="code-bar">
<h2 id="code-title"></h2>
<div class="group">
<button type="button" id="function-previous" class="icon" aria-label="Previous function of the list" title="previous function of the list ([)">←</button>
<button type="button" id="function-next" class="icon" aria-label="Next function of the list" title="next function of the list (])">→</button>
</div>
<p id="code-facts"></p>
</div>
<div class="code-pane">
<div id="code-scroll" class="code-scroll" role="grid" tabindex="0" aria-labelledby="code-title"></div>
<canvas id="minimap" aria-hidden="true"></canvas>
</div>
</section>
</main>
</div>
<script type="application/json" id="${DATA_ID}">${scriptJson(data)}</script>
<script>${CLIENT_SCRIPT}</script>
</body>
</html>
`;
}
