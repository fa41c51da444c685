/** Instructions in light colours: mnemonic, names, constants, comments. */

import { element } from './dom.ts';

const TOKENS =
  /(?<comment>\(;.*?;\))|(?<name>\$\S+)|(?<number>(?<![\w.])[-+]?(?:0x[\da-f.]+(?:p[-+]?\d+)?|\d[\d_.]*(?:e[-+]?\d+)?|inf\b|nan(?::\S+)?)(?=$|[\s)]))|(?<field>\b(?:offset|align)=)/gi;

/** Words that direct control stand out. */
const CONTROL =
  /^(?:block|loop|if|else|end|br\S*|return\S*|call\S*|unreachable|throw\S*|try\S*|catch\S*|delegate|rethrow|\(entry\))$/;

export function instructionNodes(text: string): Node[] {
  const space = text.indexOf(' ');
  const mnemonic = space < 0 ? text : text.slice(0, space);
  const nodes: Node[] = [element('span', { class: CONTROL.test(mnemonic) ? 'control' : 'mnemonic', text: mnemonic })];
  const rest = text.slice(mnemonic.length);
  let at = 0;
  for (const match of rest.matchAll(TOKENS)) {
    if (match.index > at) nodes.push(document.createTextNode(rest.slice(at, match.index)));
    const kind = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined)?.[0] ?? 'name';
    nodes.push(element('span', { class: `token-${kind}`, text: match[0] }));
    at = match.index + match[0].length;
  }
  if (at < rest.length) nodes.push(document.createTextNode(rest.slice(at)));
  return nodes;
}
