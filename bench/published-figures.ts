/** What is known of other systems, beside which our figures stand: system, what, cost, and where the figure comes from. */

export type PublishedFigure = readonly [system: string, what: string, costs: string, from: string];

const WIZARD = 'measured by us: native build, same kind of machine';
const WASABI = 'Lehmann and Pradel, ASPLOS 2019, abstract (arXiv 1808.10652)';

export const published: readonly PublishedFigure[] = [
  ['Wizard, interpreter', 'count of every instruction (hotness)', '8.2x its interpreter', WIZARD],
  ['Wizard, JIT, counters inlined', 'count of every instruction (hotness)', '5.9x its JIT', WIZARD],
  ['Wizard, JIT, not inlined', 'count of every instruction (hotness)', '131x its JIT', WIZARD],
  ['Wizard, JIT', 'ways of every branch (branches)', '2.7x its JIT', WIZARD],
  ['Wizard, JIT', 'coverage', '78x its JIT', WIZARD],
  ['Wasabi', 'by program and analysed instructions', '1.02x to 163x', WASABI],
];
