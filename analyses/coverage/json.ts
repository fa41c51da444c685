/** Coverage as JSON: the result as it is, with a line for each function. */

import type { CoverageResult, ModuleCoverage } from './data.ts';

export function coverageJson({ modules, ...head }: CoverageResult): string {
  const list = modules.map(moduleJson).join(',\n');
  return `{\n${fields(head, '  ')}  "modules": ${bracketed(list, '  ')}\n}\n`;
}

function moduleJson({ functions, ...head }: ModuleCoverage): string {
  const list = functions.map((func) => `        ${JSON.stringify(func)}`).join(',\n');
  return `    {\n${fields(head, '      ')}      "functions": ${bracketed(list, '      ')}\n    }`;
}

/** A line for each field that has a value, each with a comma behind it. */
function fields(object: object, indent: string): string {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${indent}${JSON.stringify(key)}: ${JSON.stringify(value)},\n`)
    .join('');
}

function bracketed(list: string, indent: string): string {
  return list === '' ? '[]' : `[\n${list}\n${indent}]`;
}
