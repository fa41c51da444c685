/** What colours, signs and keys mean. */

import { statusSign, STATUS_WORDS } from './code-rows.ts';
import { byId, element } from './dom.ts';
import type { ModuleModel } from './model.ts';
import { HEAT_STEPS } from './sizes.ts';

const KEYS: readonly (readonly [string, string])[] = [
  ['/', 'search functions'],
  ['n p', 'next and previous line of interest'],
  ['[ ]', 'previous and next function of the list'],
  ['o', 'this overview'],
  ['t', 'light or dark'],
];

export function showReading(modules: readonly ModuleModel[]): void {
  const annotations = modules.flatMap((module) => module.annotations);
  const legends = new Set(annotations.flatMap(({ data }) => data.legend));
  const hasStatus = annotations.some(({ data }) => data.hasStatus);
  const scale = element('span', { class: 'scale', attributes: { 'aria-hidden': 'true' } });
  for (let step = 1; step <= HEAT_STEPS; step++) scale.append(element('span', { class: `heat-${step}` }));
  const signs = (['hit', 'miss', 'part', 'note'] as const).map((status) => {
    const sign = element('span', { class: `status ${status}`, text: statusSign(status) });
    return element('li', { children: [sign, document.createTextNode(` ${STATUS_WORDS[status]}`)] });
  });
  const heat = element('p', { children: [document.createTextNode('Heat from a little to the most: '), scale] });
  const keys = KEYS.flatMap(([key, text]) => [
    element('dt', { children: key.split(' ').map((k) => element('kbd', { text: k })) }),
    element('dd', { text }),
  ]);
  byId('reading').replaceChildren(
    ...[...legends].map((text) => element('p', { text })),
    heat,
    ...(hasStatus ? [element('ul', { class: 'signs', children: signs })] : []),
    element('dl', { class: 'keys', children: keys }),
  );
}
